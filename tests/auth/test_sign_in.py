"""Signing in with a real provider and a real browser: who gets in, and what of them is kept."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.auth.provider import CLIENT, PEOPLE, SECRET, Provider, provided
from tests.helpers import until
from tools.chromium import launched
from tools.served import Served, free_port, served

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
ON_STAGE = "document.querySelector('.stage')?.stage?.frames > 0"
"""Right after its start the server computes what every lab opens with, so this may take a while."""


@pytest.fixture(scope="module")
def provider() -> Generator[Provider, None, None]:
    with provided() as running:
        yield running


@pytest.fixture(scope="module")
def house(
    provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Served, None, None]:
    """The app as a class that signs in, with its secrets where an operator would put them."""
    port = free_port()
    home = tmp_path_factory.mktemp("home")
    (home / ".streamlit").mkdir()
    (home / ".streamlit/secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{secrets.token_urlsafe()}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"
"""
    )
    environment = {
        "HOME": str(home), "LAB_AUTH": "1", "LAB_INSTRUCTORS": "ada@example.org,role=instructor",
        "LAB_EXTRA_LABS": "tests.labs.hands", "LAB_WARM": "0", "LAB_LOG": "json",
    }  # fmt: skip
    with ExitStack() as until_the_end:
        with written_to(home / "log"):
            running = until_the_end.enter_context(served(environment, port=port))
        yield running


@contextmanager
def written_to(path: Path) -> Generator[None, None, None]:
    """What is started meanwhile writes its standard error to a file."""
    before = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser, None, None]:
    with launched() as browser:
        yield browser


@pytest.fixture
def enter(house: Served, chromium: Browser) -> Generator[Enter, None, None]:
    """Open an address in a browser of one's own, and sign in as somebody."""
    contexts = []

    def open_page(path: str, person: str = "") -> Page:
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 800}))
        page = contexts[-1].new_page()
        page.goto(f"{house.url}/{path}")
        if person:
            sign_in(page, person)
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, person: str) -> None:
    page.wait_for_function("sessionStorage['visual-lab.wanted']")  # no hand is quicker
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Provider").wait_for()
    page.get_by_role("button", name=person, exact=True).click()


def at_the_door(page: Page) -> None:
    expect(page.get_by_text("Sign in to open it")).to_be_visible()
    expect(page.get_by_role("link", name="All labs")).to_have_count(0)
    assert page.locator(".stage").count() == 0


@pytest.mark.parametrize("path", ["", "hands?gain=2", "console", "account", "challenges"])
def test_nobody_gets_past_the_door(enter: Enter, path: str) -> None:
    page = enter(path)
    at_the_door(page)
    expect(page.locator("main button, .stMain button")).to_have_count(1)


def learner_of(page: Page) -> str:
    """What the engine is told of a learner: it stands in the address of every stream."""
    with page.expect_request(lambda request: "/frames" in request.url) as streamed:
        page.get_by_role("button", name="Another seed").click()
    return parse_qs(urlsplit(streamed.value.url).query)["learner"][0]


def test_a_learner_lands_where_the_link_led_and_has_no_console(enter: Enter) -> None:
    page = enter("hands?gain=2", "bob")
    page.wait_for_url("**/hands?gain=2**")
    page.wait_for_function(ON_STAGE, timeout=60_000)
    expect(page.get_by_role("link", name="Console")).to_have_count(0)
    first = learner_of(page)
    assert re.fullmatch("[0-9a-f]{32}", first)
    again = enter("hands", "bob")
    again.locator(".stage").wait_for(timeout=60_000)
    assert learner_of(again) == first  # two browsers, one learner
    page.goto(f"{page.url.partition('/hands')[0]}/console")
    expect(page.get_by_text("for instructors")).to_be_visible()
    expect(page.get_by_role("button", name="Offer it")).to_have_count(0)


def test_only_who_has_signed_in_is_answered(enter: Enter, house: Served) -> None:
    page = enter("hands", "bob")
    page.wait_for_function(ON_STAGE, timeout=60_000)

    def status(learner: str) -> int:
        asked = {"config": {}, "learner": learner}
        address, origin = f"{house.url}/lab/answer/hands", {"Origin": house.url}
        return page.request.post(address, data=asked, headers=origin).status

    assert [status(""), status("0" * 32)] == [403, 403]
    assert status(learner_of(page)) == 200


@pytest.mark.parametrize("person", ["ada", "carl"])
def test_an_instructor_opens_the_console_by_address_or_by_role(enter: Enter, person: str) -> None:
    page = enter("console", person)
    expect(page.get_by_role("button", name="Take everyone there")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Console")).to_be_visible()


def test_an_address_nobody_has_verified_makes_no_instructor(enter: Enter) -> None:
    page = enter("console", "eve")
    expect(page.get_by_text("for instructors")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Take everyone there")).to_have_count(0)


def test_a_sign_in_of_two_days_ago_does_not_count(enter: Enter) -> None:
    page = enter("console", "old")
    page.wait_for_url(re.compile(r":\d+/(\?.*)?$"))
    at_the_door(page)


def test_whoever_signs_out_is_outside_again(enter: Enter) -> None:
    page = enter("account", "ada")
    expect(page.get_by_text("Ada, signed in as an instructor.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Sign out").click()
    at_the_door(page)
    page.reload()
    at_the_door(page)
    page.goto(f"{urlsplit(page.url)._replace(path='/console', query='').geturl()}")
    at_the_door(page)


def test_a_cookie_cannot_be_made_up(enter: Enter, house: Served) -> None:
    page = enter("", "bob")
    page.get_by_role("link", name="All labs").wait_for(timeout=30_000)
    cookies = page.context.cookies()
    mine = next(cookie for cookie in cookies if cookie["name"] == "_streamlit_user")
    assert mine["httpOnly"]
    assert mine["sameSite"] == "Lax"
    body, dot, signature = mine["value"].rpartition(".")
    page.context.add_cookies([{**mine, "value": f"{body[:-4]}AAAA{dot}{signature}"}])
    page.goto(f"{house.url}/console")
    at_the_door(page)


def test_the_log_names_nobody(enter: Enter, tmp_path_factory: pytest.TempPathFactory) -> None:
    page = enter("hands?gain=3", "ada")
    page.wait_for_function(ON_STAGE, timeout=60_000)
    log = next(tmp_path_factory.getbasetemp().glob("home*/log"))
    until(lambda: "run ended" in log.read_text(), 20)
    written = log.read_text()
    for person, claims in PEOPLE.items():
        assert f'"{person}"' not in written
        assert claims["email"] not in written


def test_the_secrets_are_no_file_of_the_repository() -> None:
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()
    assert "/.streamlit/secrets.toml" in ignored
