"""The picture taken home: PNG, SVG and GIF, from the app and from an exported page."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Browser, Locator, Page, expect
from safetensors.numpy import load_file

from labcore import catalog, export
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from labcore.export.made import key
from tests.browser.conftest import wait_for, wait_for_stage

pytestmark = pytest.mark.browser
LAB = "optimizer_trajectories"
Visit = Callable[..., Page]
SVG = "{http://www.w3.org/2000/svg}"


def menu(page: Page) -> Locator:
    return page.get_by_role("group", name="Save", exact=True)


def opened(page: Page) -> Page:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(menu(page)).to_be_visible()
    return page


def saved(page: Page, choice: str, folder: Path) -> Path:
    """The file that a choice of the menu hands over."""
    with page.expect_download(timeout=100_000) as waiting:
        menu(page).get_by_role("button", name=choice).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    expect(menu(page).get_by_role("status")).to_have_text(f"Saved {path.name}.")
    return path


def film(path: Path) -> tuple[list[np.ndarray], list[int], int]:
    """The frames of a GIF, how long each stands in ms, and how often it plays (0: for ever)."""
    with Image.open(path) as opened_film:
        frames, durations = [], []
        for frame in ImageSequence.Iterator(opened_film):
            durations.append(frame.info["duration"])
            frames.append(np.asarray(frame.convert("RGB"), int))
        return frames, durations, opened_film.info["loop"]


def picture_of(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def colours(picture: Image.Image) -> int:
    """How many colours are seen in more than a few pixels."""
    counts = picture.getcolors(2**24) or []
    return sum(count > 20 for count, _ in counts)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    module = catalog.load(LAB)
    config = module.Config(steps=20)
    run = InlineEngine(Settings()).submit(LAB, config)
    path = tmp_path_factory.mktemp("page") / f"{LAB}.html"
    path.write_text(export.html(module, config, run.resource()))
    return path


@pytest.fixture
def alone(exported: Path, chromium: Browser) -> Generator[Page, None, None]:
    """An exported page, without a server; at the end nothing may stand on its console."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("request", lambda asked: asked.url.startswith("http") and said.append(asked.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(exported.as_uri())
    wait_for_stage(page)
    wait_for(page, "s.ended === 'done' && !s.playing")
    yield page
    context.close()
    assert said == []


