"""The book: its chapters point by point, with the labs in which to see each."""

from __future__ import annotations

import streamlit as st

from labcore import book, catalog
from pages.shell.addresses import page_of


def main() -> None:
    st.title("The book, point by point", anchor=False)
    st.markdown("What *Dive into Deep Learning* teaches, and where to see it happen.")
    known = {entry.slug: entry for entry in catalog.LABS}
    pages = {slug: page_of(slug) for slug in known}
    for chapter in book.CHAPTERS:
        st.subheader(chapter.title, anchor=False)
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
