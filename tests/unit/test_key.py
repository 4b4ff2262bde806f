from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from labcore.engine import http, key
from labcore.engine.key import run_key
from tests.helpers import ROOT, environment
from tests.labs import trouble

Config = trouble.Config


@pytest.fixture
def _fresh() -> Iterator[None]:
    """Hashes of sources are kept for the life of a process; these tests change sources."""
    key.source_hash.cache_clear()
    yield
    key.source_hash.cache_clear()


def test_the_same_config_has_the_same_key() -> None:
    one = run_key("trouble", Config(gain=2, frames=7))
    assert one == run_key("trouble", Config(frames=7, gain=2.0))
    assert one == run_key("trouble", Config.model_validate({"frames": 7, "gain": 2}))
    assert http.KEY.fullmatch(one)


def test_every_difference_has_another_key() -> None:
    config = Config(kind="slow")
    keys = [
        run_key("trouble", Config()),
        run_key("trouble", config),
        run_key("trouble", config.model_copy(update={"seed": 1})),
        run_key("trouble", config.model_copy(update={"gain": 1.0000001})),
        run_key("trouble", config, ("a" * 32, 3)),
        run_key("trouble", config, ("a" * 32, 4)),
        run_key("trouble", config, ("b" * 32, 3)),
    ]
    assert len(set(keys)) == len(keys)


def test_two_labs_never_share_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key, "source_hash", lambda slug: "same")
    assert run_key("trouble", Config()) != run_key("probe", Config())


def test_other_libraries_have_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    before = run_key("trouble", Config())
    monkeypatch.setattr(key, "_versions", lambda: ("2.15.1", "2.4.6", "7.1.0"))
    assert run_key("trouble", Config()) != before


PROGRAM = "from labcore.engine.key import run_key; from tests.labs import trouble; " \
    "print(run_key('trouble', trouble.Config(gain=2)))"  # fmt: skip


def in_process(root: Path) -> str:
    """The key as a fresh interpreter in `root` finds it, whatever the order of its sets."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env=environment(PYTHONPATH=str(root), PYTHONHASHSEED="7"),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.usefixtures("_fresh")
def test_the_key_is_that_of_every_process_and_follows_the_source(tmp_path: Path) -> None:
    here = run_key("trouble", Config(gain=2))
    for folder in ("labcore", "tests/labs"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    (tmp_path / "tests/__init__.py").touch()
    with (tmp_path / "labcore/engine/http.py").open("a") as file:
        file.write("\n# No frame follows from the server.\n")
    assert in_process(tmp_path) == here
    with (tmp_path / "labcore/palette.py").open("a") as file:
        file.write("\n# The lab imports figures, which import this.\n")
    assert in_process(tmp_path) != here


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize(
    "text",
    [
        "import labcore.deep",
        "import os, labcore.deep as d",
        "from labcore import deep",
        "from labcore.deep import thing",
        "def run():\n    from labcore.deep import thing",
        "if True:\n    import labcore.deep",
        "from labcore.middle import thing",
        "from labcore import package",
        "from labcore.package.part import thing",
    ],
)
def test_a_module_is_reached_by_every_form_of_import(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = {
        "tests.labs.trouble": text,
        "labcore.deep": "x = 1",
        "labcore.middle": "from .deep import thing",
        "labcore.package": "from . import part",
        "labcore.package.part": "from .. import deep\nfrom labcore import package  # a circle",
        "labcore.apart": "x = 1",
    }
    paths = {
        name: tmp_path / name / ("__init__.py" if name == "labcore.package" else "module.py")
        for name in sources
    }
    for name, source in sources.items():
        paths[name].parent.mkdir()
        paths[name].write_text(source)
    monkeypatch.setattr(key, "_source", paths.get)

    def now() -> str:
        key.source_hash.cache_clear()
        return key.source_hash("trouble")

    before = now()
    assert now() == before
    paths["labcore.apart"].write_text("x = 2")
    assert now() == before
    paths["labcore.deep"].write_text("x = 2")
    assert now() != before


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("module", [*key.ALWAYS, "tests.labs.trouble", "labcore.figures"])
def test_the_lab_and_what_every_worker_uses_are_in_the_key(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key.source_hash("trouble")
    real = key._source(module)
    assert real
    other = tmp_path / "other.py"
    other.write_text(real.read_text() + "\n# changed\n")
    find = key._source
    monkeypatch.setattr(key, "_source", lambda name: other if name == module else find(name))
    key.source_hash.cache_clear()
    assert key.source_hash("trouble") != before


@pytest.mark.usefixtures("_fresh")
def test_the_parts_of_a_lab_from_outside_the_house_are_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "outside_lab"
    package.mkdir()
    (package / "__init__.py").write_text("from .part import x")
    (package / "part.py").write_text("x = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = catalog_entry("outside_lab")
    monkeypatch.setattr(key.catalog, "extra", lambda: (entry,))
    before = key.source_hash("outside_lab")
    (package / "part.py").write_text("x = 2")
    key.source_hash.cache_clear()
    assert key.source_hash("outside_lab") != before


def catalog_entry(name: str) -> key.catalog.Entry:
    return key.catalog.Entry(name, "", name, "", (), extra=name)
