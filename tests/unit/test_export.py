"""What is taken home gives the same numbers there."""

from __future__ import annotations

import collections
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from labcore import Config, Frame, catalog, export, wire
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from labcore.export.lineage import stretches
from labcore.export.made import key
from labcore.export.source import files, free_name
from labcore.palette import THEMES
from tests.contract.scripts import ScriptRunner
from tests.helpers import ROOT, environment

RACE = "optimizer_trajectories"


@pytest.fixture(scope="module")
def scripts() -> Iterator[ScriptRunner]:
    with ScriptRunner() as runner:
        yield runner


def race(**given: Any) -> Any:
    quick = {"steps": 20, "optimizers": ("sgd", "adam"), "noise": 1.0}
    return catalog.load(RACE).Config(**{**quick, **given})


def computed(slug: str, config: Config, trunk: Sequence[tuple[Config, int]] = ()) -> Any:
    """A run of the house, after those it goes on from."""
    house, parent = InlineEngine(Settings()), None
    for earlier, frame in trunk:
        parent = house.submit(slug, earlier, parent=parent).key, frame
    run = house.submit(slug, config, parent=parent)
    assert (run.state, run.reason) == ("done", "")
    assert run.key == key(slug, config, trunk)
    return run


def assert_same(ours: bytes, theirs: bytes) -> None:
    before, now = wire.unpack(ours), wire.unpack(theirs)
    assert list(before) == list(now)
    for name, array in before.items():
        assert array.dtype == now[name].dtype, name
        assert np.array_equal(array, now[name], equal_nan=array.dtype.kind == "f"), name


