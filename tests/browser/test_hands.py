"""What a hand can do on the stage: points, paint, keys, views, going on from a frame."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import probe, wait_for, wait_for_stage, wait_until_drawn

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def settings(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def points(page: Page) -> list[list[float]]:
    numbers = [float(n) for n in settings(page)["points"].split("_")]
    return [[x, y] for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def spot(page: Page, panel: str, x: float, y: float) -> tuple[float, float]:
    """Where a place of a panel stands on the page, in pixels."""
    at = page.evaluate(
        """([name, x, y]) => {
            const plot = document.querySelector(`[data-panel=${name}] .js-plotly-plot`);
            const corner = plot.getBoundingClientRect();
            const { xaxis, yaxis } = plot._fullLayout;
            const left = corner.left + xaxis._offset + xaxis.d2p(x);
            return [left, corner.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [panel, x, y],
    )
    return at[0], at[1]


def at_rest(page: Page) -> None:
    wait_for(page, "s.ended === 'done' && !s.playing && s.frame === 20")


def test_a_click_adds_a_point_and_a_drag_moves_it(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    at_rest(page)
    page.mouse.click(*spot(page, "cloud", 3, 2))
    page.wait_for_url("**points=**")
    assert points(page) == [
        [1, 1],
        [2, 3],
        [pytest.approx(3, abs=0.03), pytest.approx(2, abs=0.03)],
    ]
    wait_for(page, "s.ended === 'done' && s.frame === 20")
    assert page.locator("[data-panel=cloud] .stage-handle").count() == 3
    page.mouse.move(*spot(page, "cloud", 1, 1))
    page.mouse.down()
    page.mouse.move(*spot(page, "cloud", 1.5, 2.5), steps=5)
    wait_for(page, "s.answers.length >= 1")
    page.mouse.up()
    page.wait_for_url("**points=1.5*")
    assert points(page)[0] == [pytest.approx(1.5, abs=0.03), pytest.approx(2.5, abs=0.03)]
    expect(page.get_by_role("button", name="Points: 3")).to_be_visible()


def test_a_point_goes_by_delete_and_by_a_drag_off_the_panel(visit: Visit) -> None:
    page = visit("hands?points=1_1_2_3_3_1", reduced_motion="reduce")
    at_rest(page)
    page.mouse.click(*spot(page, "cloud", 2, 3))
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    page.wait_for_url("**points=1_1_3_1*")
    wait_for(page, "s.ended === 'done' && s.frame === 20")
    page.mouse.move(*spot(page, "cloud", 1, 1))
    page.mouse.down()
    x, y = spot(page, "cloud", 0, 1)
    page.mouse.move(x - 60, y, steps=4)
    page.mouse.up()
    page.wait_for_url("**points=3_1*")


def test_points_by_keyboard(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    at_rest(page)
    page.locator("[data-panel=cloud] .stage-handle").first.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**points=**")
    (x, y), second, third = points(page)
    assert (x, second, third) == (1, [2, 3], [1.2, 1])
    assert 1 < y < 1.1


def test_no_more_points_than_the_control_admits(visit: Visit) -> None:
    page = visit("hands?points=1_1_2_3_3_1_1_3", reduced_motion="reduce")
    at_rest(page)
    before = page.url
    page.mouse.click(*spot(page, "cloud", 2, 2))
    page.wait_for_timeout(500)
    assert page.url == before


def test_points_by_table_text_and_file(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    at_rest(page)
    page.get_by_role("button", name="Points: 2").click()
    area = page.get_by_role("textbox", name="Paste numbers, one point a line")
    area.fill("x,y\n0.5,1\n3.5;2\n")
    area.press("Control+Enter")
    page.wait_for_url("**points=0.5_1_3.5_2*")
    page.get_by_role("button", name="Points: 2").wait_for()
    area.fill("9,9")
    area.press("Control+Enter")
    expect(page.get_by_text("x = 9 is outside 0 to 4")).to_be_visible()
    assert points(page) == [[0.5, 1], [3.5, 2]]
    page.locator("input[type=file]").set_input_files(
        {"name": "points.csv", "mimeType": "text/csv", "buffer": b"1,2\n2,1\n3,2\n"}
    )
    page.wait_for_url("**points=1_2_2_1_3_2*")


def boxes(page: Page) -> list[list[float]]:
    numbers = [float(n) for n in settings(page)["boxes"].split("_")]
    return [numbers[i : i + 4] for i in range(0, len(numbers), 4)]


def drag(page: Page, panel: str, begin: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*spot(page, panel, *begin))
    page.mouse.down()
    page.mouse.move(*spot(page, panel, *end), steps=5)
    page.mouse.up()


def near(*box: float) -> list[object]:
    return [pytest.approx(n, abs=0.04) for n in box]


def test_a_box_is_drawn_moved_resized_and_taken_away(visit: Visit) -> None:
    page = visit("hands?view=Boxes", reduced_motion="reduce")
    at_rest(page)
    drag(page, "frame", (3.6, 3.5), (2.6, 3.1))
    page.wait_for_url("**boxes=**")
    assert boxes(page) == [[1, 1, 2, 3], near(2.6, 3.1, 3.6, 3.5)]
    at_rest(page)
    page.wait_for_timeout(300)
    drag(page, "frame", (1.25, 2.5), (1.75, 2.75))
    page.wait_for_url("**boxes=1.*")
    assert boxes(page)[0] == near(1.5, 1.25, 2.5, 3.25)
    at_rest(page)
    page.wait_for_timeout(300)
    drag(page, "frame", tuple(boxes(page)[0][2:]), (3, 3))
    page.wait_for_function("location.search.includes('_3_') || location.search.includes('_2.9')")
    assert boxes(page)[0] == near(1.5, 1.25, 3, 3)
    at_rest(page)
    page.wait_for_timeout(300)
    page.mouse.click(*spot(page, "frame", 2.8, 2.8))
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.split('_').length === 4")
    assert boxes(page) == [near(2.6, 3.1, 3.6, 3.5)]


def test_a_click_draws_no_box(visit: Visit) -> None:
    page = visit("hands?view=Boxes", reduced_motion="reduce")
    at_rest(page)
    page.mouse.click(*spot(page, "frame", 3, 1))
    page.wait_for_timeout(400)
    assert "boxes" not in settings(page)
    assert page.locator("[data-panel=frame] .stage-handle").count() == 5


def test_views_show_other_panels_of_the_same_run(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    at_rest(page)
    expect(page.locator("[data-panel=grid]")).to_have_count(0)
    page.get_by_role("radio", name="World").click()
    expect(page.locator("[data-panel=grid]")).to_be_visible()
    expect(page.locator("[data-panel=cloud]")).to_have_count(0)
    page.wait_for_url("**view=World**")
    assert probe(page, "frame") == 20
    page.reload()
    wait_for_stage(page)
    at_rest(page)
    expect(page.locator("[data-panel=grid]")).to_be_visible()


def test_paint_changes_the_world_and_the_run_goes_on(visit: Visit) -> None:
    page = visit("hands?view=World", reduced_motion="reduce")
    at_rest(page)
    page.keyboard.press("Home")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    wait_for(page, "s.frame === 10")
    page.mouse.move(*spot(page, "grid", 1, 1))
    page.mouse.down()
    page.mouse.move(*spot(page, "grid", 2, 1), steps=6)
    page.mouse.up()
    page.wait_for_url("**world=**")
    assert settings(page)["world"] == "S..#/.##./...."
    wait_for(page, "s.ended === 'done' && s.frame === 20")
    totals = page.evaluate(
        "Array.from(document.querySelector('[data-panel=sum] .js-plotly-plot').data[0].y)"
    )
    assert totals == [*range(1, 12), *range(14, 44, 3)], "one wall to frame 10, three after it"


def test_a_fast_stroke_has_no_gaps(visit: Visit) -> None:
    page = visit("hands?view=World", reduced_motion="reduce")
    at_rest(page)
    page.mouse.move(*spot(page, "grid", 0, 2))
    page.mouse.down()
    page.mouse.move(*spot(page, "grid", 3, 2), steps=1)
    page.mouse.up()
    page.wait_for_url("**world=**")
    assert settings(page)["world"] == "S..#/..../####"


def test_cells_are_painted_by_keyboard(visit: Visit) -> None:
    page = visit("hands?view=World", reduced_motion="reduce")
    at_rest(page)
    page.locator("[data-panel=grid] .stage-handle").focus()
    for key in ("ArrowRight", "ArrowDown", "Space", "ArrowRight", "Space", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**world=**")
    assert settings(page)["world"] == "S..#/.##./...."


def test_a_letter_that_stands_once_moves(visit: Visit) -> None:
    page = visit("hands?view=World&brush=S", reduced_motion="reduce")
    at_rest(page)
    page.mouse.click(*spot(page, "grid", 2, 2))
    page.wait_for_url("**world=**")
    assert settings(page)["world"] == "...#/..../..S."


def test_a_brush_chosen_after_the_run_paints(visit: Visit) -> None:
    page = visit("hands?view=World&brush=none", reduced_motion="reduce")
    at_rest(page)
    page.mouse.click(*spot(page, "grid", 2, 2))
    page.wait_for_timeout(300)
    assert "world" not in settings(page)
    page.get_by_role("combobox", name="Brush").click()
    page.get_by_role("option", name="#").click()
    page.wait_for_function("!location.search.includes('brush')")
    at_rest(page)
    page.mouse.click(*spot(page, "grid", 2, 2))
    page.wait_for_url("**world=**")


def test_a_panel_is_played_with_keys(visit: Visit) -> None:
    page = visit("hands?view=World", reduced_motion="reduce")
    at_rest(page)
    page.get_by_role("group", name="Walk").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Backspace"):
        page.keyboard.press(key)
    token = "document.querySelector('[data-panel=grid] .js-plotly-plot').data[1]"
    page.wait_for_function(f"{token}.x[0] === 2 && {token}.y[0] === 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**moves=rrd**")


def test_going_on_from_a_frame(visit: Visit) -> None:
    page = visit("hands", reduced_motion="reduce")
    at_rest(page)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    wait_for(page, "s.frame === 10")
    page.get_by_role("button", name="Go on from here").click()
    page.get_by_role("button", name="Back to the stage").click()  # it stands beside its trunk
    page.locator(".stage:not(.compare)").wait_for()
    wait_for(page, "s.ended === 'done' && s.frame === 20")
    assert probe(page, "frames") == 21


def test_a_change_keeps_the_place(visit: Visit) -> None:
    page = visit("hands")
    at_rest(page)
    slider = page.get_by_role("slider", name="Gain")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url("**gain=1.1**")
    page.wait_for_timeout(400)
    wait_for(page, "s.ended === 'done' && s.frame === 20 && !s.playing")


def test_a_mark_that_moves_along_one_axis_follows_the_hand_there_and_the_lab_across(
    visit: Visit,
) -> None:
    page = visit("hands?view=Bars", reduced_motion="reduce")
    at_rest(page)
    page.mouse.move(*spot(page, "bars", 2, 1))
    page.mouse.down()
    page.mouse.move(*spot(page, "bars", 2.2, 3), steps=5)
    wait_for(page, "s.answers.length >= 1")
    page.wait_for_timeout(100)
    x, y = (
        page.evaluate(f"""() => document.querySelector("[data-panel=bars] .js-plotly-plot")
                              .data.find(t => t.uid === "level").{axis}[0]""")
        for axis in "xy"
    )
    assert y == pytest.approx(3, abs=0.05)
    assert x == pytest.approx(2 * y, abs=0.01), "across, it stands where the lab draws it"
    page.mouse.up()
    page.wait_for_url("**level=*")
    assert float(settings(page)["level"]) == pytest.approx(3, abs=0.05)


def test_bars_are_pulled_by_the_nearest_and_their_number_stays(visit: Visit) -> None:
    page = visit("hands?view=Bars", reduced_motion="reduce")
    at_rest(page)
    page.mouse.move(*spot(page, "bars", 0.2, 3))
    page.mouse.down()
    page.mouse.move(*spot(page, "bars", 1.9, 3.5), steps=4)
    page.mouse.up()
    page.wait_for_url("**bars=*")
    numbers = [float(n) for n in settings(page)["bars"].split("_")]
    assert numbers[::2] == [0, 1, 2]
    assert numbers[1::2] == [pytest.approx(3.5, abs=0.05), 2, 3]
    wait_for(page, "s.ended === 'done' && s.frame === 20")
    page.locator("[data-panel=bars] .stage-handle").first.focus()
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert len(settings(page)["bars"].split("_")) == 6


def test_a_network_trains_on_with_the_layer_and_the_weight_pulled_by_hand(visit: Visit) -> None:
    page = visit("playground?epochs=20&samples=40", reduced_motion="reduce")
    at_rest(page)
    page.mouse.move(*spot(page, "network", 1, 8))
    page.mouse.down()
    page.mouse.move(*spot(page, "network", 1, 5), steps=6)
    page.mouse.up()
    page.wait_for_url("**widths=**")
    widths = [float(n) for n in settings(page)["widths"].split("_")]
    assert widths[1::2] == [pytest.approx(5, abs=0.1), 8, 8, 8, 8, 8], "hidden ones stay"
    wait_for(page, "s.ended === 'done' && s.frames > 21")  # it went on beyond its end
    page.mouse.click(*spot(page, "network", 2, 3))
    page.wait_for_url("**layer=2&unit=3**")
    wait_until_drawn(page)
    wait_for(page, "s.ended === 'done' && s.frames > 21")
    page.keyboard.press("End")
    wait_for(page, "s.frame === s.frames - 1")
    frames = probe(page, "frames")
    page.mouse.click(*spot(page, "weights", 4, 3))
    page.wait_for_url("**source=4**")
    assert float(settings(page)["weight"]) == pytest.approx(3, abs=0.2)
    wait_for(page, f"s.ended === 'done' && s.frames > {frames}")
