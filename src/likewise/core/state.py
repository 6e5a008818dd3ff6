"""A model on disk: one zip of JSON and safetensors with a format number and digests; never pickle.

Members: `model.json` (format, technique, schema, what was learned), `card.json`, `arrays.safetensors` and
`manifest.json` (the SHA-256 of the other three). Dates inside the zip are fixed, so that equal models are equal files.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from likewise.core.card import Card
from likewise.core.registry import technique
from likewise.core.schema import Schema
from likewise.errors import ModelFileError, SourceError

if TYPE_CHECKING:
    from likewise.core.protocol import Arrays, Model

FORMAT = 1
_MEMBERS = ("model.json", "card.json", "arrays.safetensors")


def save(model: Model, path: str | Path) -> None:
    """Write a model file aside and move it into place, so that no half file is ever seen."""
    target = Path(path)
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(to_bytes(model))
        aside.replace(target)
    except OSError as fault:
        raise SourceError("sink.write", f"the model cannot be written: {fault.strerror or fault}",
                          where=str(target), hint="choose a folder that exists and has room") from None  # fmt: skip
    finally:
        aside.unlink(missing_ok=True)


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
    members["manifest.json"] = _json({name: hashlib.sha256(body).hexdigest() for name, body in members.items()})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for name, body in members.items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def from_bytes(content: bytes, *, where: str | None = None) -> Model:
    """Rebuild a model from the bytes of a model file, after checking every digest."""
    members = _checked_members(content, where)
    document = json.loads(members["model.json"])
    if document.get("format", 0) > FORMAT:
        raise ModelFileError("model.future-format", f"the file has format {document['format']}, newer than {FORMAT}",
                             where=where, hint="pip install --upgrade likewise")  # fmt: skip
    schema = Schema.from_dict(document["schema"], where=where, error=ModelFileError)
    card = Card.from_dict(json.loads(members["card.json"]), where=where, error=ModelFileError)
    model_class = technique(document["technique"]).model_class
    return model_class.from_state(schema, card, document["container"], document["learned"], _arrays(members))


def _checked_members(content: bytes, where: str | None) -> dict[str, bytes]:
    hint = "copy the file again, or fit the model anew"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            if "manifest.json" not in bundle.namelist():
                raise ModelFileError("model.foreign", "this zip file is not a likewise model", where=where)
            digests: dict[str, str] = json.loads(bundle.read("manifest.json"))
            members = {name: bundle.read(name) for name in _MEMBERS}
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, NotImplementedError) as fault:
        code = "model.foreign" if not content.startswith(b"PK") else "model.damaged"
        what = "this is not a likewise model file" if code == "model.foreign" else "the model file is damaged"
        raise ModelFileError(code, what, where=where, hint=hint) from fault
    except OSError as fault:  # zlib reports some damage this way
        raise ModelFileError("model.damaged", "the model file is damaged", where=where, hint=hint) from fault
    for name, body in members.items():
        if digests.get(name) != hashlib.sha256(body).hexdigest():
            raise ModelFileError("model.damaged", f"`{name}` inside the model file is damaged", where=where, hint=hint)
    return members


def _arrays(members: dict[str, bytes]) -> Arrays:
    from safetensors.numpy import load as from_safetensors

    arrays: Arrays = from_safetensors(members["arrays.safetensors"])
    return arrays


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=True).encode()
