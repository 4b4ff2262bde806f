"""Everyone can use it: an automated audit of every page, a thumb's reach, large letters."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from labcore import catalog
from tests.browser.conftest import wait_for, wait_until_drawn

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
LABS = [entry.slug for entry in catalog.LABS]
PAGES = ["", "challenges", "book", "glossary", "presenter", *LABS]

TOAST = "[data-testid=stToast]"
"""Streamlit's own note, there for 4 s when a run passes a challenge: it gives it no name."""
SMALL_TARGETS = """() => {
  const clipped = (e) => getComputedStyle(e).clipPath === "inset(50%)";
  const hidden = (e) => e && (clipped(e) || hidden(e.parentElement));
  const found = [];
  const kinds = 'button, a[href], input, select, textarea, summary, [role=tab], [role=radio]';
  for (const e of document.querySelectorAll(kinds)) {
    const own = e.getBoundingClientRect();
    const label = e.closest('label')?.getBoundingClientRect() ?? own;
    const [width, height] = [Math.max(own.width, label.width), Math.max(own.height, label.height)];
    if (e.closest('[data-testid=stToast]')) continue;
    if (own.width < 2 || own.height < 2 || e.disabled || hidden(e)) continue; // not to be seen
    if (own.left >= innerWidth || own.right <= 0) continue;
    if (getComputedStyle(e).visibility === 'hidden') continue;
    const told = `${width}×${height} ${e.outerHTML.slice(0, 160)}`;
    if (Math.min(width, height) < 43.5) found.push(told);
  }
  return found;
}"""
SCHEME = "getComputedStyle(document.querySelector('.stApp')).colorScheme"
TOO_WIDE = """() => [document.scrollingElement, ...document.querySelectorAll('.stMain')]
  .some((e) => e.scrollWidth > e.clientWidth + 1)"""


def quick(slug: str) -> dict[str, str]:
    """A lab’s settings for tests, as in a link."""
    module = catalog.load(slug)
    return module.Config(**module.LAB.quick).texts()


def serious(page: Page, *rules: str) -> list[tuple[str, str, list[str]]]:
    """What the audit finds, by these rules or all, that would keep someone out."""
    options = {"runOnly": list(rules)} if rules else None
    found = Axe().run(page, context={"exclude": [[TOAST]]}, options=options)
    return [
        (item["impact"], item["id"], [node["html"][:120] for node in item["nodes"]])
        for item in found.response["violations"]
        if item["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("path", PAGES)
def test_everyone_can_use_it(visit: Visit, path: str) -> None:
    """One visit, as opening a page takes longest: light, dark, zoomed to 200 %, on a phone."""
    address = f"{path}?{urlencode(quick(path))}" if path in LABS else path
    page = visit(address, stage=path in LABS, color_scheme="light", reduced_motion="reduce")
    if path in LABS:
        wait_for(page, "s.frames > 0 && !s.playing")
    wait_until_drawn(page)
    page.wait_for_timeout(300)
    assert serious(page) == [], "light"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{SCHEME} === 'dark'")
    page.wait_for_timeout(300)
    assert serious(page, "color-contrast") == [], "dark, where only colours differ"
    page.set_viewport_size({"width": 640, "height": 800})  # 1280 px at 200 %
    page.wait_for_timeout(500)
    assert not page.evaluate(TOO_WIDE), "at 200 %"
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert not page.evaluate(TOO_WIDE), "on a phone"
    assert page.evaluate(SMALL_TARGETS) == []
