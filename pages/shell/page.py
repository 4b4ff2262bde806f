"""The page of a lab: question, bench, tabs. A lab's own page is its prose."""

from __future__ import annotations

import streamlit as st

from labcore import catalog
from pages.shell import bench, tabs


def lab_page(slug: str, look_for: str) -> None:
    """Draw the page of a lab.

    Args:
        slug: the lab, as in the catalog.
        look_for: 120–300 words that send the learner to what there is to find.
    """
    module = catalog.load(slug)
    st.title(module.LAB.question, anchor=False)
    st.markdown(module.LAB.tip)
    bench.draw(slug)
    shown = bench.shown(slug)
    tabs.draw(module, shown.pin.config, shown.key, look_for)
