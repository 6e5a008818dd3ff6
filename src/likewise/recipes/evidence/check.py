"""Check a pack again: that no member was changed, added or removed, and that its figures follow from its card."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from likewise.core.card import Card
from likewise.core.faults import reading
from likewise.errors import EvaluationError, LikewiseError
from likewise.evaluation.certificate import Check, Verification
from likewise.recipes.evidence.argument import argument_of
from likewise.recipes.evidence.bundle import MANIFEST
from likewise.recipes.evidence.facts import Evidence

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, AttributeError,
          NotImplementedError, RuntimeError, OSError, LikewiseError)  # fmt: skip
"""What reading a pack that was tampered with can end in."""


def check_evidence(pack: str | Path | bytes, *, model: str | Path | None = None,
                   output: str | Path | None = None) -> Verification:  # fmt: skip
    """Check the digests inside a pack, the argument once more from the card, and the files that are given against it.

    The digests find changes made by accident or in passing. They are no signature: whoever can write the file can write
    new ones. Raises SourceError where there is no file, and EvaluationError where it is no pack.
    """
    where = "the pack" if isinstance(pack, bytes) else str(pack)
    if isinstance(pack, bytes):
        content = pack
    else:
        with reading(Path(pack)):
            content = Path(pack).read_bytes()
    try:
        members, seal = _members(content)
        listed = json.loads(members[MANIFEST])["sha256"]
        found = Evidence.from_dict(json.loads(members["evidence.json"]))
        card = Card.from_dict(json.loads(members["card.json"]))
        inside = [*_digests(members, listed, seal), _chain(found), _argument(found, card)]
    except BROKEN:
        raise EvaluationError("evidence.invalid", "this is no evidence pack, or a damaged one", where=where,
                              hint="`likewise evidence MODEL -o evidence.zip` writes one") from None  # fmt: skip
    files = {"the model file": model, "the drawn rows": output}
    return Verification(checks=(*inside, *(_file(found, what, path) for what, path in files.items())), of="pack")


def _members(content: bytes) -> tuple[dict[str, bytes], str]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        names = bundle.namelist()
        if len(set(names)) < len(names):
            raise zipfile.BadZipFile
        return {name: bundle.read(name) for name in names}, bundle.comment.decode()


def _digests(members: dict[str, bytes], listed: dict[str, str], seal: str) -> list[Check]:
    same = hashlib.sha256(members[MANIFEST]).hexdigest() == seal
    checks = [_told("the list of digests", same, "it was changed after the pack was made")]
    for name in sorted({*listed, *members} - {MANIFEST}):
        if name not in members:
            checks.append(Check(what=name, outcome="differs", said="it is listed and not there"))
        elif name not in listed:
            checks.append(Check(what=name, outcome="differs", said="it is there and not listed"))
        else:
            same = hashlib.sha256(members[name]).hexdigest() == listed[name]
            checks.append(_told(name, same, "it is not what was listed"))
    return checks


def _chain(found: Evidence) -> Check:
    before, whole = "", True
    for link in found.chain:
        before = hashlib.sha256(f"{before}{link.digest}".encode()).hexdigest()
        whole = whole and link.chained == before
    return _told("the chain of digests", whole, "a link does not follow from the one before it")


def _argument(found: Evidence, card: Card) -> Check:
    same = _plain(found.argument) == _plain(argument_of(card.privacy))
    if same and found.argument is None:
        return Check(what="the guarantee", outcome="agrees", said="none is claimed")
    if found.argument is not None and found.argument.holds is False:
        return Check(what="the guarantee", outcome="differs", said="it does not follow from the releases on the card")
    return _told("the guarantee", same, "what is told of it does not follow from the card")


def _plain(document: Any) -> Any:
    """Return figures to nine digits, which another machine computes alike."""
    if document is None:
        return None
    return json.loads(json.dumps(document.model_dump(mode="json")), parse_float=lambda text: f"{float(text):.9g}")


def _file(found: Evidence, what: str, path: str | Path | None) -> Check:
    links = [link for link in found.chain if link.what.startswith(what)]
    if path is None:
        return Check(what=what, outcome="not checked")
    with reading(Path(path)):
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if not links:
        return Check(what=what, outcome="differs", said="the pack knows of none")
    return _told(what, links[0].digest == digest, f"sha256 {digest[:16]}... is not {links[0].digest[:16]}...")


def _told(what: str, same: bool, otherwise: str) -> Check:
    return Check(what=what, outcome="agrees" if same else "differs", said="" if same else otherwise)
