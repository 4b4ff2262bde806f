"""A class and its instructor, each in a browser of their own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.conftest import probe, wait_for, wait_for_stage
from tools.served import Served, served

pytestmark = pytest.mark.browser
TOKEN = "a-long-token-for-the-tests"
THUMB = 44
LAB = "What can a hand do here?"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def classroom() -> Generator[Served, None, None]:
    """A server with an instructor."""
    with served(
        {
            "LAB_INSTRUCTOR_TOKEN": TOKEN, "LAB_WARM": "0",
            "LAB_EXTRA_LABS": "tests.labs.trouble,tests.labs.hands",
        }
    ) as running:  # fmt: skip
        yield running


@pytest.fixture
def open_page(classroom: Served, chromium: Browser) -> Generator[Open, None, None]:
    """Open an address in a context of its own."""
    contexts: list[BrowserContext] = []

    def open_in(path: str, width: int = 1280, **context: object) -> Page:
        viewport = {"width": width, "height": 800}
        contexts.append(chromium.new_context(viewport=viewport, **context))
        page = contexts[-1].new_page()
        page.goto(f"{classroom.url}/{path}")
        return page

    yield open_in
    for context in contexts:
        context.close()


@pytest.fixture
def console(open_page: Open) -> Generator[Page, None, None]:
    """The console; nothing is offered when a test begins, nor when it has ended."""
    page = unlocked(open_page("console"))
    yield page
    page.reload()
    taken_back = unlocked(page).get_by_role("button", name="Take back")
    page.wait_for_timeout(500)
    if taken_back.count():
        taken_back.click()
        taken_back.wait_for(state="detached")


@pytest.fixture
def learner(open_page: Open) -> Page:
    page = open_page("hands")
    wait_for_stage(page)
    return page


def unlocked(page: Page) -> Page:
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("button", name="Offer it").wait_for()
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def send(console: Page, link: str, how: str = "Offer it") -> None:
    box = console.get_by_label("Or a link of this server")
    box.fill(link)
    box.press("Enter")
    console.wait_for_timeout(500)  # what was typed is on its way
    press(console, how)


def token_of(page: Page) -> str:
    """The learner's token, as every stream tells it."""
    with page.expect_request(lambda request: "/frames" in request.url) as streamed:
        press(page, "Another seed")
    return parse_qs(urlsplit(streamed.value.url).query)["learner"][0]


def test_an_offer_appears_on_every_page_and_disturbs_nothing(
    console: Page, learner: Page, open_page: Open
) -> None:
    beside = open_page("glossary")
    beside.get_by_role("textbox").wait_for()
    learner.locator(".stage-slider").fill("7")
    wait_for(learner, "s.frame === 7 && !s.playing")
    address, mounts = learner.url, probe(learner, "mounts")
    told: list[object] = []
    learner.on("websocket", lambda socket: told.append(socket))
    send(console, "trouble?frames=9")
    began = time.monotonic()
    for page in (learner, beside):
        expect(page.locator(".room-bar")).to_contain_text("Your instructor opened: trouble")
    assert time.monotonic() - began < 5
    expect(console.locator(".room-bar")).to_have_count(0)
    assert (learner.url, probe(learner, "mounts"), probe(learner, "frame")) == (address, mounts, 7)
    assert told == []
    press(learner, "Stay")
    expect(learner.locator(".room-bar")).to_be_hidden()
    learner.reload()
    wait_for_stage(learner)
    learner.wait_for_timeout(3000)  # more than one answer of the server
    expect(learner.locator(".room-bar:visible")).to_have_count(0)
    console.get_by_role("button", name="Take back").click()
    expect(beside.locator(".room-bar")).to_be_hidden()


def test_who_goes_there_keeps_their_visit(console: Page, learner: Page) -> None:
    token = token_of(learner)
    send(console, "trouble?frames=9")
    press(learner, "Go there")
    learner.wait_for_url("**/trouble?frames=9**")
    wait_for_stage(learner)
    wait_for(learner, "s.ended === 'done' && s.frames === 9")
    assert token_of(learner) == token


def test_everyone_is_taken_there_but_not_out_of_a_drag(
    console: Page, learner: Page, open_page: Open
) -> None:
    other = open_page("glossary")
    other.get_by_role("textbox").wait_for()
    box = learner.locator(".stage-slider").bounding_box()
    assert box
    learner.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    learner.mouse.down()
    send(console, "trouble?frames=11", "Take everyone there")
    other.wait_for_url("**/trouble?frames=11**")
    learner.wait_for_timeout(3000)
    assert "/hands" in learner.url
    learner.mouse.up()
    learner.wait_for_url("**/trouble?frames=11**")
    assert "/console" in console.url


