"""The console in Streamlit's own test harness: who may, what each action takes, and what not."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from labcore import catalog, engine
from labcore.engine import log, room
from labcore.engine.inline import InlineEngine
from labcore.engine.key import run_key
from labcore.engine.settings import Settings
from pages.shell import console, who
from tests.helpers import is_sentence

ROOT = Path(__file__).parents[2]
TOKEN = "a-long-token-for-the-tests"
SLUG = "optimizer_trajectories"
HOST = "lab.example:8501"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> Generator[InlineEngine, None, None]:
    """A server that is a class, with nothing set and nobody's attempts counted."""
    monkeypatch.setenv("LAB_INSTRUCTOR_TOKEN", TOKEN)
    monkeypatch.setattr(who, "attempts", who.Attempts())
    engine.settings.cache_clear()
    made = InlineEngine(Settings(run_frames=3))
    monkeypatch.setattr(engine, "_engine", made)
    yield made
    engine.board().clear()
    engine.settings.cache_clear()


def shut(page: str = "pages/shell/console_page.py") -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/shell/router.py"), default_timeout=60).run()
    return app.switch_page(str(ROOT / page)).run()


def offer_token(app: AppTest, token: str) -> AppTest:
    app.text_input[0].set_value(token)
    return pressed(app, "Open")


def opened() -> AppTest:
    app = offer_token(shut(), TOKEN)
    assert not app.exception
    assert not app.error
    return app


