"""What stands around every lab: pins and marks in links, tours, progress, presenter, glossary."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from labcore import catalog, engine
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from pages.shell import pins, presenter, progress
from pages.shell.pins import Pin
from tests.labs.hands import Config

ROOT = Path(__file__).parents[2]
SLUG = "optimizer_trajectories"


@pytest.fixture(autouse=True, scope="module")
def inline() -> Generator[None, None, None]:
    engine.use(InlineEngine(Settings()))
    yield
    engine.close()


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/shell/router.py"), default_timeout=60).run()
    app.session_state[f"{SLUG}/more"] = True  # all its controls
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(str(ROOT / page)).run()


def lab(**query: str) -> AppTest:
    module = catalog.load(SLUG)
    texts = module.Config(**module.LAB.quick).texts()
    return opened(catalog.find(SLUG).page, **{**texts, **query})


# Pins

configs = st.builds(
    Config,
    gain=st.floats(0, 10),
    seed=st.integers(0, 9999),
    world=st.text("S#./", min_size=1, max_size=20),
    moves=st.text("!&=~%+é", max_size=8),
)
some_pins = st.recursive(
    configs.map(Pin),
    lambda inner: st.builds(Pin, configs, inner, st.integers(0, 300)),
    max_leaves=3,
)


@given(some_pins)
def test_a_pin_survives_its_link(pin: Pin) -> None:
    assert pins.parse(Config, pin.text()) == pin


@given(st.text(max_size=60))
def test_any_text_is_some_pin(text: str) -> None:
    assert isinstance(pins.parse(Config, text).config, Config)


def test_what_differs_is_told_and_nothing_else() -> None:
    first, second = Pin(Config(gain=1)), Pin(Config(gain=2.5, seed=3))
    assert pins.differing([first, second]) == [
        {"title": "Gain", "values": ["1", "2.5"]},
        {"title": "Seed", "values": ["0", "3"]},
    ]
    assert pins.titles([first, second]) == ["Gain: 1, Seed: 0", "Gain: 2.5, Seed: 3"]
    assert pins.titles([first, first]) == ["the same settings"] * 2
    branch = Pin(Config(gain=1), first, 7)
    assert pins.differing([first, branch]) == [
        {"title": "Goes on from", "values": ["the start", "frame 7 of a run"]}
    ]


def test_a_link_brings_its_comparison(tmp_path: Path) -> None:
    app = lab(pin="seed=5", compare="1")
    assert not app.exception
    assert any(button.label == "Back to the stage" for button in app.button)
    assert app.query_params["pin"] == "seed=5"
    back = next(button for button in app.button if button.label == "Back to the stage")
    app = back.click().run()
    assert "compare" not in app.query_params
    assert any(button.label == "Compare 2" for button in app.button)


def test_a_link_opens_at_its_frame_and_training_leaves_it() -> None:
    app = lab(frame="3")
    assert app.query_params["frame"] == "3"
    assert app.session_state[f"{SLUG}/shown"].frame == 3
    app = next(b for b in app.button if b.label == "Train").click().run()
    assert "frame" not in app.query_params


def test_a_link_to_a_branch_computes_its_trunk_first() -> None:
    app = lab(**{"from": "2!seed=4"})
    assert not app.exception
    shown = app.session_state[f"{SLUG}/shown"]
    assert shown.pin.frame == 2
    assert shown.pin.trunk.config.seed == 4
    run = engine.current().find(shown.key)
    assert run is not None
    assert run.offset == 3


# Progress


def test_what_a_browser_remembers_is_checked() -> None:
    app = opened("pages/shell/challenges.py")
    challenge = catalog.load(SLUG).LAB.challenges[0]
    name = f"{SLUG}/{challenge.slug}"
    assert not app.exception
    said = {name: 12, "nothing/at-all": 3, f"{SLUG}/x": "y", 7: 1}
    progress.passed().clear()
    progress.merge(said)
    assert progress.passed() == {name: 12}
    progress.merge({name: 40})
    assert progress.passed() == {name: 12}
    progress.merge({name: float("nan")})
    assert progress.passed() == {name: 12}
    progress.passed().clear()


def test_the_overview_names_every_challenge() -> None:
    app = opened("pages/shell/challenges.py")
    text = " ".join(block.value for block in app.markdown)
    for entry in catalog.LABS:
        for challenge in catalog.load(entry.slug).LAB.challenges:
            assert challenge.goal in text


# Presenter


@pytest.mark.parametrize(
    "text",
    ["q_learning", "http://a.b/x/q_learning", "/q_learning", " q_learning/"],
)
def test_an_entry_of_a_playlist_is_read_in_any_form(text: str) -> None:
    assert presenter.read_item(f"{text}?seed=3&pin=a&pin=b") == (
        "q_learning",
        {"seed": ["3"], "pin": ["a", "b"]},
    )


@pytest.mark.parametrize("text", ["", "nothing", "http://a.b/", "http://[x"])
def test_an_entry_that_leads_nowhere_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="leads to no lab"):
        presenter.read_item(text)


def test_the_presenter_keeps_what_leads_to_labs() -> None:
    app = opened("pages/shell/presenter_page.py")
    app = app.text_area[0].set_value("gp_posterior\nnothing\n").run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == ["“nothing” leads to no lab."]
    assert app.session_state["playlist"] == ["gp_posterior"]


def test_on_a_projector_the_stage_stands_alone() -> None:
    app = lab(present="1")
    assert not app.exception
    assert not app.tabs
    leave = next(button for button in app.button if button.label == "Leave")
    app = leave.click().run()
    assert "present" not in app.query_params
    assert app.tabs


# Glossary


def test_the_glossary_is_searched() -> None:
    app = opened("pages/shell/glossary.py")
    assert not app.exception
    app = app.text_input[0].set_value("posterior").run()
    assert any("**posterior**" in block.value for block in app.markdown)
    assert not any("**momentum**" in block.value for block in app.markdown)
    app = app.text_input[0].set_value("zzz").run()
    assert "No term matches" in app.info[0].value


def test_a_word_of_the_prose_is_explained() -> None:
    app = lab()
    words = next(group for group in app.button_group if group.label == "Words")
    app = words.select("momentum").run()
    assert any(block.value.startswith("**momentum.**") for block in app.markdown)


def test_what_was_wrong_with_points_stands_until_something_else_is_tried() -> None:
    module = catalog.load("gp_posterior")
    texts = module.Config(**module.LAB.quick).texts()
    app = opened(catalog.find("gp_posterior").page, **texts)
    app.session_state["gp_posterior/more"] = True
    app.run()

    def pasted(text: str) -> list[str]:
        area = next(area for area in app.text_area if area.label.startswith("Paste numbers"))
        area.set_value(text).run()
        return [warning.value for warning in app.warning]

    assert pasted("no numbers") == ["1 line held no 2 numbers."]
    app.run()  # as when a run has ended
    assert [warning.value for warning in app.warning] == ["1 line held no 2 numbers."]
    assert pasted("0.5, 1") == []
