"""A model on disk: one zip of JSON and safetensors with a format number and a seal; never pickle.

Members: `model.json` (format, technique, schema, what was learned), `card.json` and `arrays.safetensors`. The comment
of the zip is its seal, the SHA-256 of all bytes before it: any byte that changed is noticed. Dates inside the zip are
fixed, so that equal models are equal files.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise.core.aside import write_aside
from likewise.core.card import Card
from likewise.core.registry import technique
from likewise.core.schema import Schema
from likewise.errors import LikewiseError, MissingExtra, ModelFileError, SettingsError

if TYPE_CHECKING:
    from likewise.core.protocol import Arrays, Model

FORMAT = 1
SEAL = 64
"""Bytes of the seal at the end of the file."""


def save(model: Model, path: str | Path) -> None:
    """Write a model file, whole or not at all. Raises SourceError when the place cannot be written."""
    write_aside(path, to_bytes(model))


def load(path: str | Path) -> Model:
    """Read a model file. Raises ModelFileError when it is missing, damaged, foreign or from a newer version."""
    place = str(path)
    try:
        return from_bytes(Path(path).read_bytes(), where=place)
    except OSError as fault:
        raise ModelFileError("model.unreadable", f"the model file cannot be read: {fault.strerror or fault}",
                             where=place, hint="check the path") from None  # fmt: skip


def to_bytes(model: Model) -> bytes:
    """Return the bytes of a model file."""
    from safetensors.numpy import save as to_safetensors

    meta, arrays = model.state()
    document = {
        "format": FORMAT,
        "technique": model.technique,
        "container": model.container,
        "schema": model.schema.to_dict(),
        "learned": meta,
    }
    members = {
        "model.json": _json(document),
        "card.json": _json(model.card.model_dump(mode="json")),
        "arrays.safetensors": to_safetensors({k: np.ascontiguousarray(v) for k, v in sorted(arrays.items())}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for name, body in members.items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
        bundle.comment = b"0" * SEAL
    content = out.getvalue()[:-SEAL]
    return content + _seal(content)


def from_bytes(content: bytes, *, where: str | None = None) -> Model:
    """Rebuild a model from the bytes of a model file, after checking its seal and its format."""
    from safetensors import SafetensorError

    members = _checked_members(content, where)
    try:
        document = json.loads(members["model.json"])
        if document["format"] > FORMAT:
            what = f"the file has format {document['format']}, newer than {FORMAT}"
            raise ModelFileError("model.future-format", what, where=where, hint="pip install --upgrade likewise")
        model_class = _model_class(document["technique"], where)
        schema, card = Schema.from_dict(document["schema"]), Card.from_dict(json.loads(members["card.json"]))
        return model_class.from_state(schema, card, document["container"], document["learned"], _arrays(members))
    except (ModelFileError, MissingExtra):
        raise
    except (LikewiseError, KeyError, TypeError, ValueError, IndexError, AttributeError, SafetensorError) as fault:
        raise ModelFileError("model.invalid", f"the model file does not hold what it should ({type(fault).__name__})",
                             where=where, hint="fit the model anew") from fault  # fmt: skip


def _model_class(name: str, where: str | None) -> type[Model]:
    try:
        return technique(name).model_class
    except SettingsError as fault:
        raise ModelFileError("model.technique", f"the model was made by `{name}`: {fault.what}", where=where,
                             hint="install the package that brings this technique") from None  # fmt: skip


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _checked_members(content: bytes, where: str | None) -> dict[str, bytes]:
    if not content.startswith(b"PK"):
        raise ModelFileError("model.foreign", "this is not a likewise model file", where=where,
                             hint="`likewise fit` writes model files (*.likewise)")  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            if "model.json" not in bundle.namelist():
                raise ModelFileError("model.foreign", "this zip file is not a likewise model", where=where,
                                     hint="`likewise fit` writes model files (*.likewise)")  # fmt: skip
            if _seal(content[:-SEAL]) != content[-SEAL:]:
                raise zipfile.BadZipFile
            return {name: bundle.read(name) for name in bundle.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as fault:
        raise ModelFileError("model.damaged", "the model file is damaged", where=where,
                             hint="copy the file again, or fit the model anew") from fault  # fmt: skip


def _arrays(members: dict[str, bytes]) -> Arrays:
    from safetensors.numpy import load as from_safetensors

    arrays: Arrays = from_safetensors(members["arrays.safetensors"])
    return arrays


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=True).encode()
