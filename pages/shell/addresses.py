"""The pages of the labs, as Streamlit knows them."""

from __future__ import annotations

import copy
import functools
from pathlib import Path

import streamlit as st

from labcore import catalog

ROOT = Path(__file__).parents[2]


def page_of(slug: str) -> st.Page:
    """The page of a lab. To make one looks at the disk, and every script run needs them all:
    each is made once, and a run gets a copy, as it marks the one it opens."""
    return copy.copy(_made(slug))


@functools.cache
def _made(slug: str) -> st.Page:
    entry = catalog.find(slug)
    return st.Page(ROOT / entry.page, title=entry.title, url_path=entry.slug)
