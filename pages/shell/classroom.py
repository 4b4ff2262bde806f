"""What an instructor sets, on the page of a learner: a bar that offers a page, hidden controls.

The page asks for it by itself (`assets/room.js`); no script runs for that. The browser says
only that its learner goes; where to, the server knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from labcore.engine import room
from pages.shell import who
from pages.shell.stage import assets, shim

FOLLOWS = "classroom/follows"
_room = st.components.v2.component("room", js=shim("room.js"), isolate_styles=False)


def join(door: bool = False) -> None:
    """Have the page ask what is set; at the door, have it remember where it was to lead."""
    if not door and not who.is_class() and not who.signed_in():
        return
    data: dict[str, Any] = {
        "assets": assets(), "door": door, "asks": who.is_class(), "instructor": who.is_instructor()
    }  # fmt: skip
    _room(key="room", data=data, on_follow_change=_follow)


def _follow() -> None:
    st.session_state[FOLLOWS] = True


def follow(pages: Mapping[str, Any]) -> None:
    """Go where the instructor is, if the learner has just said so."""
    opened = room.current().opened
    if st.session_state.pop(FOLLOWS, False) and opened and opened.slug in pages:
        # The same address may just have been left; this time it is meant.
        st.session_state.pop(f"{opened.slug}/left", None)
        st.switch_page(pages[opened.slug], query_params=opened.query)
