"""`likewise federate`: mistakes end in a few lines."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from likewise.cli.main import exit_code

DOMAIN = "columns:\n  sex: {kind: category, levels: [F, M]}\n"


def test_nobody_listening_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (tmp_path / "x.csv").write_text("sex\nF\n")
    words = ["federate", "join", str(tmp_path / "x.csv"), "--at", address, "--name", "a", "--within", "0.1"]
    assert exit_code(words) == 1
    assert "error[privacy.unreachable]" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "said"), [
    (["--parties", "1"], "at least 2"), (["--parties", "3", "--colluding", "2", "--threshold", "2"], "threshold"),
    (["--parties", "3", "--listen", "nowhere"], "privacy.address"),
    (["--parties", "3", "--epsilon", "0"], "more than 0"),
    (["--parties", "2", "--listen", "127.0.0.1:0", "--within", "0.2"], "federated-parties"),
])  # fmt: skip
def test_what_cannot_be_led_is_said(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain.yaml").write_text(DOMAIN)
    assert (
        exit_code(["federate", "lead", str(tmp_path / "domain.yaml"), *words, "-o", str(tmp_path / "m.likewise")]) == 1
    )
    assert said in capsys.readouterr().err
    assert not (tmp_path / "m.likewise").exists()


def test_help_names_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["federate"]) == 0
    told = capsys.readouterr().out
    assert "lead" in told
    assert "join" in told
