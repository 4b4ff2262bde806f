"""The home page: search, topics, paths, and the way into a lab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_search_finds_and_leads_to_the_lab(visit: Callable[..., Page]) -> None:
    page = visit(stage=False)
    search = page.get_by_label("Search")
    search.fill("adam race")
    search.press("Enter")
    expect(page.get_by_role("link", name="Optimizer trajectories").first).to_be_visible()
    expect(page.locator("img").first).to_be_visible()
    search.fill("no such thing")
    search.press("Enter")
    expect(page.get_by_text("No lab matches")).to_be_visible()


def test_no_horizontal_scroll_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(stage=False, width=390)
    expect(page.get_by_label("Search")).to_be_visible()
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_parts_narrow_and_a_picture_opens_its_lab(visit: Callable[..., Page]) -> None:
    page = visit(stage=False)
    page.locator(".st-key-gallery-part button", has_text="Uncertainty").click()
    expect(page.locator("[class*='st-key-card-']")).to_have_count(1)
    box = page.locator("[class*='st-key-card-'] img").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    page.wait_for_url("**/gp_posterior*")