def test_pictures_and_film_of_the_run_on_the_stage(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"{LAB}?steps=30", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done' && s.frame === 30")
    opened(page)
    png = saved(page, "Picture (PNG)", tmp_path)
    assert re.fullmatch(rf"{LAB}-[0-9a-f]{{8}}\.png", png.name)
    picture = picture_of(png)
    assert picture.width > 1000
    assert colours(picture) > 30
    svg = saved(page, "Picture (SVG)", tmp_path)
    root = ElementTree.parse(svg).getroot()
    assert root.tag == f"{SVG}svg"
    panels = page.locator(".stage-panel").count()
    assert len(root.findall(f"{SVG}svg")) == panels
    assert float(root.get("width", 0)) * 2 == picture.width
    assert "step 30" in "".join(root.itertext())
    seen, durations, loop = film(saved(page, "Film (GIF)", tmp_path))
    assert (len(seen), loop) == (31, 0)
    assert seen[0].shape[1] == 800
    assert set(durations[:-1]) == {30}
    assert durations[-1] == 1500
    assert all((a != b).any() for a, b in pairwise(seen)), "each frame moves"
    size = seen[0].shape[1::-1]
    whole = np.asarray(picture.resize(size, Image.Resampling.BOX), int)
    assert np.abs(whole - seen[-1]).mean() < 5, "the film ends with the picture on screen"
    assert np.abs(whole - seen[0]).mean() > np.abs(whole - seen[-1]).mean()


def test_a_long_run_gives_a_film_of_a_hundred_frames_unless_it_is_cancelled(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit(f"{LAB}?steps=120", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    opened(page)
    menu(page).get_by_role("button", name="Film (GIF)").click()
    cancel = menu(page).get_by_role("button", name="Cancel")
    expect(cancel).to_be_focused()
    expect(menu(page).get_by_role("status")).to_have_text(
        re.compile(r"^The film is being made: \d+ of 100 frames\.$"), timeout=60_000
    )
    cancel.press("Enter")
    expect(menu(page).get_by_role("status")).to_have_text("Cancelled.")
    expect(menu(page).get_by_role("button", name="Picture (PNG)")).to_be_focused()
    assert page.locator("[aria-hidden=true] .js-plotly-plot").count() == 0, "nothing is left behind"


def test_three_dimensions_are_saved(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"{LAB}?steps=20&view=3-D", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    assert colours(picture_of(saved(opened(page), "Picture (PNG)", tmp_path))) > 30


def test_code_and_page_are_handed_over_under_the_runs_name(visit: Visit, tmp_path: Path) -> None:
    page = visit(f"{LAB}?steps=21&lr=0.03", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    found = {}
    for tab, names in (("Code", ("Code", "Notebook")), ("Numbers", ("Interactive page",))):
        page.get_by_role("tab", name=tab, exact=True).click()
        for name in names:
            with page.expect_download() as waiting:
                page.get_by_role("button", name=name).click()
            path = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(path)
            found[path.suffix] = path
    assert set(found) == {".py", ".ipynb", ".html"}
    (stem,) = {path.stem for path in found.values()}
    module = catalog.load(LAB)
    config = module.Config(steps=21, lr=0.03)
    assert stem == f"{LAB}-{key(LAB, config)[:8]}"
    assert found[".py"].read_text() == export.script(module, config)
    assert found[".ipynb"].read_text() == export.notebook(module, config)
    assert '"steps":"21"' in found[".html"].read_text()


def test_keyboard(visit: Visit) -> None:
    page = visit(f"{LAB}?steps=20", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    frame = page.evaluate("document.querySelector('.stage').stage.frame")
    button = page.get_by_role("button", name="Save", exact=True)
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    names = ("PNG", "SVG", "GIF", "Weights")
    choices = [menu(page).get_by_role("button", name=name) for name in names]
    expect(choices[0]).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(choices[1]).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(choices[3]).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("document.querySelector('.stage').stage.frame") == frame
    opened(page)
    page.locator(".stage-panel").first.click(position={"x": 2, "y": 2})
    expect(menu(page)).to_be_hidden()


@pytest.mark.parametrize("width", [390, 320])
def test_targets_on_a_phone(visit: Visit, width: int) -> None:
    page = visit(f"{LAB}?steps=20", width=width, reduced_motion="reduce")
    wait_for(page, "s.ended === 'done'")
    opened(page)
    targets = [page.get_by_role("button", name="Save", exact=True)]
    targets += menu(page).get_by_role("button").all()
    assert len(targets) == 5
    for target in targets:
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_the_weights_of_the_frame_on_screen_are_taken_home(visit: Visit, tmp_path: Path) -> None:
    page = visit("checkpoints?epochs=12&save_at=5", reduced_motion="reduce")
    wait_for(page, "s.ended === 'done' && s.frame === 12")
    page.keyboard.press("ArrowLeft")
    wait_for(page, "s.frame === 11")
    opened(page)
    with page.expect_download() as waiting:
        menu(page).get_by_role("button", name="Weights").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert re.fullmatch(r"checkpoints-[0-9a-f]{8}-11\.safetensors", path.name)
    module = catalog.load("checkpoints")
    frames = list(module.run(module.Config(epochs=12, save_at=5)))
    tensors = load_file(path)
    assert frames[11].checkpoint
    assert np.array_equal(tensors["0.weight"], frames[11].checkpoint["0.weight"])


def test_an_exported_page_saves_too(alone: Page, tmp_path: Path) -> None:
    opened(alone)
    expect(menu(alone).get_by_role("button", name="Weights")).to_be_hidden()
    name = re.compile(rf"{LAB}-[0-9a-f]{{8}}\.(png|svg|gif)")
    png = saved(alone, "Picture (PNG)", tmp_path)
    svg = saved(alone, "Picture (SVG)", tmp_path)
    gif = saved(alone, "Film (GIF)", tmp_path)
    assert all(name.fullmatch(path.name) for path in (png, svg, gif))
    assert len({path.stem for path in (png, svg, gif)}) == 1
    assert colours(picture_of(png)) > 30
    ElementTree.parse(svg)
    assert len(film(gif)[0]) == 21
