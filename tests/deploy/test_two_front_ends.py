"""Two app processes behind nginx, as `deploy/` has them: dealt out, killed, missed by nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from itertools import pairwise

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from labcore import catalog
from labcore.engine.key import run_key
from tests.browser.conftest import wait_for, wait_for_stage
from tests.deploy.example import Campus, campus
from tests.helpers import until
from tests.labs import trouble
from tools.chromium import launched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LAB = "optimizer_trajectories"
COOKIE = "lab_server"
Arrive = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[Campus, None, None]:
    with campus(tmp_path_factory.mktemp("campus")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser, None, None]:
    with launched() as browser:
        yield browser


@pytest.fixture
def arrive(house: Campus, chromium: Browser) -> Generator[Arrive, None, None]:
    """A newcomer, with a browser of their own, at an address of the campus; or one sent there."""
    pages: list[Page] = []

    def open_page(path: str, sent_to: str = "") -> Page:
        pages.append(chromium.new_context().new_page())
        if sent_to:
            cookie = {"name": COOKIE, "value": sent_to, "url": house.url}
            pages[-1].context.add_cookies([cookie])
        pages[-1].goto(f"{house.url}/{path}")
        wait_for_stage(pages[-1])
        return pages[-1]

    yield open_page
    for page in pages:
        page.context.close()


def server(page: Page) -> str:
    """The port of the process that a browser is sent to."""
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)


def pair(arrive: Arrive, path: str) -> tuple[Page, Page]:
    """Two newcomers, one after the other."""
    return arrive(path), arrive(path)


def test_newcomers_are_dealt_out_and_stay_where_they_are(house: Campus, arrive: Arrive) -> None:
    learners = pair(arrive, LAB)
    homes = [server(page) for page in learners]
    assert sorted(homes) == sorted(house.front_ends), "both processes have learners"
    for page, home in zip(learners, homes, strict=True):
        for _ in range(2):
            page.reload()
            wait_for_stage(page)
            assert server(page) == home
    for front_end in house.front_ends.values():
        until(lambda f=front_end: f.sessions() == 1, 10, "one page in each process")


def test_frames_come_through_as_they_are_computed(house: Campus, arrive: Arrive) -> None:
    page = arrive("trouble?kind=slow&frames=12&pause=0.5")
    wait_for(page, "s.ended === null")
    key = run_key("trouble", trouble.Config(kind="slow", frames=12, pause=0.5))
    came: list[float] = []
    with httpx.stream(
        "GET", f"{house.url}/lab/runs/{key}/frames", cookies={COOKIE: server(page)}, timeout=20
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line == "event: frame":
                came.append(time.monotonic())
    assert len(came) == 12
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert min(gaps[-6:]) > 0.1, "a proxy that collects them passes on several at once"


def test_a_killed_process_costs_its_learner_seconds_and_the_others_nothing(
    house: Campus, arrive: Arrive
) -> None:
    path = f"{LAB}?optimizers=sgd,adam&steps=40"
    learner, other = pair(arrive, path)
    for page in (learner, other):
        wait_for(page, "s.ended === 'done'")
    slider = learner.get_by_role("slider", name="Momentum β")
    slider.focus()
    slider.press("ArrowRight")
    learner.wait_for_url("**momentum=0.71**")
    wait_for(learner, "s.ended === 'done'")
    address, home = learner.url, server(learner)
    troubles: list[str] = []
    other.on("websocket", lambda socket: troubles.append(f"a new socket: {socket.url}"))
    other.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    other.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))

    killed = house.front_ends[home]
    survivor = house.front_ends[server(other)]
    before = survivor.sessions()
    killed.kill()
    began = time.monotonic()
    until(lambda: survivor.sessions() == before + 1, 20, "the page on the other process")
    assert time.monotonic() - began < 10
    learner.wait_for_load_state()
    assert learner.url == address
    expect(learner.get_by_role("slider", name="Momentum β")).to_have_value("0.71")
    assert server(learner) == survivor.port
    slider = learner.get_by_role("slider", name="Momentum β")
    slider.focus()
    slider.press("ArrowRight")
    learner.wait_for_url("**momentum=0.72**")
    learner.get_by_role("button", name="Train").click()
    wait_for(learner, "s.ended === 'done' && s.frames === 41")

    slider = other.get_by_role("slider", name="Momentum β")
    slider.focus()
    slider.press("ArrowLeft")
    other.wait_for_url("**momentum=0.69**")
    wait_for(other, "s.ended === 'done' && s.frames === 41")
    assert troubles == []

    killed.start()
    until(killed.is_warm, 120, "the killed process warm again")
    assert server(learner) == survivor.port, "nobody is moved back"
    until(lambda: httpx.get(house.url).cookies[COOKIE] == home, 30, "newcomers are sent there")
    assert server(arrive(LAB, sent_to=home)) == home
    assert killed.sessions() == 1


def test_what_is_not_there_is_refused_and_nothing_is_listed(house: Campus) -> None:
    with httpx.Client(base_url=house.url, timeout=20) as client:
        for path in ("/lab/", "/lab/runs/", "/lab/assets/", "/lab/assets/1/", "/lab/assets/1/.."):
            reply = client.get(path)
            assert reply.status_code == 404 or "<title>Index of" not in reply.text, path
            assert "stage.js" not in reply.text, path
        own = {"Origin": house.url}
        long = b'{"config": {"x": "' + b"x" * 10**6 + b'"}}'
        assert client.post(f"/lab/answer/{LAB}", headers=own, content=long).status_code == 413
        assert client.put("/_stcore/upload_file/a/b", content=bytes(10 * 2**20)).status_code == 413
        assert client.get("/", headers={"X-Long": "x" * 10**5}).status_code == 400
        stranger = client.post(f"/lab/answer/{LAB}", headers={"Origin": "http://evil.test"})
        assert stranger.status_code == 403


def test_what_never_changes_is_served_while_no_process_runs(house: Campus, arrive: Arrive) -> None:
    page = arrive(f"{LAB}?steps=30&seed=7")
    wait_for(page, "s.ended === 'done'")
    run = f"/lab/runs/{run_key(LAB, catalog.load(LAB).Config(steps=30, seed=7))}"
    stage = next(
        name
        for name in page.evaluate("performance.getEntriesByType('resource').map(r => r.name)")
        if name.endswith("/stage.js")
    )
    with httpx.Client(base_url=house.url, cookies={COOKIE: server(page)}, timeout=20) as client:
        paths = [run, f"{run}?learner=somebody-else", stage.removeprefix(house.url)]
        warm = [client.get(path) for path in paths]
        assert [reply.status_code for reply in warm] == [200, 200, 200]
        for front_end in house.front_ends.values():
            front_end.kill()
        cold = [client.get(path) for path in paths]
        assert [reply.content for reply in cold] == [reply.content for reply in warm]
        assert client.get(run, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"]
        closed = client.get("/")
        assert closed.status_code == 503
        assert closed.text == "The lab is starting. Please reload this page in a moment.\n"
