"""The widget of a list of points: a table that opens, and numbers from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from labcore import Control, PointList

LONGEST = 20_000
"""Characters of pasted or uploaded numbers that are read."""


def edit(control: Control, common: Mapping[str, Any]) -> PointList:
    """A button that says how many there are and opens the table; returns what is held.

    The table is made anew whenever the points are others, by hand on the stage or by a link.
    """
    key = common["key"]
    held = tuple((float(x), float(y)) for x, y in st.session_state.get(key, control.default))
    with st.popover(f"{common['label']}: {len(held)}", width="stretch", help=common["help"]):
        table = f"{key}/table/{hash(held)}"
        st.data_editor(
            pd.DataFrame(held, columns=["x", "y"], dtype=float), num_rows="dynamic",
            hide_index=True, height=240, key=table, on_change=_edited, args=(control, key, table),
        )  # fmt: skip
        pasted, uploaded = f"{key}/pasted", f"{key}/uploaded"
        st.text_area(
            "Paste numbers, one point a line", placeholder="0.5, 1.2", height=90, key=pasted,
            max_chars=LONGEST, on_change=_pasted, args=(control, key, pasted),
        )  # fmt: skip
        st.file_uploader(
            "Or a CSV file with two columns", type=["csv", "txt", "tsv"], key=uploaded,
            on_change=_uploaded, args=(control, key, uploaded),
        )  # fmt: skip
        if message := st.session_state.pop(f"{key}/trouble", ""):
            st.warning(message)
    st.session_state[key] = held
    return held


def read_table(text: str) -> tuple[list[tuple[float, float]], int]:
    """The points of a text: two numbers a line, by comma, semicolon, tab or space.

    Returns:
        The points, and how many lines were passed over, such as a heading.
    """
    found, passed = [], 0
    for line in text.splitlines():
        parts = [part for part in re.split(r"[,;\s]+", line.strip()) if part]
        if not parts:
            continue
        try:
            found.append((float(parts[0]), float(parts[1])))
        except (ValueError, IndexError):
            passed += 1
    return found, passed


def _put(control: Control, key: str, points: list[tuple[float, float]]) -> None:
    try:
        st.session_state[key] = control.check(points)
    except ValueError as error:
        st.session_state[f"{key}/trouble"] = f"{error} The points stay as they were."


def _take(control: Control, key: str, text: str) -> None:
    """Points from a text take the place of those that were there."""
    found, passed = read_table(text)
    if found:
        _put(control, key, found)
    if passed > 1 or not found:
        lines = "1 line" if passed == 1 else f"{passed} lines"
        st.session_state.setdefault(f"{key}/trouble", f"{lines} held no two numbers.")


def _edited(control: Control, key: str, table: str) -> None:
    """Take over what was changed, once a row has both its numbers."""
    change = st.session_state[table]
    rows: list[list[Any]] = [list(place) for place in st.session_state[key]]
    for row, cells in change["edited_rows"].items():
        for name, value in cells.items():
            rows[int(row)]["xy".index(name)] = value
    rows = [row for i, row in enumerate(rows) if i not in change["deleted_rows"]]
    rows += [[row.get("x"), row.get("y")] for row in change["added_rows"]]
    _put(control, key, [(x, y) for x, y in rows if x is not None and y is not None])


def _pasted(control: Control, key: str, pasted: str) -> None:
    text = st.session_state[pasted]
    if text.strip():
        _take(control, key, text)


def _uploaded(control: Control, key: str, uploaded: str) -> None:
    file = st.session_state[uploaded]
    if file is None:
        return
    if file.size > LONGEST:
        st.session_state[f"{key}/trouble"] = f"The file is longer than {LONGEST // 1000} kB."
        return
    _take(control, key, file.getvalue().decode(errors="replace"))
