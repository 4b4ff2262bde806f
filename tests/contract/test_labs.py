"""What holds for every lab in the catalog, without exception. LAB.md in tests."""

from __future__ import annotations

import ast
import functools
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest
import torch
from PIL import Image

from labcore import Boxes, Grab, Paint, Points, Start, catalog, export, own, wire
from labcore.config import Accepts
from labcore.engine import worker
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from tests.contract.scripts import ScriptRunner

ROOT = Path(__file__).parents[2]
SLUGS = [entry.slug for entry in catalog.LABS]
FEW = 40  # frames looked at where one is as good as another

pytestmark = pytest.mark.parametrize("slug", SLUGS)


@pytest.fixture(scope="module")
def scripts() -> Iterator[ScriptRunner]:
    """Another interpreter, for all exported scripts: it takes seconds to load torch."""
    with ScriptRunner() as runner:
        yield runner


def quick(slug: str, **given: Any) -> Any:
    module = catalog.load(slug)
    return module.Config(**{**module.LAB.quick, **given})


def ran(slug: str, config: Any) -> Any:
    return InlineEngine(Settings()).submit(slug, config)


def frames_of(slug: str, config: Any, most: int = FEW) -> list[Any]:
    return list(itertools.islice(catalog.load(slug).run(config), most))


@functools.lru_cache(maxsize=4)  # a lab's tests follow each other
def quick_run(slug: str) -> Any:
    return ran(slug, quick(slug))


@functools.lru_cache(maxsize=4)
def quick_frames(slug: str) -> list[Any]:
    return frames_of(slug, quick(slug))


@functools.lru_cache(maxsize=4)
def opened(slug: str) -> list[tuple[dict[str, str], dict[str, go.Figure]]]:
    """What the first frame says and shows, of the quick settings and of each preset."""
    module, found = catalog.load(slug), []
    for config in (quick(slug), *(module.Config(**p.settings) for p in module.LAB.presets)):
        first = frames_of(slug, config, 1)[0]
        found.append((module.readout(config, first), module.panels(config, first)))
    return found


def brought(accepts: Accepts) -> str:
    """The token of a file such as a learner may bring."""
    picture = io.BytesIO()
    Image.effect_mandelbrot((123, 90), (-2, -1.2, 1, 1.2), 20).convert("RGB").save(picture, "PNG")
    bodies = {
        "image": picture.getvalue(),
        "table": b"length,weight,kind\n1.5,2,a\n2.5,,b\n3,4.5,a\n",
        "text": "Über den Wolken, 1 & 2.\n".encode() * 20,
        "weights": wire.safetensors({"w": np.ones((2, 3), np.float32)}),
    }
    token = own.new_token()
    own.hold(token, own.read(accepts, bodies[accepts]))
    return token


