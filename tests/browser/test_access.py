"""Everyone can use it: an automated audit of every page, a thumb's reach, large letters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from labcore import catalog
from tests.browser.conftest import wait_for

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
LABS = [entry.slug for entry in catalog.LABS]
PAGES = ["", "challenges", "glossary", "presenter", *LABS]

SMALL_TARGETS = """() => {
  const clipped = (e) => getComputedStyle(e).clipPath === "inset(50%)";
  const hidden = (e) => e && (clipped(e) || hidden(e.parentElement));
  const found = [];
  const kinds = 'button, a[href], input, select, textarea, summary, [role=tab], [role=radio]';
  for (const e of document.querySelectorAll(kinds)) {
    const own = e.getBoundingClientRect();
    const label = e.closest('label')?.getBoundingClientRect() ?? own;
    const [width, height] = [Math.max(own.width, label.width), Math.max(own.height, label.height)];
    if (own.width < 2 || own.height < 2 || e.disabled || hidden(e)) continue; // not to be seen
    if (own.left >= innerWidth || own.right <= 0) continue;
    if (getComputedStyle(e).visibility === 'hidden') continue;
    const told = `${width}×${height} ${e.outerHTML.slice(0, 160)}`;
    if (Math.min(width, height) < 43.5) found.push(told);
  }
  return found;
}"""
TOO_WIDE = """() => [document.scrollingElement, ...document.querySelectorAll('.stMain')]
  .some((e) => e.scrollWidth > e.clientWidth + 1)"""


def at_rest(page: Page, path: str) -> Page:
    """The page once nothing moves."""
    if path in LABS:
        wait_for(page, "s.frames > 0 && !s.playing")
    page.wait_for_timeout(1200)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_the_audit_finds_nothing_serious(visit: Visit, path: str, scheme: str) -> None:
    page = visit(path, stage=path in LABS, color_scheme=scheme, reduced_motion="reduce")
    found = Axe().run(at_rest(page, path)).response["violations"]
    serious = [
        (item["impact"], item["id"], [node["html"][:120] for node in item["nodes"]])
        for item in found
        if item["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("path", PAGES)
def test_a_thumb_can_use_it(visit: Visit, path: str) -> None:
    page = visit(
        path, width=390, stage=path in LABS, reduced_motion="reduce", has_touch=True, is_mobile=True
    )
    at_rest(page, path)
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("path", PAGES)
def test_at_200_percent_nothing_is_lost_to_the_side(visit: Visit, path: str) -> None:
    """A window of 1280 px zoomed to 200 % lays the page out on 640."""
    page = visit(path, width=640, stage=path in LABS, reduced_motion="reduce")
    assert not at_rest(page, path).evaluate(TOO_WIDE)
