"""The widget of points and boxes: a table that opens, and numbers from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from labcore import Control
from labcore.config import SHAPES

LONGEST = 20_000
"""Characters of pasted or uploaded numbers that are read."""

Shape = tuple[float, ...]
COLUMNS = {"points": ("x", "y"), "boxes": ("x0", "y0", "x1", "y1")}


def edit(control: Control, common: Mapping[str, Any]) -> tuple[Shape, ...]:
    """A button that says how many there are and opens the table; returns what is held.

    The table is made anew whenever they are others, by hand on the stage or by a link.
    """
    key, word = common["key"], control.kind.removesuffix("es" if control.kind == "boxes" else "s")
    held = tuple(tuple(map(float, shape)) for shape in st.session_state.get(key, control.default))
    with st.popover(f"{common['label']}: {len(held)}", width="stretch", help=common["help"]):
        table = f"{key}/table/{hash(held)}"
        st.data_editor(
            pd.DataFrame(held, columns=COLUMNS[control.kind], dtype=float),
            num_rows="fixed" if control.least == control.most else "dynamic",
            hide_index=True, height=240, key=table, on_change=_edited, args=(control, key, table),
        )  # fmt: skip
        pasted, uploaded = f"{key}/pasted", f"{key}/uploaded"
        st.text_area(
            f"Paste numbers, one {word} a line", placeholder="0.5, 1.2", height=90, key=pasted,
            max_chars=LONGEST, on_change=_pasted, args=(control, key, pasted),
        )  # fmt: skip
        st.file_uploader(
            f"Or a CSV file with {SHAPES[control.kind]} columns", type=["csv", "txt", "tsv"],
            key=uploaded, on_change=_uploaded, args=(control, key, uploaded),
        )  # fmt: skip
        message, stayed = st.session_state.get(f"{key}/trouble", ("", held))
        if message and stayed == held:
            st.warning(message)
    st.session_state[key] = held
    return held


def read_table(text: str, size: int) -> tuple[list[Shape], int]:
    """The shapes of a text: `size` numbers a line, by comma, semicolon, tab or space.

    Returns:
        The shapes, and how many lines were passed over, such as a heading.
    """
    found: list[Shape] = []
    passed = 0
    for line in text.splitlines():
        parts = [part for part in re.split(r"[,;\s]+", line.strip()) if part]
        if not parts:
            continue
        try:
            shape = tuple(map(float, parts[:size]))
        except ValueError:
            shape = ()
        if len(shape) == size:
            found.append(shape)
        else:
            passed += 1
    return found, passed


def _said(key: str, message: str) -> None:
    """What was wrong stands until something else is tried: a page is drawn anew at any moment."""
    st.session_state[f"{key}/trouble"] = message, st.session_state[key]


def _put(control: Control, key: str, shapes: list[Shape]) -> bool:
    """Whether the shapes are admitted; if so they are held now."""
    try:
        st.session_state[key] = control.check(shapes)
    except ValueError as error:
        _said(key, f"{error} The {control.kind} stay as they were.")
        return False
    st.session_state.pop(f"{key}/trouble", None)
    return True


def _take(control: Control, key: str, text: str) -> None:
    """What a text holds takes the place of what was there."""
    found, passed = read_table(text, SHAPES[control.kind])
    if found and not _put(control, key, found):
        return
    if passed > 1 or not found:
        lines = "1 line" if passed == 1 else f"{passed} lines"
        _said(key, f"{lines} held no {SHAPES[control.kind]} numbers.")


def _edited(control: Control, key: str, table: str) -> None:
    """Take over what was changed, once a row has all its numbers."""
    change, names = st.session_state[table], COLUMNS[control.kind]
    rows: list[list[Any]] = [list(shape) for shape in st.session_state[key]]
    for row, cells in change["edited_rows"].items():
        for name, value in cells.items():
            rows[int(row)][names.index(name)] = value
    rows = [row for i, row in enumerate(rows) if i not in change["deleted_rows"]]
    rows += [[row.get(name) for name in names] for row in change["added_rows"]]
    _put(control, key, [tuple(row) for row in rows if None not in row])


def _pasted(control: Control, key: str, pasted: str) -> None:
    text = st.session_state[pasted]
    if text.strip():
        _take(control, key, text)


def _uploaded(control: Control, key: str, uploaded: str) -> None:
    file = st.session_state[uploaded]
    if file is None:
        return
    if file.size > LONGEST:
        _said(key, f"The file is longer than {LONGEST // 1000} kB.")
        return
    _take(control, key, file.getvalue().decode(errors="replace"))