def test_a_script_alone_gives_the_numbers_of_the_house(tmp_path: Path) -> None:
    module, config = catalog.load(RACE), race(surface="network", band=True)
    path, out = tmp_path / "run.py", tmp_path / "numbers.npz"
    path.write_text(export.script(module, config))
    free = environment()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        free.pop(name, None)  # the script itself sees to that
    done = subprocess.run(
        [sys.executable, str(path), "--out", str(out)], cwd=tmp_path, env=free,
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert_same(computed(RACE, config).arrays, out.read_bytes())


TRUNKS = {
    "a branch": [(race(lr=0.02), 5)],
    "a branch of a branch": [(race(lr=0.02), 3), (race(lr=0.05), 7)],
    "a branch left within its trunk": [(race(lr=0.02), 6), (race(lr=0.05), 4)],
    "three, the third within the first": [
        (race(lr=0.02), 6), (race(lr=0.05), 9), (race(lr=0.03), 2)
    ],
}  # fmt: skip


@pytest.mark.parametrize("trunk", TRUNKS.values(), ids=TRUNKS)
def test_the_script_of_a_branch_goes_on_from_its_trunk(
    trunk: list[tuple[Config, int]], scripts: ScriptRunner, tmp_path: Path
) -> None:
    config = race(lr=0.1)
    path, out = tmp_path / "run.py", tmp_path / "numbers.npz"
    path.write_text(export.script(catalog.load(RACE), config, trunk))
    assert scripts.run(path, "--out", str(out)) == "done"
    branch = computed(RACE, config, trunk)
    assert_same(branch.arrays, out.read_bytes())
    assert wire.unpack(branch.arrays)["step"][0] == trunk[-1][1] + 1


def test_stretches_of_a_trunk_are_what_must_be_computed() -> None:
    a, b, c = (race(seed=seed) for seed in range(3))
    assert stretches([]) == []
    assert stretches([(a, 5)]) == [(a, 6)]
    assert stretches([(a, 5), (b, 8)]) == [(a, 6), (b, 3)]
    assert stretches([(a, 5), (b, 5)]) == [(a, 6)]
    assert stretches([(a, 5), (b, 8), (c, 7)]) == [(a, 6), (b, 2)]
    assert stretches([(a, 5), (b, 8), (c, 0)]) == [(a, 1)]


def test_a_script_names_versions_settings_and_itself() -> None:
    module, config = catalog.load(RACE), race(lr=0.02)
    text = export.script(module, config)
    run = key(RACE, config)
    assert f"python {RACE}-{run[:8]}.py --out {RACE}-{run[:8]}.npz" in text
    assert "lr=0.02" in text
    assert re.search(r"python \d+\.\d+\.\d+, torch \d\S*, numpy \d\S*, plotly \d\S*\.", text)
    compile(text, "script", "exec")


def test_a_name_is_free_of_the_globals_only() -> None:
    code = "import a.b, c as d\ndef f():\n    main = 1\nclass K: pass\nfor i in range(3): x = i"
    assert free_name("main", code) == "main"
    for wish in ("a", "d", "f", "K", "i", "x"):
        assert free_name(wish, code) == f"{wish}_"
    assert free_name("f", "f = f_ = 1") == "f__"


def test_the_files_of_a_lab_stand_after_those_they_import() -> None:
    parts = files(catalog.load(RACE).__name__)
    names = list(parts)
    assert names[-1] == "labcore.optimization.optimizer_trajectories"
    assert names.index(f"{names[-1]}.config") < names.index(f"{names[-1]}.race")
    assert not re.search(rf"^from {names[-1]}", "\n".join(parts.values()), re.M)


def own_files(folder: Path) -> dict[str, Path]:
    paths = {"image": folder / "a.png", "table": folder / "b.csv", "text": folder / "c.txt"}
    Image.new("RGB", (12, 9), "teal").save(paths["image"])
    paths["table"].write_text("x,y\n1,2\n3,4\n5,6\n")
    paths["text"].write_text("seven")
    return paths


def test_a_learners_own_files_are_named_and_their_tokens_are_not_told(
    scripts: ScriptRunner, tmp_path: Path
) -> None:
    module, paths = catalog.load("files"), own_files(tmp_path)
    house = InlineEngine(Settings())
    tokens = {kind: house.take_in(kind, p.read_bytes(), "me") for kind, p in paths.items()}
    config = module.Config(
        picture=tokens["image"], table=tokens["table"], words=tokens["text"], seed=3
    )
    run = house.submit("files", config)
    text = export.script(module, config)
    messages = run.resource()
    exported = (
        text, export.notebook(module, config), export.html(module, config, messages),
        export.run_file(module, config, messages).decode(),
    )  # fmt: skip
    assert not [token for token in tokens.values() for form in exported if token in form]
    for kind, path in paths.items():
        asked = f"own.load('{kind}', 'your-file{path.suffix}')"
        assert asked in text
        text = text.replace(asked, f"own.load({kind!r}, {str(path)!r})")
    path, out = tmp_path / "run.py", tmp_path / "numbers.npz"
    path.write_text(text)
    assert scripts.run(path, "--out", str(out)) == "done"
    assert_same(run.arrays, out.read_bytes())
    assert wire.unpack(run.arrays)["pixels"][0] == 12 * 9


CELLS = """
import json, sys
import plotly.graph_objects as go
shown = []
go.Figure.show = lambda figure: shown.append(figure.to_plotly_json())
for number, source in enumerate(json.load(open(sys.argv[1]))):
    exec(compile(source, f"cell {number}", "exec"))
from labcore import wire
with open(sys.argv[2], "wb") as file:
    file.write(wire.npz({**arrays, "shown/panels": len(shown)}))
"""


@pytest.mark.parametrize("trunk", [[], [(race(lr=0.02), 5)]], ids=["a run", "a branch"])
def test_a_notebook_is_valid_and_its_cells_give_the_numbers(
    trunk: list[tuple[Config, int]], tmp_path: Path
) -> None:
    module, config = catalog.load(RACE), race()
    book = nbformat.reads(export.notebook(module, config, trunk), as_version=4)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert book.cells[0].source.startswith(f"# {module.LAB.question}")
    cells = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert len(cells) == len(files(module.__name__)) + 3
    (tmp_path / "cells.json").write_text(json.dumps(cells))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CELLS, "cells.json", "out.npz"], cwd=tmp_path,
        env=environment(), capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    arrays = wire.unpack((tmp_path / "out.npz").read_bytes())
    run = computed(RACE, config, trunk)
    head = json.loads(run.log[0].data)
    assert arrays.pop("shown/panels") == len(head["panels"])
    assert_same(run.arrays, wire.npz(arrays))


