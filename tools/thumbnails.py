"""The pictures of the gallery and the README, made by the app itself: `make thumbnails`."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

from labcore import catalog
from tools.chromium import launched
from tools.served import served

FOLDER = Path(__file__).parents[1] / "assets" / "thumbnails"
WIDTH, HEIGHT = 640, 360
Scheme = Literal["light", "dark"]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with served() as house, launched() as browser:
        schemes: tuple[tuple[Scheme, str], ...] = (("light", ""), ("dark", "-dark"))
        for scheme, suffix in schemes:
            for entry in catalog.LABS:
                page = opened(browser, f"{house.url}/{entry.slug}", scheme)
                save(panel(page), FOLDER / f"{entry.slug}{suffix}.webp")
                page.context.close()
        page = opened(browser, f"{house.url}/{catalog.LABS[0].slug}", "light")
        page.screenshot(path=FOLDER / "page.png")
        page.context.close()


def opened(browser: Browser, url: str, scheme: Scheme) -> Page:
    """A lab's page with its default run played to the end."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".stage-panel .plot-container", timeout=30_000)
    page.wait_for_timeout(3000)
    page.keyboard.press("End")
    page.wait_for_timeout(1000)
    return page


def panel(page: Page) -> bytes:
    """The first large panel, as a PNG."""
    return page.locator(".stage-panel").first.screenshot()


def save(png: bytes, path: Path) -> None:
    """Fit a picture to the cards' size on its own background."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((WIDTH * 2, HEIGHT))
    card = Image.new("RGB", (WIDTH, HEIGHT), picture.getpixel((2, 2)))
    card.paste(picture, ((WIDTH - picture.width) // 2, (HEIGHT - picture.height) // 2))
    card.save(path, quality=82, method=6)


if __name__ == "__main__":
    main()
