"""The book: its chapters point by point, with the labs in which to see each."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from labcore import book, catalog

ROOT = Path(__file__).parents[2]


def main() -> None:
    st.title("The book, point by point", anchor=False)
    st.markdown("What *Dive into Deep Learning* teaches, and where to see it happen.")
    known = {entry.slug: entry for entry in catalog.LABS}
    pages = {slug: st.Page(ROOT / entry.page, url_path=slug) for slug, entry in known.items()}
    for chapter in book.CHAPTERS:
        st.header(chapter.title, anchor=False)
        for passage in chapter.passages:
            with st.expander(f"{passage.number[1:]} {passage.title}"):
                for point in passage.points:
                    st.markdown(point.says)
                    with st.container(horizontal=True, gap="small"):
                        for slug in point.labs:
                            st.page_link(
                                pages[slug], label=known[slug].title, icon=":material/science:"
                            )


main()
