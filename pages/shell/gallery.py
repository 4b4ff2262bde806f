"""The home page: every lab as a card, to be searched and filtered, along one of three paths."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from labcore import catalog
from pages.shell.addresses import page_of
from pages.shell.stage import assets

ROOT = Path(__file__).parents[2]
COLUMNS = 3


def main() -> None:
    st.title("Play with deep learning, and see it happen", anchor=False)
    st.markdown("Open a lab, grab something, press Train: a small model trains on the server.")
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        asked = st.text_input(
            "Search", placeholder="momentum, attention, overfitting …", key="gallery/search"
        )
        path = st.segmented_control(
            "Path", list(catalog.PATHS), format_func=catalog.PATHS.__getitem__, default="book",
            required=True, key="gallery/path",
        )  # fmt: skip
    labs = catalog.entries(path or "book")
    part_of = {section.slug: section.part for section in catalog.SECTIONS}
    some = {entry.section for entry in labs}
    parts = list(dict.fromkeys(part for section, part in part_of.items() if section in some))
    part = st.pills("Part", parts, key="gallery/part") if len(parts) > 1 else None
    found = [
        entry for entry in labs if _matches(entry, asked) and part in (None, part_of[entry.section])
    ]
    if not labs:
        st.info("No lab stands on this path yet.", icon=":material/route:")
    elif not found:
        st.info("No lab matches. Try a shorter word, or another part.", icon=":material/search:")
    for section in catalog.SECTIONS:
        here = [entry for entry in found if entry.section == section.slug]
        if here:
            st.subheader(section.title, anchor=False)
            _cards(here)


def _matches(entry: catalog.Entry, asked: str) -> bool:
    """Every word asked for stands somewhere in the lab's title, teaser, section or tags."""
    text = " ".join((entry.title, entry.teaser, entry.section, *entry.tags)).lower()
    return all(word in text for word in asked.lower().split())


def _cards(entries: list[catalog.Entry]) -> None:
    dark = st.context.theme.type == "dark"
    columns = st.columns(COLUMNS)
    for i, entry in enumerate(entries):
        with columns[i % COLUMNS].container(border=True, key=f"card-{entry.slug}"):
            picture = f"thumbnails/{entry.slug}{'-dark' * dark}.webp"
            if (ROOT / "assets" / picture).exists():  # from our own address: kept by the browser
                st.markdown(f"![{entry.teaser}]({assets()}/{picture})")
            st.page_link(page_of(entry.slug), label=f"**{entry.title}**")
            st.markdown(entry.teaser)


main()