@pytest.mark.parametrize("slug", [entry.slug for entry in catalog.LABS])
def test_every_lab_as_a_notebook_is_valid(slug: str) -> None:
    module = catalog.load(slug)
    book = nbformat.reads(export.notebook(module, module.Config(**module.LAB.quick)), as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec")


def test_a_figure_has_the_last_frame_in_it() -> None:
    panel = go.Figure(
        [go.Scatter(uid="line", line={"color": "var(--model-30)"}), go.Scatter(uid="head")],
        {"xaxis": {"title": {"text": "step"}}, "font": {"color": "var(--text)"}},
    )
    still = go.Figure([go.Bar(uid="bars", y=[1])])

    def patch(n: int) -> dict[str, Any]:
        grown = {"line": {"x": np.array([n]), "y": np.array([n * n])}}
        head = {"head": {"x": [n], "marker.color": "var(--goal)"}}
        return {"main": {"append": grown, "traces": head, "layout": {"xaxis.range": [0, n]}}}

    drawn = export.figures({"main": panel, "still": still}, [patch(n) for n in range(4)])
    line, head = drawn["main"].data
    assert list(line.x) == [0, 1, 2, 3]
    assert list(line.y) == [0, 1, 4, 9]
    assert (list(head.x), head.marker.color) == ([3], THEMES["light"]["goal"])
    assert line.line.color == "rgba(194, 87, 0, 0.3)"
    assert drawn["main"].layout.xaxis.range == (0, 3)
    assert drawn["main"].layout.font.color == THEMES["light"]["text"]
    assert list(drawn["still"].data[0].y) == [1]
    assert panel.data[0].x is None, "the panel itself stays as it was"
    dark = export.figures({"main": panel}, [], dark=True)["main"]
    assert dark.layout.paper_bgcolor == THEMES["dark"]["paper"]


@pytest.mark.parametrize("slug", [entry.slug for entry in catalog.LABS])
def test_figures_of_every_lab_have_no_roles_left(slug: str) -> None:
    module = catalog.load(slug)
    config = module.Config(**module.LAB.quick)
    frames: list[Frame] = []
    for frame in module.run(config):
        frames.append(frame)
        if len(frames) == 4:
            break
    panels = module.panels(config, frames[0])
    drawn = export.figures(panels, [module.draw(config, frame) for frame in frames])
    assert list(drawn) == list(panels)
    assert "var(--" not in wire.encode(drawn).decode()


def block(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_a_page_says_what_it_was_made_of() -> None:
    module, config, trunk = catalog.load(RACE), race(lr=0.1), [(race(lr=0.02), 5)]
    run = computed(RACE, config, trunk)
    page = export.html(module, config, run.resource(), trunk)
    made = block(page, "made-of")
    assert (made["lab"], made["key"], made["version"]) == (RACE, run.key, config.version)
    assert module.Config.parse(made["settings"])[0] == config
    (settings, frame), *rest = made["trunk"]
    assert (module.Config.parse(settings)[0], frame, rest) == (*trunk[0], [])
    assert set(made["versions"]) == {"python", "torch", "numpy", "plotly"}
    assert block(page, "run") == json.loads(run.resource())
    assert made == json.loads(export.run_file(module, config, run.resource(), trunk))["made-of"]


def test_words_of_a_run_cannot_leave_their_place_in_a_page() -> None:
    bad = "</script><script>alert(1)</script><!--"
    messages = json.dumps([["panels", {"note": bad}], ["end", {}]]).encode()
    page = export.html(catalog.load(RACE), race(), messages)
    assert bad not in page
    assert block(page, "run")[0][1]["note"] == bad


def test_the_stage_in_one_script_makes_no_name_twice() -> None:
    text = export.bundle("stage.js")
    made = re.findall(r"^(?:async )?(?:const|let|function\*?|class) ([A-Za-z_$][\w$]*)", text, re.M)
    assert [name for name, count in collections.Counter(made).items() if count > 1] == []
    assert not re.search(r"^(import|export)\b", text, re.M)
    assert "const { GIFEncoder, " in text


def test_what_is_not_the_houses_own_has_its_licence_beside_it() -> None:
    for path in (ROOT / "assets/vendor").glob("*.js"):
        assert "Permission is hereby granted" in path.with_suffix(".LICENSE.md").read_text()
        assert path.stat().st_size < 12_000


def test_files_are_named_by_lab_and_key() -> None:
    assert export.file_name("gan", "0123456789abcdef", "html") == "gan-01234567.html"
    assert os.sep not in export.file_name("gan", "0123456789abcdef", "py")
