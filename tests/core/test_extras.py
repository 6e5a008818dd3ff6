from __future__ import annotations

from pathlib import Path

import pytest

from likewise.core.extras import require
from likewise.errors import MissingExtra


def test_what_is_there_is_imported() -> None:
    assert require("json", extra="none").loads("1") == 1
    assert require("xml.dom", extra="none").__name__ == "xml.dom"


def test_what_is_missing_names_its_extra() -> None:
    with pytest.raises(MissingExtra) as caught:
        require("not_a_package.part", extra="deep")
    assert caught.value.code == "extra.missing" and caught.value.hint == "pip install 'likewise[deep]'"
    assert "`not_a_package`" in caught.value.what


def test_a_fault_inside_the_package_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_installed.py").write_text("import its_own_missing_part")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="its_own_missing_part"):
        require("half_installed", extra="deep")
