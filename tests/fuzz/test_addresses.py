"""Addresses of pages: whatever a link says, the page stands, and says what was wrong."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from labcore import catalog, engine
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from pages.shell import pins, presenter
from pages.shell.controls import HOUSE
from tests.helpers import ROOT, is_sentence

Query = dict[str, str | list[str]]
LAB = "optimizer_trajectories"
MODULE = catalog.load(LAB)
QUICK = MODULE.Config(**MODULE.LAB.quick).texts()
SOME = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
HUGE = "9" * 5000


@pytest.fixture(autouse=True, scope="module")
def inline() -> Generator[None, None, None]:
    engine.use(InlineEngine(Settings(run_frames=5)))
    yield
    engine.close()


def lab() -> None:
    from pages.shell import lab_page

    lab_page("optimizer_trajectories", "")


def opened(query: Query, page: AppTest | None = None) -> AppTest:
    """A page as a browser opens it with these parameters, names and values as they are."""
    app = page or AppTest.from_function(lab, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


# Texts that are read in parts: settings of a pin, frames and trunks between “!”.
settings_of = st.sampled_from(
    ("", "steps=20", "seed=3&steps=20", "seed=x", "steps=20&steps=30", "&&=;", "%", "%00=%ff",
     "optimizers=sgd", "nothing=1", "x" * 500, "surface=%3Cscript%3E", "seed=1e999", "\ud83d\ude00")
)  # fmt: skip
frame_of = st.sampled_from(
    ("0", "3", "-1", "10", "999999999999999999999", "٣", "²", "", "1.5", " 2")
)
pinned = st.builds(
    lambda own, links: "".join([own, *(f"!{frame}!{trunk}" for frame, trunk in links)]),
    settings_of,
    st.lists(st.tuples(frame_of, settings_of), max_size=3),
)
begun = st.builds(lambda frame, pin: f"{frame}!{pin}", frame_of, pinned)
any_text = st.text(max_size=40) | st.sampled_from(("", "!", "!!!!!!!!!!", "\0", "‮", "<b>", "%"))
house = st.fixed_dictionaries(
    {},
    optional={
        "pin": st.lists(pinned | any_text, min_size=1, max_size=6),
        "compare": any_text,
        "frame": frame_of | any_text,
        "from": begun | any_text,
        "present": st.sampled_from(("1", "controls", "")) | any_text,
        "list": st.lists(any_text | st.just(f"{LAB}?steps=20"), min_size=1, max_size=3),
        "at": frame_of | any_text,
        "view": any_text,
        "v": frame_of | any_text,
        "embed": any_text,
        "embed_options": any_text,
    },
)


def test_all_the_house_reads_is_tried() -> None:
    tried = {"pin", "compare", "frame", "from", "present", "list", "at", "view", "embed",
             "embed_options"}  # fmt: skip
    assert tried == HOUSE


@SOME
@given(house)
@example({"pin": ["steps=20!3!steps=20!2!steps=20!1!steps=20!0!"], "compare": "1"})
@example({"from": "0!" + "x!" * 400})
def test_no_address_of_the_house_breaks_a_page(query: Query) -> None:
    app = opened({**QUICK, **query})
    assert not app.exception
    assert app.title[0].value == MODULE.LAB.question
    for said in (*app.warning, *app.error):
        assert is_sentence(said.value)


@pytest.mark.parametrize(
    "query",
    [{"frame": HUGE}, {"from": f"{HUGE}!steps=20"}, {"pin": f"steps=20!{HUGE}!"},
     {"present": "1", "list": [LAB, LAB], "at": HUGE}],
    ids=lambda query: next(name for name, value in query.items() if HUGE in str(value)),
)  # fmt: skip
def test_a_number_of_5000_digits_breaks_no_page(query: Query) -> None:
    assert not opened({**QUICK, **query}).exception


@settings(max_examples=200)
@given(pinned | any_text)
def test_any_pin_is_one_and_its_text_gives_it_back(text: str) -> None:
    pin = pins.parse(MODULE.Config, text)
    assert pins.parse(MODULE.Config, pin.text()) == pin


@settings(max_examples=200)
@given(
    any_text
    | st.builds(
        "{}{}?{}".format, st.sampled_from(("", "http://[", "//", "https://a:b/", "../")),
        st.sampled_from((LAB, "gan", "nothing", "")), any_text,
    )
)  # fmt: skip
def test_any_entry_of_a_playlist_leads_to_a_lab_or_gives_a_sentence(text: str) -> None:
    try:
        slug, _ = presenter.read_item(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"(?s)^“.{0,60}” leads to no lab\.$"):
            presenter.read_item(text)
    else:
        assert catalog.find(slug)


@pytest.mark.parametrize("page", ["gallery", "glossary", "presenter_page"])
def test_pages_that_read_nothing_stand_whatever_is_said(page: str) -> None:
    query = {"\0": "\0", "pin": "!", "frame": "x", "q": "<script>", "a" * 999: "b" * 9999}
    app = AppTest.from_file(str(ROOT / f"pages/shell/{page}.py"), default_timeout=60)
    assert not opened(query, app).exception
