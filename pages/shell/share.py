"""Passing a picture on: its link, as a QR code, in a frame, on a projector."""

from __future__ import annotations

import html
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from pages.shell import presenter

LONGEST_CODE = 1200
"""Characters of a link that still make a code a phone reads from a screen."""


def draw(slug: str) -> None:
    """A button that opens all ways to pass on what stands on the page."""
    popover = st.popover(
        "Share", icon=":material/share:", key=f"{slug}/share", on_change="rerun", type="tertiary"
    )
    if not popover.open:
        return
    link = address(slug)
    with popover:
        st.markdown("The link reproduces what stands here.")
        st.code(link, language=None, wrap_lines=True)
        if len(link) <= LONGEST_CODE:
            code = segno.make(link, error="l", micro=False)
            drawn = code.svg_inline(scale=4, border=2, light="#fff", dark="#000")
            st.image(drawn, width=180, alt="The link as a QR code")
        else:
            st.caption("The link is too long for a code.")
        st.markdown("In a course page:")
        frame = address(slug, {"embed": "true"})
        st.code(
            f'<iframe src="{html.escape(frame)}" width="100%" height="760" '
            'style="border:0" title="Deep Learning Visual Lab"></iframe>',
            language="html", wrap_lines=True,
        )  # fmt: skip
        if st.button(
            "Show on a projector", icon=":material/present_to_all:", key=f"{slug}/project",
            help="Large type, the stage alone. Escape leaves.",
        ):  # fmt: skip
            presenter.begin()
            st.rerun()
        st.button(
            "Add to the playlist", icon=":material/playlist_add:", key=f"{slug}/playlist",
            on_click=presenter.add, args=(slug,), help="Links to be shown one after the other.",
        )  # fmt: skip


def address(slug: str, more: dict[str, str] | None = None) -> str:
    """The whole link of this page as it stands."""
    here = urlsplit(st.context.url or "")
    base = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    path = here.path.rstrip("/")
    path = path if path.endswith(f"/{slug}") else f"{path}/{slug}"
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    query = urlencode({**given, **(more or {})}, doseq=True)
    return f"{base}{path}" + (f"?{query}" if query else "")
