"""The bench of a lab: controls, and the stage or the comparison in its place.

What is on the stage is a run; which one is held in `Shown`. Training, a link, a preset or
a mark let go makes another run the shown one; a control moved only makes it out of date,
unless the lab is quick enough to train at every change.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import streamlit as st

from labcore import Config, catalog, engine
from labcore.lab import Lab, LabModule
from pages.shell import comparison, controls, pins, presenter, progress, share, tour
from pages.shell.pins import Mark, Pin
from pages.shell.stage import stage


@dataclass
class Shown:
    """The run on the stage, and how often it was asked to play from its start."""

    pin: Pin
    key: str = ""
    play: int = 0
    refused: str = ""
    stay: bool = False
    """Whether the stage keeps its place, as only the picture follows a change."""
    frame: int | None = None
    """The frame it opens at, and rests."""
    waits: bool = False
    """Whether its trunk is shown for now, as it must be computed first."""


@dataclass(frozen=True)
class Moved:
    """The learner's hand has let go of something on the stage."""

    trunk: Pin | None
    frame: int
    stay: bool


def shown(slug: str) -> Shown:
    """The run on the stage; `draw` has put it there."""
    return st.session_state[f"{slug}/shown"]


@st.fragment
def draw(slug: str) -> None:
    """Controls and stage: all that runs again when a control is moved."""
    if st.session_state.pop(f"{slug}/ended", False):
        if shown(slug).waits:
            _submit(slug, shown(slug))
        _praise(slug)
        st.rerun()  # numbers and verdicts are there now: the tabs follow
    module = catalog.load(slug)
    _head(module)
    guide = st.container()
    notices, new_address = controls.read_address(slug, module.Config)
    if new_address:
        pins.read_address(slug, module.Config)
    if notices:
        st.session_state[f"{slug}/notices"] = notices
    elif new_address:
        st.session_state.pop(f"{slug}/notices", None)
    for notice in st.session_state.get(f"{slug}/notices", ()):
        st.warning(notice, icon=":material/info:")

    with st.container(key="lab", horizontal=True, gap="medium"):
        with st.container(key="controls", width=280, gap="small"):
            pressed = _buttons(module.LAB)
            config = controls.draw_controls(module.LAB)
        on_stage = _show(slug, config, pressed, new_address, module)
        if _praise(slug) and on_stage.play > 1:
            st.rerun()  # a run that was there already: the tabs follow at once
        controls.write_address(slug, config, new_address)
        pins.write_address(slug, on_stage.pin, on_stage.frame)
        with guide:
            tour.draw(module, config, engine.current().outcome(on_stage.key))
        with st.container(key="stage-column"):
            _kept(slug)
            if pins.comparing(slug):
                comparison.draw(slug, on_stage.pin)
            else:
                _mount(slug, config, on_stage)


def _praise(slug: str) -> bool:
    """Note what the run on the stage has passed, and say what is new. Whether something is."""
    new = progress.take(slug, engine.current().outcome(shown(slug).key))
    for goal in new:
        st.toast(f"Challenge passed: {goal}", icon=":material/check_circle:")
    return bool(new)


def _head(module: LabModule) -> None:
    """The question, what to try, and the ways on from here."""
    with st.container(horizontal=True, horizontal_alignment="distribute", key="head"):
        st.title(module.LAB.question, anchor=False, width="content")
        if presenter.presenting():
            return
        with st.container(horizontal=True, width="content", gap="small"):
            if module.LAB.tour and tour.at(module.LAB.slug) is None:
                st.button(
                    "Guided tour", icon=":material/tour:", key=f"{module.LAB.slug}/tour/begin",
                    type="tertiary", on_click=tour.open_step, args=(module, 0),
                )  # fmt: skip
            share.draw(module.LAB.slug)
    with st.container(key="tip"):
        st.markdown(module.LAB.tip)


def _buttons(lab: Lab) -> bool:
    """Train and, where chance plays a part, Another seed; whether to train."""
    slug = lab.slug
    with st.container(horizontal=True, gap="small"):
        pressed = st.button(
            lab.verb, type="primary", key=f"{slug}/train", icon=":material/play_arrow:",
            help="Compute with these settings and play from the start.",
        )  # fmt: skip
        if lab.config.chance:
            st.button(
                "Another seed", key=f"{slug}/reseed", icon=":material/casino:",
                on_click=_reseed, args=(slug,), help="The same settings, other random numbers.",
            )  # fmt: skip
    return pressed or st.session_state.pop(f"{slug}/now", False)


def _reseed(slug: str) -> None:
    st.session_state[controls.widget_key(slug, "seed")] = random.randrange(10_000)
    st.session_state[f"{slug}/now"] = True


def _kept(slug: str) -> None:
    """Pinned runs and marked frames, where there are some."""
    pinned, marked = pins.pins(slug), pins.marks(slug)
    if not pinned and not marked:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="kept"):
        if pinned and pins.comparing(slug):
            st.button(
                "Back to the stage", key=f"{slug}/stage-again", icon=":material/arrow_back:",
                on_click=pins.compare, args=(slug, False),
            )  # fmt: skip
        elif pinned:
            st.button(
                f"Compare {len(comparison.runs(slug, shown(slug).pin))}", key=f"{slug}/compare-now",
                icon=":material/compare:", on_click=pins.compare, args=(slug, True),
                help="The pinned runs and the one on the stage, side by side and in step.",
            )  # fmt: skip
        for i, mark in enumerate(marked):
            st.button(
                f"Step {mark.step}", key=f"{slug}/mark/{i}", icon=":material/bookmark:",
                on_click=_open_mark, args=(slug, mark), help="Back to this frame.",
            )  # fmt: skip


