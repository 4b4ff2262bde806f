"""Pinned runs side by side, in the stage's place."""

from __future__ import annotations

import streamlit as st

from labcore import engine
from pages.shell import controls, pins
from pages.shell.pins import Pin
from pages.shell.stage import mount_comparison


def runs(slug: str, on_stage: Pin) -> list[Pin]:
    """The pinned runs, and the one on the stage if it is another and has room."""
    pinned = pins.pins(slug)
    return [*pinned, on_stage][: pins.MOST] if on_stage not in pinned else list(pinned)


def draw(slug: str, on_stage: Pin) -> None:
    """Mount the comparison, or tell the mounted one what has changed."""
    key, compared = f"{slug}/comparison", runs(slug, on_stage)
    rows = []
    for i, (pin, title) in enumerate(zip(compared, pins.titles(compared), strict=True)):
        try:
            run = pins.submit(slug, pin, controls.learner())
            facts = {"key": run.key, "finished": run.state == "done"}
        except engine.Refused as refusal:
            facts, title = {"key": None, "finished": False}, f"{title}. {refusal}"
        pinned = i < len(pins.pins(slug))
        rows.append({**facts, "name": pins.NAMES[i], "title": title, "pinned": pinned})

    def viewed() -> None:
        controls.show(slug, st.session_state[key].viewed or "")

    def unpinned() -> None:
        pins.remove(slug, int(st.session_state[key].unpinned))

    def opened() -> None:
        """A pinned run is to stand on the stage again."""
        pin = compared[int(st.session_state[key].opened)]
        controls.put(slug, pin.config)
        pins.compare(slug, False)
        st.session_state[f"{slug}/open"] = (pin, -1)

    mount_comparison(
        key,
        {
            "slug": slug,
            "learner": controls.learner(),
            "runs": rows,
            "settings": pins.differing(compared),
            "view": controls.view(slug),
        },
        viewed=viewed,
        unpinned=unpinned,
        opened=opened,
        ended=lambda: None,  # a branch that waited for its trunk is asked for once more
        lost=lambda: None,
    )
