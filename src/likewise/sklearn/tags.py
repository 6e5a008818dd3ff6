"""What an estimator says of itself to scikit-learn, and to imbalanced-learn, which asks more of a sampler."""

from __future__ import annotations

from dataclasses import dataclass, field

from sklearn.utils import InputTags, Tags


@dataclass(slots=True)
class FrameTags(InputTags):  # type: ignore[misc]
    """Say of features what scikit-learn's tags do, and whether frames are taken; imbalanced-learn asks for it."""

    dataframe: bool = True


@dataclass(slots=True)
class SamplerTags:
    """Say of a sampler whether it tells which rows it took: one that draws new rows does not."""

    sample_indices: bool = False


@dataclass(slots=True)
class ResamplerTags(Tags):  # type: ignore[misc]
    """Hold scikit-learn's tags and those that imbalanced-learn adds, without importing it."""

    sampler_tags: SamplerTags | None = field(default_factory=SamplerTags)


def sampler_tags(tags: Tags) -> ResamplerTags:
    """Return the tags of an estimator as those of a sampler that takes frames, texts, gaps and sparse matrices."""
    tags.target_tags.required = True
    taken = FrameTags(two_d_array=True, sparse=True, string=True, allow_nan=True)
    return ResamplerTags(estimator_type="sampler", target_tags=tags.target_tags, input_tags=taken)
