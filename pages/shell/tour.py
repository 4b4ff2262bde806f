"""The guided tour of a lab: words, something to do, and the next step once it is done."""

from __future__ import annotations

import streamlit as st

from labcore import Config, TourStep, engine
from labcore.lab import LabModule
from pages.shell import controls, pins


def at(slug: str) -> int | None:
    """The step the learner is at, from 0; None outside a tour."""
    return st.session_state.get(f"{slug}/tour")


def open_step(module: LabModule, index: int | None) -> None:
    """Go to a step: controls, view and run are put where it begins. None leaves the tour."""
    slug, tour = module.LAB.slug, module.LAB.tour
    if index is None or not 0 <= index < len(tour):
        st.session_state[f"{slug}/tour"] = None
        return
    st.session_state[f"{slug}/tour"] = index
    step = tour[index]
    pins.compare(slug, False)
    if step.view:
        controls.show(slug, step.view)
    if step.settings is not None:
        controls.put(slug, module.Config(**step.settings))
        st.session_state[f"{slug}/now"] = True


def is_done(step: TourStep, config: Config, outcome: engine.Outcome | None) -> bool:
    """Whether what a step asks has been done."""
    if step.done and not step.done(config):
        return False
    verdicts = outcome.verdicts if outcome else {}
    return not step.reach or bool(verdicts.get(step.reach, {}).get("passed"))


def draw(module: LabModule, config: Config, outcome: engine.Outcome | None) -> None:
    """The step the learner is at."""
    slug, tour = module.LAB.slug, module.LAB.tour
    index = at(slug)
    if index is None:
        return
    step = tour[index]
    done = is_done(step, config, outcome)
    with st.container(border=True, key="tour"):
        st.markdown(step.text)
        if step.asks:
            st.markdown(f":material/{'check_circle' if done else 'touch_app'}: **{step.asks}**")
        last = index == len(tour) - 1
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Finish" if last else "Next" if done else "Skip", key=f"{slug}/tour/next",
                type="primary" if done else "secondary", shortcut="Space" if done else None,
                on_click=open_step, args=(module, None if last else index + 1),
            )  # fmt: skip
            if index:
                st.button(
                    "Back", key=f"{slug}/tour/back", type="tertiary",
                    on_click=open_step, args=(module, index - 1),
                )  # fmt: skip
            st.button(
                "Leave the tour", key=f"{slug}/tour/leave", type="tertiary",
                on_click=open_step, args=(module, None),
            )  # fmt: skip
            st.caption(f"Step {index + 1} of {len(tour)}")
