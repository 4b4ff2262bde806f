"""The page of a lab: question, controls, stage, tabs. A lab's own page is its prose.

What is on the stage is a run; which one is held in `Shown`. Training, a link, a preset or
a mark let go makes another run the shown one; a control moved only makes it out of date,
unless the lab is quick enough to train at every change.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import streamlit as st

from labcore import Config, catalog, engine
from labcore.lab import LabModule
from pages.shell import controls, tabs
from pages.shell.stage import stage


@dataclass
class Shown:
    """The run on the stage, and how often it was asked to play from its start."""

    config: Config
    key: str = ""
    play: int = 0
    refused: str = ""
    parent: tuple[str, int] | None = None
    """The run and frame it goes on from."""
    stay: bool = False
    """Whether the stage keeps its place, as only the picture follows a change."""


@dataclass(frozen=True)
class Moved:
    """The learner's hand has let go of something on the stage."""

    parent: tuple[str, int] | None
    stay: bool


def lab_page(slug: str, look_for: str) -> None:
    """Draw the page of a lab.

    Args:
        slug: the lab, as in the catalog.
        look_for: 120–300 words that send the learner to what there is to find.
    """
    module = catalog.load(slug)
    st.title(module.LAB.question, anchor=False)
    st.markdown(module.LAB.tip)
    _bench(slug)
    shown: Shown = st.session_state[f"{slug}/shown"]
    tabs.draw(module, shown.config, shown.key, look_for)


@st.fragment
def _bench(slug: str) -> None:
    """Controls and stage: all that runs again when a control is moved."""
    if st.session_state.pop(f"{slug}/ended", False):
        st.rerun()  # numbers and verdicts are there now: the tabs follow
    module = catalog.load(slug)
    notices, new_address = controls.read_address(slug, module.Config)
    if notices:
        st.session_state[f"{slug}/notices"] = notices
    elif new_address:
        st.session_state.pop(f"{slug}/notices", None)
    for notice in st.session_state.get(f"{slug}/notices", ()):
        st.warning(notice, icon=":material/info:")

    with st.container(key="lab", horizontal=True, gap="medium"):
        with st.container(key="controls", width=280, gap="small"):
            pressed = _buttons(slug)
            config = controls.draw_controls(slug, module.Config)
        controls.write_address(slug, config, new_address)
        shown = _show(slug, config, pressed or new_address, module)
        with st.container(key="stage-column"):
            _mount(slug, config, shown)


def _buttons(slug: str) -> bool:
    """Train and Another seed; whether to train."""
    with st.container(horizontal=True, gap="small"):
        pressed = st.button(
            "Train", type="primary", key=f"{slug}/train", icon=":material/play_arrow:",
            help="Compute with these settings and play from the start.",
        )  # fmt: skip
        st.button(
            "Another seed", key=f"{slug}/reseed", icon=":material/casino:",
            on_click=_reseed, args=(slug,), help="The same settings, other random numbers.",
        )  # fmt: skip
    return pressed or st.session_state.pop(f"{slug}/now", False)


def _reseed(slug: str) -> None:
    st.session_state[controls.widget_key(slug, "seed")] = random.randrange(10_000)
    st.session_state[f"{slug}/now"] = True


def _show(slug: str, config: Config, asked: bool, module: LabModule) -> Shown:
    """The run that belongs on the stage now; submitted if it is not there yet."""
    shown: Shown | None = st.session_state.get(f"{slug}/shown")
    moved: Moved | None = st.session_state.pop(f"{slug}/moved", None)
    changed = _changed(shown.config, config) if shown else set()
    seen = bool(changed) and changed <= set(module.LAB.observes)  # the same run, looked at anew
    if shown is None or asked or moved or (changed and (module.LAB.live or seen)):
        before = shown or Shown(config)
        parent = moved.parent if moved else None
        if seen and not asked:
            parent = parent or before.parent
        keeps = seen or module.LAB.stays or bool(moved and moved.stay)
        stay = keeps and not asked and not (moved and moved.parent)
        shown = Shown(config, before.key, before.play + 1, parent=parent, stay=stay)
        _submit(slug, shown)
        st.session_state[f"{slug}/shown"] = shown
    return shown


def _changed(before: Config, now: Config) -> set[str]:
    """The names of the controls that have other values."""
    return {name for name, value in now if getattr(before, name) != value}


def _submit(slug: str, shown: Shown) -> None:
    """Ask the engine for the shown config, and give up the run that was shown before."""
    house, before = engine.current(), shown.key
    try:
        shown.key = house.submit(slug, shown.config, controls.learner(), shown.parent).key
        shown.refused = ""
    except engine.Refused as refusal:
        shown.refused = str(refusal)
    if before and before != shown.key:
        house.withdraw(before, controls.learner())


def _mount(slug: str, config: Config, shown: Shown) -> None:
    key = f"{slug}/stage"
    run = engine.current().find(shown.key)

    def moved() -> None:
        """The hand let go: the controls take the new values, and a run starts there."""
        change = st.session_state[key].moved or {}
        for name, value in change.get("values", {}).items():
            held = tuple(map(tuple, value)) if isinstance(value, list) else value
            st.session_state[controls.widget_key(slug, name)] = held
        frame = change.get("frame")
        parent = None if frame is None else (str(change["key"]), int(frame))
        st.session_state[f"{slug}/moved"] = Moved(parent, bool(change.get("stay")))

    def viewed() -> None:
        """Another view was chosen: it belongs to the link."""
        st.query_params[controls.VIEW] = st.session_state[key].viewed or ""

    def lost() -> None:
        """The server has forgotten the run, perhaps by a restart: compute it once more.

        What it went on from is forgotten too, so it starts anew.
        """
        if st.session_state[key].lost == shown.key:
            shown.parent = None
            _submit(slug, shown)
            shown.play += 1

    def ended() -> None:
        st.session_state[f"{slug}/ended"] = True

    if shown.refused:
        st.error(shown.refused, icon=":material/hourglass_top:")
    stage(
        key,
        {
            "slug": slug,
            "learner": controls.learner(),
            "run": {
                "key": shown.key,
                "finished": bool(run and run.state == "done"),
                "from": shown.parent[1] if shown.parent and not shown.stay else None,
            }
            if shown.key
            else None,
            "play": shown.play,
            "stay": shown.stay,
            "view": st.query_params.get(controls.VIEW, ""),
            "config": config.model_dump(mode="json"),
            "stale": "The controls have changed since this run; press Train."
            if config != shown.config
            else "",
        },
        moved=moved,
        viewed=viewed,
        lost=lost,
        ended=ended,
    )
