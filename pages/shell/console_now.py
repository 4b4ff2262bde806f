"""What happens now, on the console: who is here, what computes and waits, and how to stop it."""

from __future__ import annotations

import time

import streamlit as st

from labcore import catalog, engine
from pages.shell import console, who
from pages.shell.console import act

EVERY_SECONDS = 2.0
MOST_ROWS = 7


@st.fragment(run_every=EVERY_SECONDS)
def draw() -> None:
    """Run again every two seconds, for this page alone."""
    if not who.is_instructor():
        return
    house = engine.current()
    runs = house.active()
    running = [run for run in runs if run.state == "running"]
    waiting = sorted((run for run in runs if run.state == "queued"), key=lambda run: run.position)
    with st.container(horizontal=True, gap="small", horizontal_alignment="distribute"):
        st.metric("Pages open", who.connected(), width="content")
        learners = getattr(house, "learners", lambda: 0)
        st.metric("Trained lately", learners(), width="content")
        st.metric("Computing", f"{len(running)} of {house.settings.workers}", width="content")
        st.metric("Waiting", len(waiting), width="content")
    said()
    _progress()
    for run in [*running, *waiting][:MOST_ROWS]:
        _row(run)
    if len(runs) > MOST_ROWS:
        st.markdown(f"And {len(runs) - MOST_ROWS} more.")
    if not runs:
        st.markdown("Nothing computes now.")
    _stop_all(len(runs))


def said() -> None:
    """What the last action did, or why it did not."""
    kind, text = st.session_state.pop(console.SAID, None) or ("", "")
    if kind == "wrong":
        st.error(text, icon=":material/info:")
    elif text:
        st.toast(text)


def _row(run: engine.Run) -> None:
    if run.state == "running":
        state = f"frame {run.shown} · {time.monotonic() - run.started:.0f} s"
    else:
        state = f"waits, {run.position} in line · about {run.wait_s:.0f} s"
    with st.container(
        key=f"run-{run.key}", horizontal=True, vertical_alignment="center",
        horizontal_alignment="distribute",
    ):  # fmt: skip
        st.markdown(f"{catalog.find(run.slug).title}  \n:small[{state}]", width="content")
        st.button(
            "Stop", key=f"console/stop/{run.key}", icon=":material/stop:",
            on_click=act, args=(console.stop, run.key),
        )  # fmt: skip


def _stop_all(count: int) -> None:
    """Twice asked for, as there is no way back."""
    armed = st.session_state.get("console/armed", False)
    if not armed:
        st.button(
            "Stop all", key="console/arm", icon=":material/stop_circle:", disabled=not count,
            on_click=_arm, args=(True,),
        )  # fmt: skip
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Stop all, for everyone", key="console/stop-all", type="primary",
            icon=":material/stop_circle:", on_click=_stop_everyone,
        )  # fmt: skip
        st.button("Let them run", key="console/disarm", on_click=_arm, args=(False,))


def _stop_everyone() -> None:
    _arm(False)
    act(console.stop_all)


def _arm(armed: bool) -> None:
    st.session_state["console/armed"] = armed


def _progress() -> None:
    """How far presets are that are computed ahead."""
    warming = console.warmed()
    if not warming.asked:
        return
    failed = warming.asked - warming.done - len(warming.left)
    words = f"Computed ahead: {warming.done} of {warming.asked}"
    words += f", {failed} failed" if failed else ""
    st.progress(1 - len(warming.left) / warming.asked, text=words)