def pressed(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def labels(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


# Who may


def test_the_console_opens_by_its_token_and_closes() -> None:
    app = opened()
    assert {"Offer it", "Take everyone there", "Stop all", "Set"} <= labels(app)
    app = pressed(app, "Close the console")
    assert labels(app) == {"Open"}


@pytest.mark.parametrize("token", ["", " ", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é" * 30])
def test_a_wrong_token_does_not_open_it(token: str) -> None:
    app = offer_token(shut(), token)
    assert not app.exception
    assert app.error[0].value == who.WRONG
    assert labels(app) == {"Open"}
    assert TOKEN not in str(app.query_params)


def test_wrong_tokens_are_heard_ten_times_a_minute_from_all_together() -> None:
    for _ in range(who.ATTEMPTS):
        assert offer_token(shut(), "wrong").error[0].value == who.WRONG
    for token in ("wrong", TOKEN):
        app = offer_token(shut(), token)
        assert app.error[0].value == who.PATIENCE
        assert labels(app) == {"Open"}
    who.attempts._times[0] = time.monotonic() - who.PERIOD_SECONDS
    assert "Offer it" in labels(offer_token(shut(), TOKEN))


def test_neither_log_nor_page_repeats_a_token() -> None:
    heard: list[tuple[str, Mapping[str, Any]]] = []
    log.listeners.append(lambda event, facts: heard.append((event, facts)))
    try:
        app = offer_token(shut(), "wrong-secret")
        offer_token(app, TOKEN)
    finally:
        log.listeners.pop()
    assert [event for event, _ in heard] == ["sign-in failed", "signed in"]
    assert all(facts == {} for _, facts in heard)
    assert "wrong-secret" not in " ".join(block.value for block in app.main.markdown)
    assert app.text_input[0].value in ("", None)


def test_without_a_token_it_says_how_to_set_one_and_stays_shut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LAB_INSTRUCTOR_TOKEN")
    engine.settings.cache_clear()
    app = shut()
    assert not app.exception
    assert "has no instructor" in app.info[0].value
    assert "LAB_INSTRUCTOR_TOKEN" in app.code[0].value
    assert not app.button
    assert not app.text_input
    assert not who.is_class()


ACTIONS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (console.open_preset, (SLUG, "As it opens", True)),
    (console.open_link, (SLUG, HOST, False)),
    (console.close_link, ()),
    (console.stop, ("0" * 32,)),
    (console.stop_all, ()),
    (console.hide, (SLUG, ["seed"])),
    (console.hide_all, (True,)),
    (console.pause, (True,)),
    (console.show_board, (True,)),
    (console.clear_board, ()),
    (console.limit, ({"workers": 1},)),
    (console.warm, ([SLUG],)),
]


def asked(call, args):
    """The script of a page of its own, and so without the names above."""
    import streamlit

    from pages.shell import console

    console.act(call, *args)
    streamlit.text(str(streamlit.session_state[console.SAID]))


@pytest.mark.parametrize(("call", "args"), ACTIONS, ids=[call.__name__ for call, _ in ACTIONS])
def test_a_learner_can_do_none_of_it(
    call: Callable[..., Any], args: tuple[Any, ...], house: InlineEngine
) -> None:
    engine.board().join("ada", "Ada", {})
    app = AppTest.from_function(asked, kwargs={"call": call, "args": args}).run()
    assert not app.exception
    assert console.SHUT in app.text[0].value
    assert room.Reader().room() == room.Room()
    assert house.settings == Settings(run_frames=3)
    assert engine.board().name("ada") == "Ada"
    assert house.store.get(run_key(SLUG, catalog.load(SLUG).Config())) is None


def test_all_that_an_instructor_can_do_is_tried_on_a_learner() -> None:
    """A new action must be added to the list above."""
    tried = {call.__name__ for call, _ in ACTIONS}
    public = {
        name
        for name, value in vars(console).items()
        if callable(value) and getattr(value, "__module__", "") == console.__name__
        and not name.startswith("_")
    }  # fmt: skip
    assert public - tried == {"Warming", "act", "address", "read_link", "settings", "warmed"}


# What an instructor does


def test_a_preset_is_offered_taken_back_and_followed() -> None:
    app = opened()
    app.selectbox(key="console/lab").set_value(SLUG).run()
    preset = catalog.load(SLUG).LAB.presets[0]
    app.selectbox(key=f"console/as/{SLUG}").set_value(preset.title).run()
    app = pressed(app, "Offer it")
    page = room.current().opened
    assert page
    assert (page.slug, page.take) == (SLUG, False)
    config, wrong = catalog.load(SLUG).Config.parse(
        {name: texts[0] for name, texts in page.query.items() if name not in ("v", "view")}
    )
    assert not wrong
    assert config == catalog.load(SLUG).Config(**preset.settings)
    app = pressed(app, "Take everyone there")
    again = room.current().opened
    assert again
    assert again.take
    assert again.number != page.number
    pressed(app, f"Take back “{catalog.find(SLUG).title}”")
    assert room.current().opened is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://elsewhere.example/q_learning", "another server"),
        ("//elsewhere.example/q_learning", "another server"),
        ("javascript:alert(1)//q_learning", "another server"),
        ("nothing", "leads to no lab"),
        ("console", "leads to no lab"),
        ("q_learning?nonsense=1", "no control"),
        ("optimizer_trajectories?seed=x", "not a whole number"),
        ("optimizer_trajectories?v=999999", "another version"),
        ("optimizer_trajectories?view=Nowhere", "no view"),
        ("q_learning?" + "x" * 5000, "at most 4000"),
        ("files?words=own-" + "a" * 22, "nobody else"),
    ],
)
def test_a_link_that_leads_elsewhere_or_nowhere_is_refused(text: str, says: str) -> None:
    app = opened()
    app.text_input(key="console/link").set_value(text).run()
    app = pressed(app, "Take everyone there")
    assert not app.exception
    assert says in app.error[0].value
    assert is_sentence(app.error[0].value)
    assert room.current().opened is None


@pytest.mark.parametrize("base", ["", "/", f"http://{HOST}/", f"https://{HOST}/deep/"])
def test_a_link_of_this_server_is_passed_on_without_what_is_the_senders(base: str) -> None:
    text = f"{base}{SLUG}?seed=3&present=1&list=gan&at=1&embed=true&frame=4&pin=seed%3D2"
    slug, query = console.read_link(text, HOST)
    assert slug == SLUG
    version = str(catalog.load(SLUG).Config.version)
    assert query == {"seed": ["3"], "v": [version], "frame": ["4"], "pin": ["seed=2"]}


@given(st.text(max_size=60) | st.text("/?&=:#[]@%._-aq", max_size=30).map("q_learning".__add__))
def test_any_text_is_a_page_of_here_or_a_sentence(text: str) -> None:
    said = ""
    try:
        slug, query = console.read_link(text, HOST)
    except ValueError as wrong:
        said = str(wrong)
    if said:
        assert is_sentence(said), said
    else:
        catalog.find(slug)
        assert all(isinstance(value, str) for values in query.values() for value in values)


def test_controls_are_hidden_lab_by_lab() -> None:
    app = opened()
    app.selectbox(key="console/lab").set_value(SLUG).run()
    app.multiselect(key=f"console/hide/{SLUG}").set_value(["seed"]).run()
    assert room.current().hidden == (f"{SLUG}.seed",)
    app.selectbox(key="console/lab").set_value("q_learning").run()
    app.multiselect(key="console/hide/q_learning").set_value(["seed"]).run()
    assert room.current().hidden == (f"{SLUG}.seed", "q_learning.seed")
    app.toggle(key="console/hide-all").set_value(True).run()
    assert room.ALL in room.current().hidden
    app.toggle(key="console/hide-all").set_value(False).run()
    assert room.current().hidden == (f"{SLUG}.seed", "q_learning.seed")
    with pytest.raises(ValueError, match="no control"):
        console.hide(SLUG, ["}body{display:none"])


def test_the_pause_is_a_switch() -> None:
    app = opened()
    app.toggle(key="console/quiet").set_value(True).run()
    assert room.current().quiet
    assert engine.current().settings.quiet == room.QUIET
    app.toggle(key="console/quiet").set_value(False).run()
    assert not engine.current().settings.quiet


def test_limits_are_set_and_what_is_as_started_is_not_kept() -> None:
    app = opened()
    app.number_input(key="console/limit/queue").set_value(12)
    app = pressed(app, "Set")
    assert not app.error
    assert room.current().limits == {"queue": 12}
    assert engine.current().settings.queue == 12
    app.number_input(key="console/limit/queue").set_value(engine.settings().queue)
    pressed(app, "Set")
    assert room.current().limits == {}


def test_the_board_is_shown_hidden_and_cleared() -> None:
    engine.board().join("ada", "Ada", {f"{SLUG}/x": 3})
    app = opened()
    app.toggle(key="console/board").set_value(True).run()
    assert room.shows_board()
    assert "Ada" in str(app.dataframe[0].value)
    app = pressed(app, "Take everyone off")
    assert engine.board().table() == []
    app.toggle(key="console/board").set_value(False).run()
    assert not room.shows_board()


def test_presets_are_computed_ahead(house: InlineEngine) -> None:
    app = opened()
    app.selectbox(key="console/lab").set_value("q_learning").run()
    app = pressed(app, f"“{catalog.find('q_learning').title}”")
    assert not app.exception
    warming = app.session_state[console.WARMING]
    presets = len(catalog.load("q_learning").LAB.presets)
    assert (warming.asked, warming.left) == (presets + 1, [])


# Sign-in


@pytest.mark.parametrize(
    ("claims", "named", "may"),
    [
        ({"email": "ada@x.org", "email_verified": True}, "ada@x.org", True),
        ({"email": "Ada@X.org", "email_verified": True}, "bob@x.org, ada@x.org", True),
        ({"email": "ada@x.org", "email_verified": False}, "ada@x.org", False),
        ({"email": "ada@x.org", "email_verified": "true"}, "ada@x.org", False),
        ({"email": "ada@x.org"}, "ada@x.org", False),
        ({"email": "ada@x.org.evil", "email_verified": True}, "ada@x.org", False),
        ({"email": "", "email_verified": True}, "", False),
        ({"email": "", "email_verified": True}, ",,", False),
        ({"role": "instructor"}, "role=instructor", True),
        ({"role": ["staff", "instructor"]}, "role=instructor", True),
        ({"role": "not-instructor"}, "role=instructor", False),
        ({"role": None}, "role=instructor", False),
        ({}, "role=instructor", False),
        ({}, "role=", False),
        ({"email_verified": True}, "ada@x.org", False),
    ],
)
def test_who_instructs_is_what_the_provider_vouches_for(
    claims: dict[str, Any], named: str, may: bool
) -> None:
    assert who.instructs(claims, named) is may


def test_a_sign_in_counts_for_its_hours() -> None:
    now = time.time()
    hours = engine.settings().auth_hours * 3600
    assert who.is_recent({"iat": now - hours + 60})
    assert not who.is_recent({"iat": now - hours - 60})
    assert not who.is_recent({"iat": "now"})
    assert not who.is_recent({})
