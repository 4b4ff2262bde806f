"""A learner at the page of a lab: open, train, scrub, drag, stop, link, leave."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from labcore.optimization.optimizer_trajectories.config import Config
from tests.browser.conftest import children, probe, wait_for, wait_for_stage
from tools.served import Served

pytestmark = pytest.mark.browser
LAB = "optimizer_trajectories"
Visit = Callable[..., Page]


def settings(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def mark(page: Page, name: str = "start") -> tuple[float, float]:
    """Where the handle of a mark stands on the page."""
    box = page.locator(".stage-handle", has_text="").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_opens_playing_the_default_run(visit: Visit) -> None:
    page = visit(LAB)
    wait_for(page, "s.playing && s.frame > 5")
    wait_for(page, "!s.playing && s.frame === s.frames - 1 && s.ended === 'done'")
    assert probe(page, "frames") == 151
    assert settings(page) == {}


def test_train_plays_from_the_start(visit: Visit) -> None:
    page = visit(LAB)
    wait_for(page, "s.ended === 'done'")
    page.keyboard.press("End")
    wait_for(page, "s.frame === s.frames - 1")
    page.get_by_role("button", name="Train").click()
    wait_for(page, "s.playing && s.frame < 100")


def test_a_control_changes_the_run_and_the_address(visit: Visit) -> None:
    page = visit(LAB)
    slider = page.get_by_role("slider", name="Momentum β")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url("**momentum=0.71**")
    wait_for(page, "s.ended === 'done' && s.frames === 151")
    assert settings(page) == {"momentum": "0.71", "v": str(Config.version)}
    assert probe(page, "mounts") <= 3, "panels are not mounted anew"


def test_a_link_reproduces_the_settings(visit: Visit) -> None:
    page = visit(f"{LAB}?momentum=0.5&optimizers=sgd,adam&steps=40&v={Config.version}")
    wait_for(page, "s.frames === 41")
    page.reload()
    wait_for_stage(page)
    wait_for(page, "s.frames === 41")
    assert settings(page) == {
        "momentum": "0.5", "optimizers": "sgd,adam", "steps": "40", "v": str(Config.version),
    }  # fmt: skip


def test_a_wrong_link_gives_a_sentence_and_the_default(visit: Visit) -> None:
    page = visit(f"{LAB}?momentum=7&nonsense=1&surface=%3Cscript%3E")
    expect(page.get_by_text("Momentum β: 7 is outside 0 to 0.99.")).to_be_visible()
    expect(page.get_by_text("There is no control “nonsense” here")).to_be_visible()
    wait_for(page, "s.frames === 151")
    assert settings(page) == {}


def test_keyboard(visit: Visit) -> None:
    page = visit(LAB)
    wait_for(page, "s.ended === 'done'")
    page.keyboard.press("Home")
    wait_for(page, "s.frame === 0")
    page.keyboard.press("ArrowRight")
    wait_for(page, "s.frame === 1 && !s.playing")
    page.keyboard.press("Shift+ArrowRight")
    wait_for(page, "s.frame === 11")
    page.keyboard.press("ArrowLeft")
    wait_for(page, "s.frame === 10")
    page.keyboard.press("Space")
    wait_for(page, "s.playing && s.frame > 12")
    page.keyboard.press("Space")
    wait_for(page, "!s.playing")
    page.keyboard.press("End")
    wait_for(page, "s.frame === s.frames - 1")


def test_scrubbing_back_shows_the_same_picture(visit: Visit) -> None:
    page = visit(LAB, reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    head = (
        "[...document.querySelector('.js-plotly-plot').data].filter(t => t.mode === 'markers')"
        ".map(t => [Array.from(t.x), Array.from(t.y)])"
    )
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    wait_for(page, "s.frame === 10")
    first = page.evaluate(head)
    page.keyboard.press("End")
    wait_for(page, "s.frame === s.frames - 1")
    assert page.evaluate(head) != first
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    wait_for(page, "s.frame === 10")
    assert page.evaluate(head) == first


def test_dragging_during_playback(visit: Visit) -> None:
    page = visit(f"{LAB}?steps=250")
    wait_for(page, "s.playing && s.frame > 5")
    mounts = probe(page, "mounts")
    x, y = mark(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 13):
        page.mouse.move(x + 6 * i, y + 4 * i)
        page.wait_for_timeout(30)
    wait_for(page, "s.answers.length >= 2")
    page.mouse.up()
    page.wait_for_url("**x0=**")
    moved = settings(page)
    assert float(moved["x0"]) > -2.55, "the start went to the right"
    assert float(moved["y0"]) < 1.55, "and down"
    wait_for(page, "s.ended === 'done' && s.frame > 0")
    assert probe(page, "mounts") == mounts


def test_a_mark_moves_by_keyboard(visit: Visit) -> None:
    page = visit(LAB, reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    page.locator(".stage-handle").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**x0=**")
    assert float(settings(page)["x0"]) > -2.6


def test_stop(visit: Visit) -> None:
    page = visit("trouble?kind=slow&frames=5000")
    wait_for(page, "s.frames > 5 && s.ended === null")
    page.get_by_role("button", name="Stop").click()
    wait_for(page, "s.ended === 'cancelled'")
    expect(page.locator(".stage-status")).to_contain_text("Stopped")
    page.get_by_role("button", name="Train").click()
    wait_for(page, "s.ended === null && s.frames > 2")
    page.get_by_role("button", name="Stop").click()
    wait_for(page, "s.ended === 'cancelled'")


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("raise", "the matrix is singular"),
        ("exit", "process ended (7) after 3 frames"),
        ("memory", "of memory after 3 frames"),
    ],
)
def test_a_failure_is_explained(visit: Visit, kind: str, says: str) -> None:
    page = visit(f"trouble?kind={kind}")
    wait_for(page, "s.ended === 'failed'")
    expect(page.locator(".stage-status")).to_contain_text(says)


def test_the_worker_host_is_killed(visit: Visit, house: Served) -> None:
    page = visit("trouble?kind=slow&frames=5001")
    wait_for(page, "s.frames > 5 && s.ended === null")
    (host,) = children(house.process.pid)
    os.kill(host, signal.SIGKILL)
    wait_for(page, "s.ended === 'interrupted'")
    expect(page.locator(".stage-status")).to_contain_text("lost")
    page.goto(page.url.replace("5001", "9").replace("slow", "fine"))
    wait_for_stage(page)
    wait_for(page, "s.ended === 'done' && s.frames === 9")


def test_settings_do_not_leak_into_the_next_lab(visit: Visit) -> None:
    page = visit("probe?seed=7&frames=30")
    wait_for(page, "s.frames === 30")
    page.get_by_role("link", name="All labs").click()
    expect(page.get_by_role("heading", name="Play with deep learning")).to_be_visible()
    page.get_by_role("link", name="Optimizer trajectories").first.click()
    wait_for_stage(page)
    wait_for(page, "s.frames === 151")
    assert settings(page) == {}


def test_phone_has_no_horizontal_scroll(visit: Visit) -> None:
    page = visit(LAB, width=390)
    wait_for(page, "s.ended === 'done'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_reduced_motion_does_not_play_by_itself(visit: Visit) -> None:
    page = visit(LAB, reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    assert probe(page, "playing") is False
    assert probe(page, "frame") == 150


def test_tabs(visit: Visit) -> None:
    page = visit(LAB)
    wait_for(page, "s.ended === 'done'")
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_text("This is the code that ran")).to_be_visible()
    page.get_by_role("tab", name="Numbers").click()
    link = page.get_by_role("link", name="Table (.csv)").get_attribute("href")
    assert link
    text = page.request.get(urlsplit(page.url)._replace(path=link, query="").geturl()).text()
    assert text.startswith("step,")
    assert len(text.splitlines()) == 152
    page.get_by_role("tab", name="Challenges").click()
    expect(page.get_by_text("Not yet").first).to_be_visible()
    page.get_by_role("tab", name="Look for").click()
    page.get_by_role("link", name="One rate, two fates").click()
    page.wait_for_url("**lr=0.075**")
    wait_for(page, "s.frames === 101")
    expect(page.locator(".stage-note")).to_contain_text("SGD diverged")


def test_no_key_on_a_slider_is_lost_while_runs_come_in(visit: Visit) -> None:
    """What a browser sends in the moment after a change still carries the old address."""
    page = visit("hands", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    page.wait_for_timeout(1500)
    slider = page.get_by_role("slider", name="Gain")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(330)
    page.wait_for_url("**gain=1.6**")
    page.wait_for_timeout(1500)
    assert slider.input_value() == "1.6"


def test_the_words_at_rest_are_those_of_the_frame(visit: Callable[..., Page]) -> None:
    """A page that opens at its last frame draws it right after the first, which is still moving."""
    page = visit("autograd", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done' && !s.playing && s.frame === s.frames - 1")
    page.wait_for_timeout(1500)
    shown, meant = page.evaluate(
        """() => {
            const plot = document.querySelector("[data-panel=graph] .js-plotly-plot");
            const drawn = [...plot.querySelectorAll(".textpoint text")].map((t) => t.textContent);
            const words = plot.data.flatMap(({ text }) => text ?? []);
            return [drawn, words].map((list) => list.filter(Boolean).sort());
        }"""
    )
    assert len(meant) > 15
    assert shown == meant


def test_numbers_and_formulas_are_those_of_the_view(visit: Visit) -> None:
    page = visit("vectors?view=Hyperplane")
    words = page.locator(".stage-words")
    expect(words).to_contain_text("On the right side")
    expect(words).not_to_contain_text("Cosine similarity")
    page.get_by_role("radiogroup", name="View").get_by_role("radio", name="Dot product").click()
    expect(words).to_contain_text("Cosine similarity")
    expect(words.get_by_role("radio", name="Projection")).to_be_visible()
    expect(words).not_to_contain_text("On the right side")


def test_the_legend_names_a_line_that_begins_later(visit: Visit) -> None:
    """At first the weights are zero, neither positive nor negative."""
    page = visit("linear_regression?view=Network")
    wait_for(page, "s.ended === 'done' && s.frame > 3")
    expect(page.locator("[data-panel=net] .legendtext")).to_contain_text(["w > 0"])
