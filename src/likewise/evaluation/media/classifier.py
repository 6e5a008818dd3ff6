"""A small convolutional classifier of pictures: what it answers, and the features that it answers by.

Imported only where torch is there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Generator, Tensor, nn

from likewise.core.seeds import generator
from likewise.evaluation.media.distances import Vectors
from likewise.evaluation.media.shapes import Pixels
from likewise.networks.device import Device, device_of, one_thread
from likewise.networks.training import Phase, Plan, train

WIDTHS, FEATURES = (24, 48, 64), 48
BATCH, PASSES, FEWEST_STEPS, MOST_STEPS = 50, 10, 300, 1_000
LARGE = 32 * 32
"""Pixels of a picture from which on fewer steps are taken, for each costs more."""
AT_ONCE = 500

Codes = npt.NDArray[np.int64]


class Net(nn.Module):  # type: ignore[misc]
    """Halve a picture three times, and answer from a few features of what is left."""

    def __init__(self, size: tuple[int, ...], classes: int) -> None:
        super().__init__()
        height, width, channels = size
        layers: list[nn.Module] = []
        for number, wide in enumerate(WIDTHS):
            kernel = 3 if number else 5
            layers += [nn.Conv2d(channels, wide, kernel, stride=2, padding=kernel // 2), nn.GELU()]
            channels, height, width = wide, (height + 1) // 2, (width + 1) // 2
        self.seen = nn.Sequential(*layers, nn.Flatten())
        self.features = nn.Linear(channels * height * width, FEATURES)
        self.answer = nn.Linear(FEATURES, classes)
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
                nn.init.zeros_(part.bias)
        nn.init.normal_(self.answer.weight, std=0.1)

    def embed(self, pictures: Tensor) -> Tensor:
        """Return the features of pictures (rows x channels x height x width, about mean 0 and variance 1)."""
        return nn.functional.gelu(self.features(self.seen(pictures)))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits of the classes."""
        made: Tensor = self.answer(self.embed(pictures))
        return made


class Classifier:
    """Hold a trained net; `classes` are the codes that it answers, `middle` and `spread` those of its pictures."""

    def __init__(self, net: Net, classes: Codes, device: Device, middle: float, spread: float) -> None:
        self.net, self.classes, self.device, self.middle, self.spread = net, classes, device, middle, spread

    @classmethod
    def fit(cls, pictures: Pixels, labels: Codes, *, seed: int, name: str) -> Classifier:
        """Train on pictures (rows x height x width x channels) and the codes of their classes.

        5 CPU seconds for 4,000 pictures of 28 x 28; steps are bounded, so that more cost little more.
        """
        classes, codes = np.unique(labels, return_inverse=True)
        device = device_of("auto")
        area = pictures.shape[1] * pictures.shape[2]
        most = int(MOST_STEPS * max(0.4, min(1.0, LARGE / area)))
        steps = int(np.clip(PASSES * len(pictures) / BATCH, FEWEST_STEPS, most))
        middle, spread = float(pictures.mean()), max(float(pictures.std()), 1e-3)
        with one_thread(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(generator(seed, "classifier", name).integers(2**62)))
            net = Net(pictures.shape[1:], len(classes))
            made = cls(net, classes, device, middle, spread)

            def loss(batch: Sequence[Tensor], rng: Generator) -> Tensor:
                answers = net(_moved(batch[0], rng))
                return nn.functional.cross_entropy(answers.float(), batch[1], label_smoothing=0.05)

            data = [made._tensor(pictures), torch.from_numpy(codes.astype(np.int64))]
            phase = Phase("classifier", net, loss, rate=6e-3, weight_decay=0.02, average=0.1)
            train([phase], data, Plan(steps, BATCH, device), seed=seed, what="evaluate: classifier")
        return made

    def vectors(self, pictures: Pixels) -> Vectors:
        """Return the features of pictures."""
        return self._through(self.net.embed, pictures)

    def classify(self, pictures: Pixels) -> Codes:
        """Return the code of the likeliest class of each picture."""
        return np.asarray(self.classes[self._through(self.net, pictures).argmax(axis=1)])

    def _through(self, part: nn.Module | object, pictures: Pixels) -> Vectors:
        assert callable(part)
        made = []
        with one_thread(), torch.inference_mode():
            for start in range(0, len(pictures), AT_ONCE):
                some = self._tensor(pictures[start : start + AT_ONCE]).to(self.device.name)
                made.append(part(some).float().cpu().numpy())
        return np.concatenate(made)

    def _tensor(self, pictures: Pixels) -> Tensor:
        """Return pictures as a net takes them: channels first by name, last in memory."""
        scaled = (torch.from_numpy(np.array(pictures, order="C")) - self.middle) / self.spread
        return scaled.permute(0, 3, 1, 2)


def _moved(pictures: Tensor, rng: Generator) -> Tensor:
    """Move all pictures of a batch by a pixel or none, so that single pixels are not learned by heart."""
    most = [int(side >= 16) for side in pictures.shape[2:]]
    by = [int(torch.randint(-m, m + 1, (1,), generator=rng, device=rng.device)) for m in most]
    return torch.roll(pictures, by, dims=(2, 3))