def _open_mark(slug: str, mark: Mark) -> None:
    """Put the settings of a marked frame back, and open it there."""
    controls.put(slug, mark.pin.config)
    if mark.view:
        controls.show(slug, mark.view)
    pins.compare(slug, False)
    st.session_state[f"{slug}/open"] = (mark.pin, mark.frame)


def _show(slug: str, config: Config, pressed: bool, new_address: bool, module: LabModule) -> Shown:
    """The run that belongs on the stage now; submitted if it is not there yet."""
    before: Shown | None = st.session_state.get(f"{slug}/shown")
    moved: Moved | None = st.session_state.pop(f"{slug}/moved", None)
    opened: tuple[Pin, int] | None = st.session_state.pop(f"{slug}/open", None)
    if new_address:
        opened = pins.opened(module.Config, config)
    changed = _changed(before.pin.config, config) if before else set()
    seen = bool(changed) and changed <= set(module.LAB.observes)  # the same run, looked at anew
    asked = pressed or new_address or opened is not None
    if before and not (asked or moved or (changed and (module.LAB.live or seen))):
        return before
    last = before or Shown(Pin(config))
    pin, frame = Pin(config), None
    if opened:
        pin, frame = opened[0], opened[1] if opened[1] >= 0 else None
    elif moved and moved.trunk:
        pin = Pin(config, moved.trunk, moved.frame)
    elif seen and not asked:
        pin = Pin(config, last.pin.trunk, last.pin.frame)
    keeps = seen or module.LAB.stays or bool(moved and moved.stay)
    stay = keeps and not asked and not (moved and moved.trunk)
    now = Shown(pin, last.key, last.play + 1, stay=stay, frame=frame)
    _submit(slug, now)
    st.session_state[f"{slug}/shown"] = now
    return now


def _changed(before: Config, now: Config) -> set[str]:
    """The names of the controls that have other values."""
    return {name for name, value in now if getattr(before, name) != value}


def _submit(slug: str, shown: Shown) -> None:
    """Ask the engine for the shown run, and give up the run that was shown before."""
    before, learner = shown.key, controls.learner()
    try:
        trunk = pins.submit(slug, shown.pin.trunk, learner) if shown.pin.trunk else None
        shown.waits = trunk is not None and not trunk.finished
        waiting = trunk if shown.waits else None
        run = waiting or pins.submit(slug, shown.pin, learner)
        shown.key, shown.refused = run.key, ""
    except engine.Refused as refusal:
        shown.refused = str(refusal)
    known = pins.lineage(slug)
    if before and before != shown.key and known.get(before) not in pins.pins(slug):
        engine.current().withdraw(before, learner)


def _mount(slug: str, config: Config, shown: Shown) -> None:
    key = f"{slug}/stage"
    outcome = engine.current().outcome(shown.key)

    def moved() -> None:
        """The hand let go: the controls take the new values, and a run starts there."""
        change = st.session_state[key].moved or {}
        for name, value in change.get("values", {}).items():
            held = tuple(map(tuple, value)) if isinstance(value, list) else value
            st.session_state[controls.widget_key(slug, name)] = held
        frame = change.get("frame")
        trunk = None if frame is None else pins.lineage(slug).get(str(change["key"]))
        st.session_state[f"{slug}/moved"] = Moved(trunk, int(frame or 0), bool(change.get("stay")))
        if trunk and change.get("beside"):
            pins.add(slug, trunk)
            pins.compare(slug, True)

    def viewed() -> None:
        """Another view was chosen: it belongs to the link."""
        controls.show(slug, st.session_state[key].viewed or "")

    def pinned() -> None:
        """The run on the stage is to be compared with others."""
        if pin := pins.lineage(slug).get(str(st.session_state[key].pinned)):
            pins.add(slug, pin)

    def marked() -> None:
        """A frame is to be come back to: it is in the link, and at hand."""
        mark = st.session_state[key].marked or {}
        pin = pins.lineage(slug).get(str(mark.get("key")))
        if pin is None:
            return
        view = controls.view(slug)
        kept = pins.marks(slug)
        new = Mark(pin, int(mark["frame"]), int(mark["step"]), view)
        if new not in kept:
            kept[:] = [*kept, new][-pins.MOST_MARKS :]
        shown.frame = new.frame

    def lost() -> None:
        """The server has forgotten the run, perhaps by a restart: compute it once more."""
        if st.session_state[key].lost == shown.key:
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
                "finished": bool(outcome and outcome.state == "done"),
                "from": shown.pin.frame if shown.pin.trunk and not shown.stay else None,
            }
            if shown.key
            else None,
            "play": shown.play,
            "stay": shown.stay,
            "frame": None if shown.waits else shown.frame,
            "view": controls.view(slug),
            "larger": presenter.LARGER if presenter.presenting() else 1,
            "space": tour.at(slug) is None,
            "config": config.model_dump(mode="json"),
            "stale": "The controls have changed since this run; press Train."
            if config != shown.pin.config
            else "",
        },
        moved=moved,
        viewed=viewed,
        pinned=pinned,
        marked=marked,
        lost=lost,
        ended=ended,
    )
