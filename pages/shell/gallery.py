"""The home page: every lab as a card, to be searched and filtered, along one of three paths."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from labcore import catalog

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
    found = [entry for entry in catalog.entries(path or "book") if _matches(entry, asked)]
    tags = sorted({tag for entry in found for tag in entry.tags})
    if tags:
        chosen = st.pills("Topics", tags, selection_mode="multi", key="gallery/tags")
        found = [entry for entry in found if set(chosen or ()) <= set(entry.tags)]
    if not catalog.entries(path or "book"):
        st.info("No lab stands on this path yet.", icon=":material/route:")
    elif not found:
        st.info("No lab matches. Try a shorter word, or another path.", icon=":material/search:")
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
            picture = ROOT / "assets" / "thumbnails" / f"{entry.slug}{'-dark' * dark}.webp"
            if picture.exists():
                st.image(str(picture), width="stretch", alt=entry.teaser)
            page = st.Page(ROOT / entry.page, url_path=entry.slug)
            st.page_link(page, label=f"**{entry.title}**")
            st.markdown(entry.teaser)


main()
