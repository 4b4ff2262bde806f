"""Around the labs: pins compared in step, marks, tours, the projector, what a browser remembers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_for, wait_for_stage, wait_until_drawn

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

AT_REST = "s.ended === 'done' && !s.playing && s.frame === 20"


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def compared(page: Page, condition: str) -> None:
    """Return when a condition on `c`, the figures of the comparison, holds."""
    page.wait_for_function(
        "(() => { const c = document.querySelector('.compare')?.compare;"
        f" return c && {condition}; }})()",
        timeout=60_000,
    )


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=False).first.click()


def test_pinned_runs_are_compared_in_step_and_by_link(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    wait_for(page, AT_REST)
    button(page, "Pin this run")
    expect(page.get_by_role("button", name="Compare 1")).to_be_visible()
    button(page, "Another seed")
    button(page, "Compare 2")
    compared(page, "c.ended && c.frames.length === 2 && c.frames.every((n) => n === 21)")
    page.locator(".compare .stage-slider").fill("7")
    compared(page, "c.shown.every((n) => n === 7)")
    table = page.locator(".compare-table")
    expect(table).to_contain_text("Seed")
    expect(table).to_contain_text("Time to compute")
    again = visit(page.url.partition("/hands")[2].join(["hands", ""]), stage=False)
    compared(again, "c.ended && c.frames.length === 2")
    expect(again.locator(".compare-table")).to_contain_text("Seed")
    again.get_by_role("button", name="Take off").click()
    again.locator(".stage:not(.compare)").wait_for()
    wait_for(again, "s.ended === 'done'")
    assert "pin" not in query(again)


def test_runs_of_different_lengths_share_steps_and_axes(visit: Visit) -> None:
    page = visit("hands?pin=gain%3D3&compare=1", stage=False)
    compared(page, "c.ended && c.shown.length === 2 && c.shown.every((n) => n >= 0)")
    ranges = page.evaluate(
        """() => [...document.querySelectorAll('.compare .js-plotly-plot')]
            .map((plot) => plot._fullLayout.xaxis.range)"""
    )
    assert len(ranges) == 4  # of each run the points and the sum
    assert ranges[0] == ranges[2]


def test_a_branch_stands_beside_its_trunk(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    wait_for(page, AT_REST)
    page.locator(".stage-slider").fill("8")
    wait_for(page, "s.frame === 8")
    button(page, "Go on from here")
    compared(page, "c.ended && c.frames.length === 2")
    expect(page.locator(".compare-table")).to_contain_text("frame 8 of a run")
    assert query(page)["from"] == ["8!"]
    again = visit("hands?from=8%21&pin=&compare=1", stage=False)
    compared(again, "c.ended && c.frames.length === 2 && c.frames.every((n) => n === 21)")


def test_a_marked_frame_is_in_the_link_and_at_hand(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    wait_for(page, AT_REST)
    page.locator(".stage-slider").fill("5")
    wait_for(page, "s.frame === 5")
    button(page, "Mark this frame")
    page.wait_for_url("**frame=5**")
    again = visit("hands?frame=5")
    wait_for(again, "s.ended === 'done' && s.frame === 5 && !s.playing")
    page.locator(".stage-slider").fill("12")
    wait_for(page, "s.frame === 12")
    button(page, "Step 5")
    wait_for(page, "s.frame === 5 && !s.playing")


def test_a_tour_waits_for_what_it_asks_and_space_goes_on(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    wait_for(page, AT_REST)
    button(page, "Guided tour")
    tour = page.locator(".st-key-tour")
    expect(tour).to_contain_text("Two points, and their mean.")
    page.locator("h1").click()
    page.keyboard.press("Space")
    expect(tour).to_contain_text("Raise the gain above 1.")
    expect(tour.get_by_role("button", name="Skip")).to_be_visible()
    page.wait_for_url("**gain=0**")
    wait_for(page, "s.ended === 'done'")
    page.wait_for_timeout(1000)  # the page runs once more when a run has ended
    slider = page.get_by_role("slider", name="Gain")
    slider.focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    expect(tour.get_by_role("button", name="Next")).to_be_visible()
    tour.get_by_role("button", name="Next").click()
    expect(tour).to_contain_text("Walls count.")
    expect(tour.get_by_role("button", name="Next")).to_be_visible()  # 2 a step: 10 is reached
    button(page, "Leave the tour")
    expect(tour).to_have_count(0)


def test_a_passed_challenge_is_remembered_by_the_browser(visit: Visit) -> None:
    page = visit("hands?gain=2", reduced_motion="reduce")
    wait_for(page, AT_REST)
    page.wait_for_function("localStorage.getItem('visual-lab.progress')?.includes('hands/walls')")
    assert page.evaluate("JSON.parse(localStorage['visual-lab.progress'])['hands/walls']") == 4


def test_a_playlist_is_stepped_by_keyboard_and_left_by_escape(visit: Visit) -> None:
    page = visit("presenter", stage=False)
    page.locator("textarea").fill("q_learning\ngp_posterior")
    page.keyboard.press("Control+Enter")
    button(page, "Begin")
    page.wait_for_url("**/q_learning?*present=1*")
    wait_until_drawn(page)
    wait_for_stage(page)
    expect(page.locator(".st-key-controls")).to_be_hidden()
    page.keyboard.press("PageDown")
    page.wait_for_url("**/gp_posterior?*at=1*")
    wait_until_drawn(page)
    wait_for_stage(page)
    page.keyboard.press("Escape")
    page.wait_for_url("**/gp_posterior")
    expect(page.locator(".st-key-controls").first).to_be_visible()


def test_an_own_file_is_read_used_and_forgotten(visit: Visit) -> None:
    page = visit("files", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    button(page, "Your text: none")
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"\x01\x02"})
    expect(page.get_by_text("This is no text")).to_be_visible()
    chooser.set_input_files({"name": "b.txt", "mimeType": "text/plain", "buffer": b"hello"})
    expect(page.get_by_role("button", name="Your text: b.txt")).to_be_visible()
    page.keyboard.press("Escape")
    button(page, "Train")
    expect(page.locator(".stage-readout")).to_contain_text("Characters5")
    assert query(page)["words"][0].startswith("own-")
    button(page, "Your text: b.txt")
    button(page, "Forget it")
    expect(page.get_by_role("button", name="Your text: none")).to_be_visible()
    stranger = visit("files?words=own-" + "a" * 22, reduced_motion="reduce")
    expect(stranger.get_by_text("no longer kept here")).to_be_visible()
