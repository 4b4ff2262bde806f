"""The script Streamlit runs: the navigation and the page it leads to, and nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from labcore import catalog
from pages.shell import lab_page

ROOT = Path(__file__).parents[2]
STYLE = (ROOT / "assets" / "shell.css").read_text()


def main() -> None:
    st.set_page_config(
        page_title="Deep Learning Visual Lab",
        page_icon=str(ROOT / "assets/icon.svg"),
        layout="wide",
    )
    st.html(f"<style>{STYLE}</style>")
    parts: dict[str, list[st.Page]] = {
        "": [st.Page(ROOT / "pages/shell/gallery.py", title="All labs", default=True)]
    }
    for section in catalog.SECTIONS:
        for entry in catalog.LABS:
            if entry.section == section.slug:
                page = st.Page(ROOT / entry.page, title=entry.title, url_path=entry.slug)
                parts.setdefault(section.part, []).append(page)
    for entry in catalog.extra():  # labs from outside have no prose of their own
        page = partial(lab_page, entry.slug, "")
        parts.setdefault("Extra", []).append(st.Page(page, title=entry.title, url_path=entry.slug))
    st.navigation(parts, position="top").run()


main()
