"""A pack on disk: a zip with a list of its members' digests, sealed as a model file is."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

MANIFEST = "manifest.json"


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a zip: the members in order, then the manifest that names the SHA-256 of each.

    Dates inside the zip are fixed, and its comment is the digest of the manifest: equal members are equal files.
    """
    listed = {name: hashlib.sha256(body).hexdigest() for name, body in members.items()}
    manifest = (json.dumps({"format": 1, "sha256": listed}, indent=1, ensure_ascii=False) + "\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for name, body in {**members, MANIFEST: manifest}.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            bundle.writestr(info, body, zipfile.ZIP_DEFLATED)
        bundle.comment = hashlib.sha256(manifest).hexdigest().encode()
    return out.getvalue()
