"""The widget of a learner's own file: chosen, read by the engine, kept for the stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from labcore import Control, engine, own
from labcore.config import Accepts

ABOUT = {
    "image": "A PNG, JPEG, WebP, GIF or BMP",
    "table": "Rows of a CSV file, the first with the names of the columns",
    "text": "A plain text file",
    "weights": "A safetensors file",
}


def edit(control: Control, common: Mapping[str, Any], learner: str) -> str:
    """A button that names the file and opens the choice; returns the token that is held."""
    key, accepts = common["key"], control.accepts
    assert accepts
    token = st.session_state.get(key, "")
    name = st.session_state.get(f"{key}/name", "a file of yours") if token else "none"
    with st.popover(f"{common['label']}: {name}", width="stretch", help=common["help"]):
        st.file_uploader(
            ABOUT[accepts], type=list(own.ENDINGS[accepts]),
            key=f"{key}/file", max_upload_size=own.MOST_BYTES // 2**20,
            on_change=_chosen, args=(accepts, key, learner),
        )  # fmt: skip
        st.caption(
            "It is kept in this server's memory while you are here, at most half an hour after its "
            "last use, and shown to no one else."
        )
        if message := st.session_state.get(f"{key}/trouble", ""):
            st.warning(message)
        if token:
            st.button("Forget it", key=f"{key}/forget", on_click=_forgotten, args=(key,))
    st.session_state[key] = token
    return token


def _chosen(accepts: Accepts, key: str, learner: str) -> None:
    """Have the file read. What is wrong with it is said, and what was held stays."""
    file = st.session_state[f"{key}/file"]
    st.session_state.pop(f"{key}/trouble", None)
    if file is None:
        return
    try:
        token = engine.current().take_in(accepts, file.getvalue(), learner)
    except engine.Refused as refusal:
        st.session_state[f"{key}/trouble"] = str(refusal)
        return
    _forgotten(key)
    st.session_state[key], st.session_state[f"{key}/name"] = token, file.name


def _forgotten(key: str) -> None:
    """The learner takes the file back."""
    st.session_state.pop(f"{key}/trouble", None)
    if held := st.session_state.get(key):
        engine.current().own.drop(held)
    st.session_state[key] = ""
