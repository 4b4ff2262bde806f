"""The page of a lab: question, bench, tabs. A lab's own page is its prose."""

from __future__ import annotations

from labcore import catalog
from pages.shell import bench, presenter, tabs


def lab_page(slug: str, look_for: str) -> None:
    """Draw the page of a lab.

    Args:
        slug: the lab, as in the catalog.
        look_for: 120–300 words that send the learner to what there is to find.
    """
    module = catalog.load(slug)
    bench.draw(slug)
    shown = bench.shown(slug)
    if presenter.presenting():
        presenter.bar()
        return
    tabs.draw(module, shown.pin.config, shown.key, look_for)
