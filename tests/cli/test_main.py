"""How the command line begins and ends: help, exit codes, JSON, pipes, Ctrl-C, completion."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from likewise.cli.main import exit_code
from likewise.recipes.verbs import fit

COMMAND = (sys.executable, "-m", "likewise")
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "OMP_NUM_THREADS": "1"}
COMMANDS = (
    "synth", "inspect", "fit", "update", "sample", "generate", "impute", "balance", "augment", "run", "plan",
    "evaluate", "verify", "frontier", "show", "doctor", "budget", "evidence",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli")
    draw = random.Random(1)
    lines = [f"{draw.randint(18, 80)},{draw.choice('FM')},{draw.gauss(0, 1):.3f}" for _ in range(2000)]
    (place / "people.csv").write_text("age,sex,score\n" + "\n".join(lines) + "\n")
    assert exit_code(["fit", str(place / "people.csv"), "-o", str(place / "people.likewise")]) == 0
    return place


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=folder, env={**ENVIRONMENT, **environment}, capture_output=True, text=True
    )


@pytest.mark.parametrize("arguments", [(), ("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_fits_eighty_columns_and_shows_an_example(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert exit_code(list(arguments)) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    assert f" likewise {arguments[0] if len(arguments) == 2 else 'synth'} " in said


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["--version"]) == 0
    assert capsys.readouterr().out.startswith("likewise ")


@pytest.mark.parametrize(
    "arguments", [["nope"], ["synth"], ["synth", "x.csv", "--fooo"], ["synth", "x.csv", "-n", "abc"]]
)
def test_wrong_usage_ends_in_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error[usage]: ")
    assert "--help" in said.err


def test_wrong_usage_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["synth", "x.csv", "--json", "--fooo"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "usage"
    assert said.err == ""


def test_json_is_one_document_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, model = str(folder / "people.csv"), str(folder / "people.likewise")
    places = ["-o", str(folder / "j.csv"), "--report", str(folder / "j.html"), "--model", str(folder / "j.likewise")]
    for arguments in (
        ["synth", source, *places],
        ["inspect", source],
        ["show", model],
        ["doctor"],
        ["evaluate", source, str(folder / "j.csv")],
    ):
        assert exit_code([*arguments, "--json"]) == 0
        said = capsys.readouterr()
        assert isinstance(json.loads(said.out), dict)
        assert said.err == ""


def test_a_fault_of_ours_says_where_and_never_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("a secret value")

    monkeypatch.setattr("likewise.cli.doctor.examined", broken)
    assert exit_code(["doctor"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error[bug]: a fault in likewise (ValueError)")
    assert "test_main.py" in said
    assert "secret" not in said


def test_rows_go_to_stdout_and_talk_to_stderr(folder: Path) -> None:
    done = run(folder, "synth", "people.csv", "-n", "7", "-o", "-", "--report", "r.md", "--model", "r.likewise")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 8
    assert "\x1b" not in done.stdout + done.stderr
    assert "report  r.md" in done.stderr


@pytest.mark.parametrize("wanted", ["sex", "sex=F:0.5|M:0.5", "sex=F:50|M:50"])
def test_rows_are_balanced_as_asked(folder: Path, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = str(folder / "people.likewise"), folder / "even.csv"
    assert exit_code(["sample", model, "-n", "100", "--balance", wanted, "-o", str(out)]) == 0
    sexes = [line.split(",")[1] for line in out.read_text().splitlines()[1:]]
    assert (sexes.count("F"), sexes.count("M")) == (50, 50)
    out.unlink()


def test_no_colour_where_none_is_wanted(folder: Path) -> None:
    done = run(folder, "show", "nowhere.likewise", NO_COLOR="1", FORCE_COLOR="1")
    assert done.returncode == 1
    assert "\x1b[31m" not in done.stderr
    assert "\x1b[1;31m" not in done.stderr


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    shell = f"{sys.executable} -m likewise sample people.likewise -n 300000 | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["age,sex,score", "0"]
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("synth", "people.csv", "-n", "100000000"),
        ("sample", "people.likewise", "-n", "100000000", "-o", "many.csv"),
        ("sample", "people.likewise", "-n", "100000000", "-o", "many.parquet"),
    ],
    ids=["synth", "writing-csv", "writing-parquet"],
)
def test_ctrl_c_stops_cleanly_and_leaves_nothing(folder: Path, arguments: tuple[str, ...]) -> None:
    before = sorted(path.name for path in folder.iterdir())
    running = subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    while not list(folder.glob(".*.part")) and running.poll() is None:
        time.sleep(0.05)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert out == ""
    assert err == "error[interrupted]: stopped before the end; nothing was written\n"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_stopped_run_says_that_its_finished_steps_are_kept(folder: Path) -> None:
    steps = "likewise: 1\nsource: people.csv\nsteps: [{fit: bootstrap}, {sample: 100000000}]\n"
    (folder / "long.yaml").write_text(steps)
    running = subprocess.Popen(
        [*COMMAND, "run", "long.yaml", "-o", "long.csv"], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    while not list((folder / ".likewise" / "long").glob("*")) and running.poll() is None:
        time.sleep(0.05)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert err.splitlines()[1:] == ["  hint: steps that were finished are kept: the same command goes on from there"]
    assert not (folder / "long.csv").exists()


def test_ctrl_c_within_an_exec_of_text_ends_in_the_code_too(tmp_path: Path) -> None:
    (tmp_path / "stopped.py").write_text(
        "import likewise.cli.app as app\n"
        "from likewise.cli.main import run\n"
        "app.invoke = lambda arguments: exec('raise KeyboardInterrupt')\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-m", "stopped"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True)
    assert (done.returncode, done.stderr) == (130, b"")


def test_many_rows_stream_at_constant_memory(folder: Path) -> None:
    script = (
        "import resource, sys; from likewise.cli.main import exit_code; code = exit_code(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )

    def peak(rows: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", script, "sample", "people.likewise", "-n", str(rows)],
            cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return int(done.stderr)

    assert peak(3_000_000) - peak(150_000) < 60_000  # KiB; the rows themselves would take 150,000


def test_shells_complete_commands_and_techniques(folder: Path) -> None:
    def completed(words: str, place: int) -> list[str]:
        asked = {"_LIKEWISE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(place)}
        script = "import sys; sys.argv = ['likewise']; from likewise.cli.main import run; run()"
        environment = {**ENVIRONMENT, **asked}
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
        return done.stdout.split()

    assert completed("likewise sy", 1) == ["synth"]
    assert completed("likewise synth x.csv -t au", 4) == ["auto", "autoregressive"]


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from likewise.cli.main import exit_code; exit_code(['--help']);"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'pydantic', 'sklearn', 'scipy'} & set(sys.modules);"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_race_is_shown_on_stderr_and_in_the_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, model = str(folder / "people.csv"), str(folder / "raced.likewise")
    assert exit_code(["fit", source, "-o", model, "-t", "bootstrap", "--goal", "test", "--time", "5m"]) == 0
    said = capsys.readouterr()
    assert said.out == "" and "bootstrap was chosen for the goal test" in said.err
    places = ["-o", str(folder / "r.csv"), "--report", str(folder / "r.md"), "--model", model]
    assert exit_code(["synth", source, *places, "--goal", "share", "--set", "min_leaf=30", "--set", "keep_rules=false",
                      "-t", "autoregressive", "--set", "effort=standard", "--set", "order=given",
                      "--json"]) == 0  # fmt: skip
    race = json.loads(capsys.readouterr().out)["race"]
    assert [entry["settings"]["min_leaf"] for entry in race["entries"]] == [30]


def test_the_table_of_a_race_says_what_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    from likewise.cli.standing import print_race
    from likewise.recipes.race.result import Entry, Figure, Figures, Race

    figures = Figures(copies=Figure(value=0.0123), c2st=Figure(value=0.512, error=0.01))
    entries = (Entry(technique="trees", figures=figures, cpu_seconds=3.21, verdict="chosen"),
               Entry(technique="net", verdict="not tried", why="it would not end in time"))  # fmt: skip
    print_race(None)
    print_race(Race(goal="test", why="it alone could be taken", entries=entries, learned=300, held=100))
    said = capsys.readouterr()
    assert said.out == ""
    for words in ("0.512 ±.020", "1.23%", "3.2  chosen", "net: it would not end in time", "for the goal test"):
        assert words in said.err


@pytest.mark.parametrize(
    ("option", "code"), [(["--goal", "fun"], "settings.goal"), (["--time", "60"], "settings.time")]
)
def test_a_goal_or_time_that_is_none_is_refused(
    folder: Path, option: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["fit", str(folder / "people.csv"), "-o", "x.likewise", *option]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error[{code}]") and "hint:" in said


def test_memory_is_told_before_it_is_needed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["inspect", str(folder / "people.csv")]) == 0
    assert "of memory" in capsys.readouterr().out
    assert exit_code(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["machine"]["memory available"]


def test_inspect_tells_rules_that_are_kept_from_those_that_nearly_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{city},{city * city % 7 + 10},{90 - 3 * city + row % 3}" for row in range(30) for city in range(20)]
    rows += [f"{30 + n},{90 + n},5" for n in range(2) for _ in range(3)]
    (tmp_path / "few.csv").write_text("city,code,x\n" + "\n".join(rows) + "\n")
    assert exit_code(["inspect", str(tmp_path / "few.csv"), "--json"]) == 0
    rules = {rule["kind"]: rule for rule in json.loads(capsys.readouterr().out)["rules"]}
    assert rules["determined"]["column"] == "code" and not rules["determined"]["kept"]
    assert exit_code(["inspect", str(tmp_path / "few.csv")]) == 0
    said = capsys.readouterr().out
    assert "in most that are drawn" in said.replace("\n", " ") and "`city` decides `code`" in said
    card = fit(tmp_path / "few.csv", effort="fast").card
    assert not any("`city` decides `code`" in note for note in card.notes)
