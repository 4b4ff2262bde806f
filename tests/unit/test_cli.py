from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labcore import catalog, engine
from labcore.__main__ import main
from labcore.engine.local import LocalEngine
from tests.helpers import ROOT, environment, limits


def command(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command as it is typed."""
    return subprocess.run(
        [sys.executable, "-m", "labcore", *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_list_has_a_line_for_each_lab(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for line, entry in zip(said.out.splitlines(), catalog.LABS, strict=True):
        assert line.split()[:2] == [entry.slug, entry.section]
        assert entry.title in line


def test_list_as_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows == [
        {
            "slug": entry.slug,
            "title": entry.title,
            "section": entry.section,
            "covers": list(catalog.load(entry.slug).LAB.covers),
        }
        for entry in catalog.LABS
    ]


def test_a_run_says_its_last_numbers_and_writes_them_as_npz(tmp_path: Path) -> None:
    out = tmp_path / "run.npz"
    done = command(
        "run", "trouble", "--set", "frames=7", "--set", "gain=2.5", "--out", str(out), cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert said[0].split() == ["Total", "18"]  # 17.5, to the even
    assert said[1:] == ["done: 7 frames.", f"wrote {out}"]
    with np.load(out, allow_pickle=False) as arrays:
        assert arrays["step"].tolist() == list(range(7))
        assert arrays["total"].tolist() == [2.5 * i for i in range(1, 8)]


def test_a_run_writes_its_table_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run.csv"
    assert main(["run", "trouble", "--set", "gain=0.5", "--out", str(out)]) == 0
    assert capsys.readouterr().err == ""
    with out.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["step", "total"]
    assert [[float(cell) for cell in row] for row in rows] == [[i, 0.5 * (i + 1)] for i in range(5)]


def test_a_failed_run_says_why_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "trouble", "--set", "kind=raise"]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[-1] == (
        "failed: 3 frames. The computation failed after 3 frames: "
        "the matrix is singular: its determinant is 0."
    )


def test_a_file_of_ones_own_is_named_by_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
    assert main(["run", "files", "--set", f"table={tmp_path / 'a.csv'}"]) == 0
    assert "2" in next(line for line in capsys.readouterr().out.splitlines() if "Rows" in line)
    assert main(["run", "files", "--set", f"picture={tmp_path / 'a.csv'}"]) == 2
    assert "This is no picture that can be read" in capsys.readouterr().err


WRONG = [
    (["run", "files", "--set", "picture=no/such.png"], "The file no/such.png cannot be opened"),
    (["run", "nothing"], "There is no lab “nothing”; there is "),
    (["run", "trouble", "--set", "lr=1"], "There is no control “lr” here."),
    (["run", "trouble", "--set", "frames=0"], "Frames: 0 is outside 1 to 100000."),
    (["run", "trouble", "--set", "frames=" + "9" * 400], "Frames: 99999"),
    (["run", "trouble", "--set", "gain=nan"], "Gain: nan is outside 0 to 10."),
    (["run", "trouble", "--set", "kind=odd"], "Kind: there is no “odd”; there is fine, "),
    (["run", "trouble", "--set", "frames"], "“frames” is not NAME=VALUE."),
    (["run", "trouble", "--out", "run.txt"], "Cannot write “run.txt”: the name must end in "),
    (["run", "trouble", "--out", "run"], "Cannot write “run”: the name must end in "),
    (["run", "trouble", "--out", "no/such/run.npz"], "There is no folder “no/such”."),
    (["run", "trouble", "--out", "folder.npz"], "Cannot write “folder.npz”"),
    (["run"], "The following arguments are required: slug."),
    (["run", "trouble", "--fast"], "Unrecognized arguments: --fast."),
    (["dance"], "Argument "),
    ([], "The following arguments are required: list | run | replay | warm | bench."),
]


@pytest.mark.parametrize(
    ("arguments", "says"), WRONG, ids=[" ".join(a)[:40] or "nothing" for a, _ in WRONG]
)
def test_a_wrong_command_is_answered_by_one_sentence(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.npz").mkdir()
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(says)
    assert said.err.endswith(".\n")
    assert said.err.count("\n") == 1
    assert len(said.err) < 300
    assert [path.name for path in tmp_path.iterdir()] == ["folder.npz"]


def test_a_wrong_command_ends_its_process_with_2() -> None:
    done = command("run", "trouble", "--set", "frames=many")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Frames: “many” is not a whole number.\n"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)  # as `head` does, but sooner
    try:
        done = subprocess.run(
            [sys.executable, "-m", "labcore", "list", "--json"],
            cwd=ROOT,
            env=environment(PYTHONUNBUFFERED=""),  # so that it is said at the very end
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_presets_are_computed_ahead_and_known_the_next_time(
    local_engine: LocalEngine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(engine, "make", lambda settings: local_engine)
    monkeypatch.setattr(local_engine, "close", lambda: None)
    names = ["default", *(preset.title for preset in catalog.load("gp_posterior").LAB.presets)]
    with limits(local_engine, queue=100):
        assert main(["warm", "gp_posterior"]) == 0
        first = capsys.readouterr().out.splitlines()
        assert main(["warm", "gp_posterior"]) == 0
        second = capsys.readouterr().out.splitlines()
    assert [line[29:].split("  ")[0].strip() for line in first] == names
    assert all(" done " in line for line in first)
    assert not any(line.endswith("known") for line in first)
    assert all(line.endswith("known") for line in second)
    assert len(second) == len(names)


def test_only_labs_that_there_are_can_be_warmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["warm", "nothing"]) == 2
    assert capsys.readouterr().err.startswith("There is no lab “nothing”; there is ")
