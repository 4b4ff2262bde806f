"""The script Streamlit runs: the navigation and the page it leads to, and nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from labcore import catalog
from labcore.engine import settings
from pages.shell import classroom, lab_page, presenter, progress, who
from pages.shell.addresses import page_of

ROOT = Path(__file__).parents[2]
STYLE = (ROOT / "assets" / "shell.css").read_text()


def main() -> None:
    st.set_page_config(
        page_title="Deep Learning Visual Lab",
        page_icon=str(ROOT / "assets/icon.svg"),
        layout="wide",
    )
    st.html(f"<style>{STYLE}{presenter.style() if presenter.presenting() else ''}</style>")
    console = st.Page(
        ROOT / "pages/shell/console_page.py", title="Console", url_path="console",
        visibility="visible" if who.is_instructor() else "hidden",
    )  # fmt: skip
    parts: dict[str, list[st.Page]] = {
        "": [
            st.Page(ROOT / "pages/shell/gallery.py", title="All labs", default=True),
            st.Page(ROOT / "pages/shell/challenges.py", title="Challenges"),
            st.Page(ROOT / "pages/shell/book_page.py", title="The book", url_path="book"),
            st.Page(ROOT / "pages/shell/glossary.py", title="Glossary"),
            st.Page(
                ROOT / "pages/shell/presenter_page.py", title="Presenter", url_path="presenter"
            ),
            console,
        ]
    }
    if settings().auth:
        parts[""].append(st.Page(who.account, title="Account", url_path="account"))
    labs: dict[str, st.Page] = {}
    for section in catalog.SECTIONS:
        for entry in catalog.LABS:
            if entry.section == section.slug:
                page = labs[entry.slug] = page_of(entry.slug)
                parts.setdefault(section.part, []).append(page)
    for entry in catalog.extra():  # labs from outside have no prose of their own
        page = partial(lab_page, entry.slug, "")
        labs[entry.slug] = st.Page(page, title=entry.title, url_path=entry.slug)
        parts.setdefault("Extra", []).append(labs[entry.slug])
    shut = settings().auth and not who.signed_in()
    chosen = st.navigation(parts, position="hidden" if shut else "top")
    if shut:
        who.door()
        classroom.join(door=True)
        return
    classroom.follow(labs)
    chosen.run()
    progress.keep()
    if chosen is not console:  # nobody is taken away from there
        classroom.join()


main()
