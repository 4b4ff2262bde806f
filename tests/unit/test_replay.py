"""Exported runs, opened again: what is the same, what differs, and what is no such file."""

from __future__ import annotations

import json
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labcore import Config, catalog, export
from labcore.__main__ import main
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from tests.helpers import ROOT, environment, is_sentence

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Addresses that a browser was asked to open; temporary folders go under the test's own."""
    found: list[str] = []
    monkeypatch.setattr(webbrowser, "open", found.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return found


def exported(path: Path, slug: str = "trouble", **given: Any) -> Path:
    module = catalog.load(slug)
    config: Config = module.Config(**given)
    run = InlineEngine(Settings()).submit(slug, config)
    if path.suffix == ".html":
        path.write_text(export.html(module, config, run.resource()))
    else:
        path.write_bytes(export.run_file(module, config, run.resource()))
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return exported(tmp_path / "run.html", gain=2.5)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return exported(tmp_path / "run.json", gain=2.5)


def rewrite(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """Change what a run file says."""
    told = json.loads(path.read_text())
    path.write_text(json.dumps(change(told) or told))
    return path


@pytest.mark.parametrize("form", ["html", "json"])
def test_an_exported_run_is_opened(
    form: str, tmp_path: Path, capsys: Said, opened: list[str]
) -> None:
    path = exported(tmp_path / f"run.{form}", gain=2.5)
    assert main(["replay", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(", 5 frames: /trouble?gain=2.5&v=1")
    assert lines[1] == "The code and the versions are the same as when it was made."
    assert [Path(lines[2]).as_uri()] == opened
    assert Path(lines[2]).name.startswith("trouble-")
    assert '"gain":2.5' in Path(lines[2]).read_text().replace(" ", "")


def test_it_is_only_named_if_no_browser_is_wanted(
    page: Path, capsys: Said, opened: list[str]
) -> None:
    assert main(["replay", str(page), "--no-open"]) == 0
    assert Path(capsys.readouterr().out.splitlines()[-1]).is_file()
    assert opened == []


@pytest.mark.parametrize("form", ["html", "json"])
def test_the_same_frames_are_computed_again(
    form: str, tmp_path: Path, capsys: Said, opened: list[str]
) -> None:
    slug = "optimizer_trajectories"
    path = exported(tmp_path / f"run.{form}", slug, steps=20, noise=1.0)
    assert main(["replay", str(path), "--check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Computed again: the same 21 frames."
    assert opened == []


def test_a_branch_is_computed_again_from_its_trunk(tmp_path: Path, capsys: Said) -> None:
    slug, house = "optimizer_trajectories", InlineEngine(Settings())
    module = catalog.load(slug)
    trunk, config = module.Config(steps=20), module.Config(steps=20, lr=0.01)
    parent = house.submit(slug, trunk)
    branch = house.submit(slug, config, parent=(parent.key, 8))
    path = tmp_path / "run.html"
    path.write_text(export.html(module, config, branch.resource(), [(trunk, 8)]))
    assert main(["replay", str(path), "--check"]) == 0
    said = capsys.readouterr().out
    assert "it goes on from frame 8 of a run with steps=20" in said
    assert said.splitlines()[-1] == f"Computed again: the same {branch.frames + 9} frames."


def frames(told: dict[str, Any]) -> list[Any]:
    return [payload for event, payload in told["run"] if event == "frame"]


def test_the_first_frame_that_differs_is_named(run: Path, capsys: Said) -> None:
    rewrite(run, lambda told: frames(told)[3]["readout"].update(Total="1"))
    assert main(["replay", str(run), "--check"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Computed again, frame 3 is another."


def test_a_missing_frame_is_a_difference(run: Path, capsys: Said) -> None:
    def drop(told: dict[str, Any]) -> None:
        told["run"].remove(["frame", frames(told)[4]])

    rewrite(run, drop)
    assert main(["replay", str(run), "--check"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Computed again, frame 4 is another."


def test_other_code_and_other_versions_are_told(run: Path, capsys: Said) -> None:
    def change(told: dict[str, Any]) -> None:
        told["made-of"]["versions"]["torch"] = "1.0"
        told["made-of"]["source"] = "0" * 32

    rewrite(run, change)
    assert main(["replay", str(run), "--check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("It was made with torch 1.0; here is ")
    assert lines[2].startswith("The code of “")
    assert lines[3] == "Computed again: the same 5 frames."


def test_nothing_in_a_file_is_executed(tmp_path: Path, page: Path, opened: list[str]) -> None:
    """What is opened is made anew: neither code of the file nor its formulas are in it."""
    text = page.read_text().replace(
        '"formulas":{}', '"formulas":{"x":"\\u003cimg onerror=evil()>"}'
    )
    assert "evil()" in text
    page.write_text(text.replace("<h1>", "<script>evil()</script><h1>"))
    assert main(["replay", str(page)]) == 0
    (made,) = list(tmp_path.glob("labcore-*/*.html"))
    assert "evil()" not in made.read_text()
    assert opened == [made.as_uri()]


def mark(name: str, **changed: Any) -> Callable[[dict[str, Any]], None]:
    return lambda told: told["made-of"].update(changed)


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "not ours": (lambda told: {"a": 1}, "is not an exported run."),
    "a list": (lambda told: [1, 2], "is not an exported run."),
    "an older form": (mark("form", form=0), "by an older version of the house"),
    "a newer form": (mark("form", form=99), "by a newer version of the house"),
    "no form": (mark("form", form=None), "is not told as it should be: form."),
    "an unknown lab": (mark("lab", lab="nothing"), "of the lab “nothing”, which is not"),
    "a lab that is a path": (mark("lab", lab="../x"), "is not told as it should be: lab."),
    "a strange key": (mark("key", key="../../x"), "is not told as it should be: key."),
    "settings of another kind": (mark("settings", settings=[1]), "as it should be: settings."),
    "no run": (lambda told: told.update(run=[]), "holds no whole run"),
    "a run without end": (lambda told: told.update(run=told["run"][:-1]), "holds no whole run"),
    "messages of another kind": (lambda told: told.update(run=["x"] * 3), "holds no whole run"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_answered_by_one_sentence(
    change: Callable[[dict[str, Any]], Any], says: str, run: Path, capsys: Said, opened: list[str]
) -> None:
    rewrite(run, change)
    assert_refused(run, says, capsys)
    assert opened == []


def assert_refused(path: Path, says: str, capsys: Said, *options: str) -> None:
    assert main(["replay", str(path), *options]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert is_sentence(said.err.removesuffix("\n"))


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("form", ["html", "json"])
def test_a_file_that_is_cut_off(form: str, kept: float, tmp_path: Path, capsys: Said) -> None:
    path = exported(tmp_path / f"run.{form}", gain=2.5)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    expected = "is not a page of this house" if (form, kept) == ("html", 0) else "cut off"
    assert_refused(path, expected, capsys)


def test_files_of_others(tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><h1>Hello</h1></html>")
    assert_refused(path, "is not a page of this house, or one of an older version", capsys)
    path.write_bytes(b"\xff\xfe\x00\x01")
    assert_refused(path, "it is no text", capsys)
    assert_refused(tmp_path / "none.html", "cannot be opened", capsys)
    assert_refused(tmp_path, "is no exported run: those end in .html or .json", capsys)
    (tmp_path / "folder.json").mkdir()
    assert_refused(tmp_path / "folder.json", "cannot be opened", capsys)
    assert_refused(tmp_path / "run.npz", "those end in .html or .json", capsys)


def test_what_cannot_be_computed_again_can_be_played(run: Path, capsys: Said) -> None:
    rewrite(run, mark("version", version=0))
    assert_refused(run, "it can be played, not computed again", capsys, "--check")
    rewrite(run, mark("version", version=1, settings={"gain": "99"}))
    assert_refused(run, "Its settings are not those of this house.", capsys, "--check")
    rewrite(run, mark("own", settings={}, own=["picture"]))
    assert_refused(run, "on a file of the learner's own", capsys, "--check")
    rewrite(run, mark("trunk", own=[], trunk=[[{}, 300]]))
    assert_refused(run, "It cannot be computed again: Frame 300 cannot be", capsys, "--check")
    assert main(["replay", str(run), "--no-open"]) == 0


def test_replay_as_it_is_typed(page: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "labcore", "replay", str(page), "--check"], cwd=ROOT,
        env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Computed again: the same 5 frames."