def test_hidden_controls_are_gone_and_come_back(console: Page, learner: Page) -> None:
    gain, brush = learner.locator(".st-key-hands-gain"), learner.locator(".st-key-hands-brush")
    expect(gain).to_be_visible()
    console.get_by_role("combobox", name=re.compile("^Lab|Attention")).first.click()
    console.keyboard.type("hands")  # of a hundred labs a list shows the first few
    console.get_by_role("option", name="hands").click()
    chosen = console.get_by_role("combobox", name=re.compile("Of “hands”"))
    chosen.click()
    console.get_by_role("option", name="Gain").click()
    console.keyboard.press("Escape")
    expect(gain).to_be_hidden()
    expect(brush).to_be_visible()
    everything = console.get_by_text("All controls of all labs: everyone watches")
    everything.click()
    expect(learner.locator(".st-key-controls")).to_be_hidden()
    expect(learner.locator(".stage")).to_be_visible()
    everything.click()
    expect(brush).to_be_visible()
    expect(gain).to_be_hidden()
    console.get_by_role("button", name=re.compile("Clear|Remove|Delete")).first.click()
    expect(gain).to_be_visible()


def test_a_pause_is_said_to_who_would_train(console: Page, learner: Page) -> None:
    console.get_by_text("Pause new runs").click()
    try:
        learner.wait_for_timeout(3000)  # until its own server knows
        press(learner, "Another seed")
        expect(learner.get_by_text("Your instructor has paused new runs")).to_be_visible()
        assert probe(learner, "frames") == 21  # what was there still stands
    finally:
        console.get_by_text("Pause new runs").click()
        console.wait_for_timeout(500)
    press(learner, "Another seed")
    expect(learner.get_by_text("Your instructor has paused new runs")).to_have_count(0)


def test_one_run_is_stopped_then_all_after_a_second_thought(console: Page, open_page: Open) -> None:
    learners = [
        open_page(f"trouble?kind=slow&frames=5000&pause=0.05&seed={seed}") for seed in (1, 2)
    ]
    for page in learners:
        wait_for_stage(page)
    rows = console.locator("[class*='st-key-run-']")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(re.compile(r"trouble\s*frame \d+ · \d+ s"))
    rows.first.get_by_role("button", name="Stop").click()
    expect(rows).to_have_count(1)
    press(console, "Stop all")
    press(console, "Let them run")
    expect(rows).to_have_count(1)
    press(console, "Stop all")
    press(console, "Stop all, for everyone")
    expect(rows).to_have_count(0)
    for page in learners:
        wait_for(page, "s.ended === 'cancelled'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_console_is_one_screen_for_thumbs_and_for_everyone(
    open_page: Open, width: int, scheme: str
) -> None:
    page = unlocked(open_page("console", width, color_scheme=scheme))
    page.wait_for_timeout(1500)
    sizes = page.locator(".st-key-console button:visible").evaluate_all(
        """buttons => buttons.filter((b) => !b.closest('.stTooltipIcon, [role="group"]'))
            .map((b) => [b.textContent, b.getBoundingClientRect().height])"""
    )
    assert len(sizes) >= 6
    assert [size for size in sizes if size[1] < THUMB - 0.5] == []
    if width == 1280:
        bottom = page.locator(".st-key-console").evaluate("e => e.getBoundingClientRect().bottom")
        assert bottom <= 800
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:  # Streamlit's own menu, as it is there, does not pass
        return
    found = Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in serious] == []


def test_a_learner_finds_no_console(learner: Page, open_page: Open) -> None:
    expect(learner.get_by_role("link", name="Console")).to_have_count(0)
    page = open_page("console")
    page.get_by_label("Token").fill("not-the-token-of-anybody")
    press(page, "Open")
    expect(page.get_by_text("That is not the token.")).to_be_visible()
    expect(page.get_by_role("button", name="Take everyone there")).to_have_count(0)
    assert "not-the-token" not in page.url


def test_a_server_without_an_instructor_is_never_asked(visit: Callable[..., Page]) -> None:
    asked: list[Request] = []
    page = visit("hands")
    page.on("request", lambda request: asked.append(request))
    page.wait_for_timeout(3000)
    assert not [request.url for request in asked if "/lab/room" in request.url]
