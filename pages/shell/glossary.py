"""The glossary: every term once, with the labs in which to see it."""

from __future__ import annotations

import streamlit as st

from labcore import catalog, glossary
from pages.shell.addresses import page_of


def main() -> None:
    st.title("Glossary", anchor=False)
    asked = st.text_input(
        "Search", placeholder="momentum, anchor, posterior …", key="glossary/search"
    )
    found = [term for term in glossary.TERMS if _matches(term, asked)]
    if not found:
        st.info("No term matches. Try a shorter word.", icon=":material/search:")
    known = {entry.slug: entry for entry in catalog.LABS}
    for term in found:
        with st.container(key=f"term-{term.name.replace(' ', '-')}", gap="xsmall"):
            also = f" · {', '.join(term.also)}" if term.also else ""
            st.markdown(f"**{term.name}**{also}")
            st.markdown(term.says)
            with st.container(horizontal=True, gap="small"):
                for slug in term.labs:
                    if slug in known:
                        label = known[slug].title
                        st.page_link(page_of(slug), label=label, icon=":material/science:")


def _matches(term: glossary.Term, asked: str) -> bool:
    text = " ".join((term.name, *term.also, term.says)).casefold()
    return all(word in text for word in asked.casefold().split())


main()