def test_slug_is_module_is_page(slug: str) -> None:
    module, entry = catalog.load(slug), catalog.find(slug)
    assert module.LAB.slug == slug
    assert (ROOT / entry.page).stem == slug
    assert entry.section in {section.slug for section in catalog.SECTIONS}
    tree = ast.parse((ROOT / entry.page).read_text())
    prose = sum(
        (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert len((ROOT / entry.page).read_text().splitlines()) - prose <= 60
    for theme in ("", "-dark"):
        assert (ROOT / f"assets/thumbnails/{slug}{theme}.webp").is_file()


def test_it_teaches(slug: str) -> None:
    lab = catalog.load(slug).LAB
    assert lab.question.endswith("?")
    assert lab.tip
    assert lab.covers
    assert lab.references
    assert len(lab.presets) >= 3
    assert len(lab.challenges) >= 3
    assert any(challenge.hard for challenge in lab.challenges)
    assert all(challenge.hint for challenge in lab.challenges)


def test_prose_is_120_to_300_words(slug: str) -> None:
    tree = ast.parse((ROOT / catalog.find(slug).page).read_text())
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    prose = max((text for text in texts if isinstance(text, str)), key=len)
    words = len(re.sub(r"\$[^$]*\$", "formula", prose).split())
    assert 120 <= words <= 300


def test_at_most_seven_controls_in_sight(slug: str) -> None:
    lab = catalog.load(slug).LAB
    controls = lab.config.controls()
    for view in lab.views or ("",):
        standing = [control for control in controls if not control.views or view in control.views]
        assert sum(not control.more for control in standing) <= 7
    assert {view for control in controls for view in control.views} <= set(lab.views)
    assert all(control.help for control in controls)
    assert controls[-1].name == "seed"


def test_what_an_option_brings_is_admitted(slug: str) -> None:
    module = catalog.load(slug)
    for control in module.Config.controls():
        for option, settings in (control.brings or {}).items():
            assert option in control.options
            module.Config(**{control.name: option, **settings})


def test_a_quick_run_completes(slug: str) -> None:
    config = quick(slug)
    run = quick_run(slug)
    assert (run.state, run.reason) == ("done", "")
    assert run.frames == catalog.load(slug).LAB.length(config) >= 5
    assert run.log[0].event == "panels"
    assert [message.event for message in run.log][-2:] == ["verdicts", "end"]
    sizes = [len(message.data) for message in run.log if message.event == "frame"]
    assert np.median(sizes) <= 30_000
    arrays = wire.unpack(run.arrays)
    assert len(arrays["step"]) == run.frames
    verdicts = orjson.loads(run.log[-2].data)
    assert set(verdicts) == {challenge.slug for challenge in catalog.load(slug).LAB.challenges}
    assert all(verdict["says"] for verdict in verdicts.values())


def test_same_config_same_bytes(slug: str) -> None:
    first, second = quick_run(slug), ran(slug, quick(slug))
    assert [m.sse for m in first.log[:-1]] == [m.sse for m in second.log[:-1]]


def test_frames_hold_small_numbers(slug: str) -> None:
    for frame in quick_frames(slug):
        for name, value in frame.values.items():
            kind = np.asarray(value)
            assert kind.dtype in (np.float32, np.uint8, np.int32, np.bool_) or kind.ndim == 0, name
        if frame.checkpoint is not None:
            assert all(np.asarray(v).dtype != object for v in frame.checkpoint.values())


def test_presets_are_settings_and_links(slug: str) -> None:
    module = catalog.load(slug)
    for preset in module.LAB.presets:
        config = module.Config(**preset.settings)
        again, notices = module.Config.parse(config.texts())
        assert notices == []
        assert again == config, "a link must reproduce the preset"
        assert preset.find
        few = module.Config(**{**preset.settings, **module.LAB.quick, **preset.settings})
        assert frames_of(slug, few, 3)


def test_every_bound_runs(slug: str) -> None:
    module = catalog.load(slug)
    for control in module.Config.controls():
        ends: tuple[Any, ...] = (control.low, control.high)
        if control.kind == "int":
            ends = tuple(int(end) for end in ends if end is not None)
        elif control.kind == "bool":
            ends = (False, True)
        elif control.kind == "choice":
            ends = control.options
        elif control.kind == "choices":
            ends = tuple((option,) for option in control.options)
        elif control.kind == "points":
            corner = (control.x[0], control.y[1])
            many = (corner, corner, (control.x[1], control.y[0]), *[corner] * control.least)
            counts = {min(max(n, control.least), control.most) for n in (0, 1, 3)}
            ends = tuple(many[:count] for count in sorted(counts))
        elif control.kind == "boxes":
            (left, right), (top, bottom) = control.x, control.y
            ends = ((), ((left, top, right, bottom),) * 2)
        elif control.kind == "own":
            ends = ("", brought(control.accepts))
        elif control.kind == "text":
            continue
        for end in ends:
            config = quick(slug, **{control.name: end})
            frames = frames_of(slug, config, 5)
            assert frames, (control.name, end)
            module.panels(config, frames[0])
            for frame in frames:
                module.draw(config, frame)
                module.readout(config, frame)


def test_figures_are_labelled_and_coloured_by_role(slug: str) -> None:
    module, config = catalog.load(slug), quick(slug)
    figures = module.panels(config, quick_frames(slug)[0])
    for name, figure in figures.items():
        assert isinstance(figure, go.Figure)
        uids = [trace.uid for trace in figure.data]
        assert None not in uids, name
        assert all(re.fullmatch(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*", uid) for uid in uids), (
            "Plotly makes class names of uids"
        )
        assert len(set(uids)) == len(uids), name
        assert figure.layout.meta["alt"], name
        assert figure.layout.uirevision, name
        if any("x" in trace for trace in figure.data):
            assert figure.layout.xaxis.title.text, name
            assert figure.layout.yaxis.title.text, name
        colours = re.findall(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)", wire.encode(figure).decode())
        assert set(colours) <= {"rgba(0,0,0,0)"}, name


def test_patches_are_valid_and_touch_the_same_traces(slug: str) -> None:
    module, config = catalog.load(slug), quick(slug)
    frames = quick_frames(slug)
    figures = module.panels(config, frames[0])
    touched = None
    for frame in frames:
        patches = module.draw(config, frame)
        shape = {}
        for name, patch in patches.items():
            traces = {trace.uid: trace for trace in figures[name].data}
            assert set(patch) <= {"traces", "append", "layout"}
            for kind in ("traces", "append"):
                for uid, properties in patch.get(kind, {}).items():
                    for path, value in properties.items():
                        traces[uid][path] = value  # Plotly's validators raise
                        shape[(name, kind, uid, path)] = True
            for path, value in patch.get("layout", {}).items():
                figures[name].layout[path] = value
        assert touched is None or shape.keys() == touched.keys()
        touched = shape
    go.Figure(frames=[go.Frame(data=list(figure.data)) for figure in figures.values()])


def test_readout_is_text_and_fills_the_formulas(slug: str) -> None:
    module, config = catalog.load(slug), quick(slug)
    drawn = [wire.mathml(latex) for latex in module.LAB.formulas.values()]
    assert not any("\\" in formula for formula in drawn), "what the converter does not know"
    formulas = [set(re.findall(r'data-slot="([^"]+)"', formula)) for formula in drawn]
    for frame in quick_frames(slug):
        readout = module.readout(config, frame)
        assert readout
        assert all(isinstance(value, str) and value for value in readout.values())
        if frame.step > 0:  # a formula is filled, or not offered as it is about something else
            assert all(slots <= readout.keys() or not slots & readout.keys() for slots in formulas)
            assert not formulas or any(slots <= readout.keys() for slots in formulas)


def test_a_hand_holds_what_is_there(slug: str) -> None:
    module = catalog.load(slug)
    controls = {control.name: control for control in module.Config.controls()}
    seen: set[tuple[str, str | None]] = set()
    for _, figures in opened(slug):
        for name, figure in figures.items():
            seen |= {(name, None), *((name, trace.uid) for trace in figure.data)}
    for hand in module.LAB.grabs:
        assert (hand.panel, getattr(hand, "uid", None)) in seen
        if isinstance(hand, Grab):
            assert {controls[name].kind for name in (hand.x, hand.y) if name} <= {"float", "int"}
        else:
            kind = controls[hand.control].kind
            named = {Points: "points", Boxes: "boxes"}.get(type(hand), "text")
            assert kind == named
        if isinstance(hand, Paint):
            letters = [option for option in controls[hand.brush].options if len(option) == 1]
            assert {*hand.single, hand.empty} <= set(letters)
        assert module.LAB.resumable or not getattr(hand, "goes_on", False)


def test_views_are_made_of_panels(slug: str) -> None:
    module = catalog.load(slug)
    views, seen = module.LAB.views, set()
    for _, figures in opened(slug):
        seen |= set(figures)
        loose = set(figures) - {name for names in views.values() for name in names}
        for names in views.values() or ((),):
            standing = [figures[name] for name in figures if name in names or name in loose]
            large = [figure for figure in standing if figure.layout.meta["size"] == "large"]
            assert len(large) <= 2
            assert len(standing) - len(large) <= 2
    assert {name for names in views.values() for name in names} <= seen
    assert {preset.view for preset in module.LAB.presets} <= {"", *views}


def test_a_view_tells_what_there_is(slug: str) -> None:
    module = catalog.load(slug)
    lab, known = module.LAB, set(module.LAB.formulas)
    for readout, _ in opened(slug):
        known |= set(readout)
    named = {title for titles in lab.tells.values() for title in titles}
    assert not lab.tells or set(lab.tells) <= set(lab.views)
    assert named <= known
    assert all("." not in title for title in named)


def test_answer_is_drawn_by_the_same_draw(slug: str) -> None:
    module, config = catalog.load(slug), quick(slug)
    if not hasattr(module, "answer"):
        pytest.skip("this lab gives no immediate answers")
    kind, payload = worker.answer({"slug": slug, "config": config.model_dump(mode="json")})
    assert kind is worker.Kind.ANSWER, payload
    figures = module.panels(config, quick_frames(slug)[0])
    patch = orjson.loads(payload)["patch"]
    assert patch
    for name in patch:
        assert name in figures
        uids = {trace.uid for trace in figures[name].data}
        assert set(patch[name].get("traces", {})) <= uids


def test_a_branch_with_nothing_changed_is_the_run(slug: str) -> None:
    module = catalog.load(slug)
    if not module.LAB.resumable:
        pytest.skip("this lab cannot go on from a frame")
    house = InlineEngine(Settings())
    config = quick(slug)
    whole = house.submit(slug, config)
    numbers = sorted(whole.checkpoints)
    branch = house.submit(slug, config, parent=(whole.key, numbers[len(numbers) // 2]))
    assert branch.state == "done", branch.reason
    assert branch.key != whole.key
    kept = [m.data for m in whole.log if m.event == "frame"]
    assert [m.data for m in branch.log if m.event == "frame"] == kept


def test_what_is_observed_anew_is_the_run(slug: str) -> None:
    module, config = catalog.load(slug), quick(slug)
    if not module.LAB.observes:
        pytest.skip("in this lab every control changes what is computed")
    assert set(module.LAB.observes) <= {control.name for control in module.Config.controls()}
    for frame in quick_frames(slug):
        assert frame.checkpoint is not None
        again = module.observe(config, Start(frame.step, frame.checkpoint))
        assert (again.step, again.note) == (frame.step, frame.note)
        assert again.values.keys() == frame.values.keys()
        for name, value in frame.values.items():
            assert np.array_equal(again.values[name], value, equal_nan=True), name


def test_the_exported_script_gives_the_same_numbers(
    slug: str, scripts: ScriptRunner, tmp_path: Path
) -> None:
    module, config = catalog.load(slug), quick(slug)
    path, out = tmp_path / f"{slug}.py", tmp_path / "numbers.npz"
    path.write_text(export.script(module, config))
    assert "__file__).parents" not in path.read_text(), "it may stand in any folder"
    assert scripts.run(path, "--out", str(out)) == "done"
    ours, theirs = wire.unpack(quick_run(slug).arrays), wire.unpack(out.read_bytes())
    assert list(ours) == list(theirs)
    for name, array in ours.items():
        assert array.dtype == theirs[name].dtype, name
        assert np.array_equal(array, theirs[name], equal_nan=array.dtype.kind == "f"), name


def test_it_closes_cleanly_and_leaves_the_house_as_it_was(slug: str) -> None:
    before = (torch.get_rng_state(), torch.get_default_dtype(), torch.get_num_threads())
    legacy = np.random.get_state()[1].copy()  # noqa: NPY002
    steps = catalog.load(slug).run(quick(slug))
    next(steps)
    steps.close()
    frames_of(slug, quick(slug))
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (torch.get_default_dtype(), torch.get_num_threads())
    assert np.array_equal(legacy, np.random.get_state()[1])  # noqa: NPY002


def test_the_tour_can_be_taken(slug: str) -> None:
    """Each step opens, what it asks is not done yet then, and it names what there is."""
    module = catalog.load(slug)
    tour = module.LAB.tour
    assert 4 <= len(tour) <= 8
    challenges = {challenge.slug for challenge in module.LAB.challenges}
    asking = 0
    for step in tour:
        config = module.Config(**(step.settings or {}))
        assert step.text[-1] in ".?”"
        assert len(step.text.split()) <= 60
        assert step.view in {"", *module.LAB.views}
        assert step.reach in {"", *challenges}
        assert bool(step.asks) == bool(step.done or step.reach)
        asking += bool(step.asks)
        if step.done and step.settings is not None:
            assert not step.done(config)
    assert asking >= 2


def test_no_control_takes_a_name_of_the_house(slug: str) -> None:
    from pages.shell.controls import HOUSE, VERSION

    names = {control.name for control in catalog.load(slug).Config.controls()}
    assert not names & {*HOUSE, VERSION}
