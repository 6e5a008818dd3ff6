from __future__ import annotations

import subprocess
import sys
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


WITHOUT = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Without())
from likewise.cli.main import exit_code
sys.exit(exit_code(sys.argv[1:]))
"""


def test_without_torch_the_line_that_installs_it_is_said(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    import likewise

    likewise.fit({"x": [1.5, 2.5] * 20}, technique="vae", epochs=1).save(tmp_path / "m.likewise")
    (tmp_path / "x.csv").write_text("x\n" + "1.5\n2.5\n" * 20)
    for command in (["sample", "m.likewise", "-n", "3"], ["fit", "x.csv", "-t", "gan", "-o", "n.likewise"]):
        done = subprocess.run([sys.executable, "-c", WITHOUT, *command], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 1 and "pip install 'likewise[deep]'" in done.stderr
        assert done.stderr.startswith("error[extra.missing]") and not (tmp_path / "n.likewise").exists()
