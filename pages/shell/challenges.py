"""All challenges of the house: which are passed, in how few steps, and the board of a class."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from labcore import Challenge, catalog, engine
from labcore.engine import room
from pages.shell import controls, progress, who
from pages.shell.addresses import page_of


def main() -> None:
    passed = progress.passed()
    goals = {e.slug: catalog.load(e.slug).LAB.challenges for e in catalog.LABS}
    count = sum(map(len, goals.values()))
    st.title("Challenges", anchor=False)
    st.markdown(
        f"You have passed {len(passed)} of {count}. Each is judged on your own run; the fewer "
        "training steps it took, the better. "
        + ("The server remembers." if who.signed_in() else "This browser remembers.")
    )
    st.progress(len(passed) / count if count else 0.0)
    if room.shows_board():
        _board(passed)
    champions = engine.board().champions() if room.shows_board() else {}
    for entry in catalog.LABS:
        _lab(entry, goals[entry.slug], passed, champions)


def _lab(
    entry: catalog.Entry,
    goals: tuple[Challenge, ...],
    passed: progress.Progress,
    champions: Mapping[str, tuple[str, int]],
) -> None:
    done = sum(f"{entry.slug}/{goal.slug}" in passed for goal in goals)
    with st.container(border=True, key=f"challenges-{entry.slug}"):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.page_link(page_of(entry.slug), label=f"**{entry.title}**")
            st.markdown(f"{done} of {len(goals)}")
        for goal in goals:
            name = f"{entry.slug}/{goal.slug}"
            mark = "check_circle" if name in passed else "radio_button_unchecked"
            hard = " :gray-badge[hard]" if goal.hard else ""
            best = f" · your best: step {passed[name]}" if name in passed else ""
            champion = champions.get(name)
            lead = f" · best of the class: {champion[0]}, step {champion[1]}" if champion else ""
            st.markdown(f":material/{mark}: {goal.goal}{hard}{best}{lead}")


def _board(passed: progress.Progress) -> None:
    """Joining is the learner's choice; the board knows only the name they give."""
    board, learner = engine.board(), controls.learner()
    with st.expander("The board of this class", expanded=True):
        st.text_input(
            "Your name on the board", value=board.name(learner), key="board/name", max_chars=24,
            help="Any name. An empty one takes you off.",
            on_change=lambda: board.join(learner, st.session_state["board/name"], passed),
        )  # fmt: skip
        if rows := board.table():
            st.dataframe(pd.DataFrame(rows, columns=["Name", "Passed"]), hide_index=True)
        else:
            st.caption("Nobody has joined yet.")


main()
