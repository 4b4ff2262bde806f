"""Challenges a learner has passed: kept for the visit, by the browser, and on the class board.

Who has signed in finds them again on any browser: the run store keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from labcore import catalog, engine
from pages.shell import who
from pages.shell.stage import assets, shim

_keeper = st.components.v2.component("keeper", js=shim("keeper.js"))

PROGRESS = "progress/"
Progress = dict[str, int]
"""Fewest steps by “lab/challenge”."""


def passed() -> Progress:
    """What this learner has passed, and the fewest steps it took."""
    if "progress" not in st.session_state:
        st.session_state["progress"] = {}
        if who.signed_in():
            merge(engine.current().store.noted(PROGRESS + who.learner()) or {})
    return st.session_state["progress"]


def _note() -> None:
    if who.signed_in():
        engine.current().store.note(PROGRESS + who.learner(), passed())


def take(slug: str, outcome: engine.Outcome | None) -> list[str]:
    """Note what a run has passed; the goals that are new."""
    verdicts = outcome.verdicts if outcome else {}
    found, new = passed(), []
    for challenge in catalog.load(slug).LAB.challenges:
        verdict = verdicts.get(challenge.slug, {})
        if not verdict.get("passed"):
            continue
        name, steps = f"{slug}/{challenge.slug}", int(verdict["steps"])
        if name not in found:
            new.append(challenge.goal)
        if steps < found.get(name, steps + 1):
            found[name] = steps
            engine.board().note(who.learner(), name, steps)
            _note()
    return new


def keep() -> None:
    """Have the browser remember, and take over what it remembers."""
    _keeper(
        key="keeper",
        data={"progress": passed(), "assets": assets()},
        on_remembered_change=_remembered,
    )


def _remembered() -> None:
    """What a browser says is checked: it may say anything."""
    said = st.session_state["keeper"].remembered
    if isinstance(said, Mapping):
        merge(said)
        _note()


def merge(said: Mapping[Any, Any]) -> None:
    """Take over remembered challenges that there are, with numbers of steps that can be."""
    known = {
        f"{entry.slug}/{challenge.slug}"
        for entry in catalog.LABS
        for challenge in catalog.load(entry.slug).LAB.challenges
    }
    found = passed()
    for name, steps in said.items():
        if name in known and isinstance(steps, int | float) and 0 <= steps < 1e9:
            found[name] = min(int(steps), found.get(name, int(steps)))
