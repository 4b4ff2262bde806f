"""The pictures of the gallery and the README, made by the app itself: `make thumbnails`.

`python -m tools.thumbnails SLUG…` makes those of some labs only.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page

from labcore import catalog
from tools.chromium import launched
from tools.served import served

FOLDER = Path(__file__).parents[1] / "assets" / "thumbnails"
WIDTH, HEIGHT = 640, 360
Scheme = Literal["light", "dark"]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    some = sys.argv[1:]
    entries = [entry for entry in catalog.LABS if not some or entry.slug in some]
    with served({"LAB_WARM": "0"}) as house, launched() as browser:
        schemes: tuple[tuple[Scheme, str], ...] = (("light", ""), ("dark", "-dark"))
        for scheme, suffix in schemes:
            for entry in entries:
                page = opened(browser, f"{house.url}/{entry.slug}", scheme, crisp=True)
                save(panel(page), FOLDER / f"{entry.slug}{suffix}.webp")
                page.context.close()
        if some:
            return
        page = opened(browser, f"{house.url}/{catalog.LABS[0].slug}", "light")
        page.screenshot(path=FOLDER / "page.png")
        page.context.close()


def opened(browser: Browser, url: str, scheme: Scheme, crisp: bool = False) -> Page:
    """A lab's page with its default run played to the end."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        device_scale_factor=2 if crisp else 1,
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".stage-panel .plot-container", timeout=120_000)
    page.wait_for_function("document.querySelector('.stage')?.stage?.ended", timeout=180_000)
    page.keyboard.press("End")
    page.wait_for_timeout(1000)
    return page


def panel(page: Page) -> bytes:
    """The first panel as a PNG: what lies inside its axes, where it has any."""
    first = page.locator(".stage-panel").first
    axes = first.locator(".bglayer .bg, .gridlayer").first
    inside = axes.bounding_box() if axes.count() else None
    if inside and inside["width"] > 100 and inside["height"] > 100:
        return page.screenshot(clip=inside)
    return first.screenshot()


def save(png: bytes, path: Path) -> None:
    """Fill a card with the middle of a picture."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    ImageOps.fit(picture, (WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(
        path, quality=86, method=6
    )


if __name__ == "__main__":
    main()
