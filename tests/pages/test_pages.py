"""Every page in Streamlit's own test harness: no browser, runs finished when they are asked for."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from labcore import catalog, engine
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from pages.shell.controls import widget_key

ROOT = Path(__file__).parents[2]
SLUGS = [entry.slug for entry in catalog.LABS]
FUZZED = ("optimizer_trajectories",)


@pytest.fixture(autouse=True, scope="module")
def inline() -> Generator[None, None, None]:
    engine.use(InlineEngine(Settings()))
    yield
    engine.close()


def opened(slug: str, quick: bool = True, **query: str) -> AppTest:
    """The page of a lab, opened with these parameters in its address, and all its controls."""
    module = catalog.load(slug)
    settings = module.Config(**module.LAB.quick).texts() if quick else {}
    app = AppTest.from_file(str(ROOT / "pages/shell/router.py"), default_timeout=60)
    app.run()
    app.session_state[f"{slug}/more"] = True
    for name, value in {**settings, **query}.items():
        app.query_params[name] = value
    return app.switch_page(str(ROOT / catalog.find(slug).page)).run()


@pytest.mark.parametrize("slug", SLUGS)
def test_it_opens(slug: str) -> None:
    app = opened(slug)
    assert not app.exception
    lab = catalog.load(slug).LAB
    assert app.title[0].value == lab.question
    assert not app.warning
    assert [tab.label for tab in app.tabs] == [
        "Look for", "Challenges", "Code", "Numbers", "References",
    ]  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_every_preset_opens(slug: str) -> None:
    """With runs that are ended after three frames: how it is said is tested elsewhere."""
    module = catalog.load(slug)
    house = engine.current()
    engine.use(InlineEngine(Settings(run_frames=3)))
    for preset in module.LAB.presets:
        app = opened(slug, quick=False, **module.Config(**preset.settings).texts())
        assert not app.exception
        assert not app.warning
        for name, value in preset.settings.items():
            held = app.session_state[widget_key(slug, name)]
            assert (tuple(held) if isinstance(held, list) else held) == value
    engine.use(house)


def test_a_control_that_is_not_drawn_keeps_its_value_and_its_place_in_the_link() -> None:
    slug = "gp_posterior"
    drawn = {w.key for w in [*opened(slug).slider, *opened(slug).selectbox]}
    app = opened(slug)
    app.session_state[f"{slug}/more"] = False
    app.run()
    left = {w.key for w in [*app.slider, *app.selectbox]}
    hidden = next(
        c for c in catalog.load(slug).Config.controls()
        if c.kind == "int" and c.more and f"{slug}.{c.name}" in drawn - left
    )  # fmt: skip
    value = int(hidden.low) + 1
    app = opened(slug, **{hidden.name: str(value)})
    app.session_state[f"{slug}/more"] = False
    app.run()
    app.slider[0].set_value(app.slider[0].min).run()
    assert app.session_state[f"{slug}.{hidden.name}"] == value
    assert app.query_params[hidden.name] in (str(value), [str(value)])
    app.session_state[f"{slug}/more"] = True
    app.run()
    assert next(w for w in app.slider if w.key == f"{slug}.{hidden.name}").value == value


@pytest.mark.parametrize("slug", SLUGS)
def test_a_control_is_written_to_the_address(slug: str) -> None:
    app = opened(slug)
    if not app.slider:
        pytest.skip("all that this lab's first view needs is typed, chosen or dragged")
    slider = app.slider[0]
    name = slider.key.removeprefix(f"{slug}.")
    control = next(c for c in catalog.load(slug).Config.controls() if c.name == name)
    end = slider.min if control.default == slider.max else slider.max  # no default is in a link
    app = slider.set_value(end).run()
    assert not app.exception
    assert app.query_params[name] == control.text(int(end) if control.kind == "int" else end)
    assert app.query_params["v"] == str(catalog.load(slug).Config.version)


@pytest.mark.parametrize("slug", SLUGS)
def test_wrong_values_are_said_and_replaced(slug: str) -> None:
    for control in catalog.load(slug).Config.controls():
        if control.kind == "text":
            continue
        app = opened(slug, **{control.name: "\0 nonsense"})
        assert not app.exception
        assert control.title in app.warning[0].value
        held = app.session_state[widget_key(slug, control.name)]
        assert (tuple(held) if isinstance(held, list) else held) == control.default


@pytest.mark.parametrize("slug", FUZZED)
@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_no_address_breaks_a_page(slug: str, data: st.DataObject) -> None:
    names = [control.name for control in catalog.load(slug).Config.controls()]
    query = data.draw(
        st.dictionaries(
            st.one_of(st.sampled_from(names), st.text(min_size=1, max_size=12)),
            st.one_of(st.text(max_size=30), st.floats().map(str), st.integers().map(str)),
            max_size=4,
        )
    )
    app = opened(slug, **query)
    assert not app.exception
    assert app.title[0].value == catalog.load(slug).LAB.question


def test_an_old_link_says_so() -> None:
    app = opened(SLUGS[0], v="0")
    assert any("older version" in warning.value for warning in app.warning)


def test_leaving_a_lab_leaves_its_settings_behind() -> None:
    app = opened(SLUGS[0], seed="77")
    app = app.switch_page(str(ROOT / "pages/shell/gallery.py")).run()
    assert not app.exception
    for name in list(app.query_params):
        del app.query_params[name]
    app = app.switch_page(str(ROOT / catalog.find(SLUGS[0]).page)).run()
    assert app.session_state[widget_key(SLUGS[0], "seed")] == 0


def test_the_gallery_filters() -> None:
    app = AppTest.from_file(str(ROOT / "pages/shell/router.py"), default_timeout=60).run()
    assert not app.exception
    assert {heading.value for heading in app.subheader} == {
        section.title
        for section in catalog.SECTIONS
        if any(entry.section == section.slug for entry in catalog.LABS)
    }
    app = app.text_input[0].set_value("zzz").run()
    assert not app.subheader
    assert "No lab matches" in app.info[0].value
