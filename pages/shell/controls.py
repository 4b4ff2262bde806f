"""Widgets made from a Config, in step with the address.

The address is the source: what it holds when it changes from outside (a link, a preset, a
reload) is parsed, checked and put into the widgets; what the widgets then hold is written
back, defaults left out. Keys of widgets begin with the lab's slug, so that a learning rate
never leaks from one lab into the next.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import ValidationError

from labcore import Config, Control, engine, format_number
from labcore.config import SHAPES, sentence
from labcore.engine.own import GONE
from labcore.lab import Lab
from pages.shell import own_file, pins, presenter, shapes
from pages.shell.who import learner

VERSION = "v"
"""The parameter that says which defaults a link was made with."""

VIEW = "view"
"""The parameter that says which view of the stage is open."""

LATE_SECONDS = 3.0
"""So long after a change the address before it is no link."""

HOUSE = frozenset(
    {"embed", "embed_options", VIEW, pins.PIN, pins.COMPARE, pins.FRAME, pins.FROM,
     presenter.PRESENT, presenter.LIST, presenter.AT}
)  # fmt: skip
"""Parameters that are no control of any lab."""


def widget_key(slug: str, name: str) -> str:
    return f"{slug}.{name}"


def read_address(slug: str, kind: type[Config]) -> tuple[list[str], bool]:
    """Put what the address says into the widgets, if it has changed from outside.

    Returns:
        A sentence for each value that was not admitted, and whether the address was new.
    """
    given = {k: v for k, v in st.query_params.to_dict().items() if k not in HOUSE or k == VIEW}
    if st.session_state.get(f"{slug}/address") == given or _is_late(slug, given):
        return [], False
    show(slug, given.pop(VIEW, ""))
    version = given.pop(VERSION, str(kind.version))
    config, notices = kind.parse(given)
    if version != str(kind.version):
        notices.append(
            "This link was made with an older version of the lab; values it leaves out may "
            "have changed."
        )
    for control in kind.controls():
        token = getattr(config, control.name)
        if control.kind == "own" and token and engine.current().own.get(token) is None:
            notices.append(f"{control.title}: {GONE}")
            config = config.model_copy(update={control.name: control.default})
    put(slug, config)
    return notices, True


def write_address(slug: str, config: Config, new: bool) -> None:
    """Make the address a link to this config.

    A new address is written back even as it is: a link inside the app hands its parameters
    to the script, but leaves the browser's own address bare.
    """
    texts = config.texts()
    if texts:
        texts[VERSION] = str(config.version)
    if view(slug):
        texts[VIEW] = view(slug)
    kept = {k: st.query_params.get_all(k) for k in st.query_params if k in HOUSE and k != VIEW}
    if new or st.query_params.to_dict() != {**texts, **{k: v[-1] for k, v in kept.items()}}:
        st.query_params.from_dict({**texts, **kept})
    before = st.session_state.get(f"{slug}/address")
    if before is not None and before != texts:
        left = st.session_state.setdefault(f"{slug}/left", [])
        left[:] = [*left[-9:], (time.monotonic(), before)]
    st.session_state[f"{slug}/address"] = texts


def _is_late(slug: str, given: Mapping[str, str]) -> bool:
    """Whether a browser only has not heard yet that its address is another now.

    What it sends in the moment after a change still carries the old address. Taken for a link,
    that would undo the change.
    """
    left: list[tuple[float, Mapping[str, str]]] = st.session_state.get(f"{slug}/left", [])
    return any(a == given and time.monotonic() - when < LATE_SECONDS for when, a in left)


def view(slug: str) -> str:
    """The view of the stage that is open, by its title; empty for the first."""
    return st.session_state.get(f"{slug}/view", "")


def show(slug: str, title: str) -> None:
    """Open a view of the stage."""
    st.session_state[f"{slug}/view"] = title


def put(slug: str, config: Config) -> None:
    """Set every widget of a lab; before they are made, or in a callback."""
    for control in config.controls():
        value = getattr(config, control.name)
        st.session_state[widget_key(slug, control.name)] = (
            list(value) if control.kind == "choices" else value
        )


def draw_controls(lab: Lab) -> Config:
    """All widgets of a lab: the important ones in sight, the rest under “More”.

    Values that do not go together give a sentence; the last ones that did stay in force.
    """
    slug, kind = lab.slug, lab.config
    controls = kind.controls()
    open_view = view(slug) if view(slug) in lab.views else next(iter(lab.views), "")
    values: dict[str, Any] = {}
    for control in controls:
        if not control.more and _matters(control, values, open_view):
            values[control.name] = _widget(slug, control)
    hidden = [control for control in controls if control.more
              and _matters(control, values, open_view)
              and (kind.chance or control.name != "seed")]  # fmt: skip
    if hidden:
        more = st.expander("More", key=f"{slug}/more", on_change="rerun")
        if more.open:  # what is not seen costs every run of the script nothing
            with more:
                for control in hidden:
                    values[control.name] = _widget(slug, control)
    for control in controls:  # one that is not drawn keeps its value
        if control.name not in values:
            key = widget_key(slug, control.name)
            held = st.session_state.get(key, control.default)
            values[control.name] = st.session_state[key] = held
    good = f"{slug}/good"
    try:
        st.session_state[good] = kind(**values)
    except ValidationError as error:
        st.error(" ".join(sentence(error, kind)), icon=":material/info:")
    return st.session_state.get(good) or kind()


def _matters(control: Control, values: Mapping[str, Any], open_view: str) -> bool:
    if control.views and open_view not in control.views:
        return False
    return all(values.get(name) in allowed for name, allowed in (control.only or {}).items())


def _widget(slug: str, control: Control) -> Any:
    """The widget of one control, bound to session state by its key."""
    common: dict[str, Any] = {
        "label": f"{control.title} ({control.unit})" if control.unit else control.title,
        "key": widget_key(slug, control.name),
        "help": control.help or None,
    }
    if control.kind == "bool":
        return st.toggle(**common)
    if control.kind == "choice":
        if control.brings:
            common |= {"on_change": _bring, "args": (slug, control)}
        return st.selectbox(options=control.options, format_func=control.label, **common)
    if control.kind == "choices":
        chosen = st.pills(
            options=control.options,
            format_func=control.label,
            selection_mode="multi",
            **common,
        )
        if not chosen:
            st.caption("None is chosen, so the default is used.")
        return tuple(option for option in control.options if option in chosen) or control.default
    if control.kind in SHAPES:
        return shapes.edit(control, common)
    if control.kind == "own":
        return own_file.edit(control, common, learner())
    if control.kind == "text":
        return st.text_input(max_chars=int(control.high or 200), **common)
    if control.log:
        return st.select_slider(
            options=_stops(control, st.session_state[common["key"]]),
            format_func=format_number,
            **common,
        )
    return _number(control, common)


def _bring(slug: str, control: Control) -> None:
    """An option was chosen by hand: the controls that go with it take their values."""
    chosen = st.session_state[widget_key(slug, control.name)]
    for name, value in (control.brings or {}).get(chosen, {}).items():
        st.session_state[widget_key(slug, name)] = value


def _number(control: Control, common: Mapping[str, Any]) -> Any:
    """A slider where the range is bounded and not too fine, else a number to type.

    A slider that is given a value does not look for one in the whole session.
    """
    whole = control.kind == "int"
    low, high = control.low, control.high
    if low is None or high is None or (whole and control.step is None and high - low > 1000):
        bounds: dict[str, Any] = {"min_value": low, "max_value": high, "step": control.step}
        if whole:
            bounds = {k: None if v is None else int(v) for k, v in bounds.items()}
        return st.number_input(**bounds, **common)
    if whole:
        return st.slider(
            min_value=int(low),
            max_value=int(high),
            value=int(control.default),
            step=int(control.step or 1),
            **common,
        )
    step = float(control.step or (high - low) / 100)
    digits = len(f"{step:.6f}".rstrip("0").partition(".")[2])
    return st.slider(
        min_value=float(low),
        max_value=float(high),
        value=float(control.default),
        step=step,
        format=f"%.{digits}f",
        **common,
    )


def _stops(control: Control, value: float) -> Sequence[float]:
    """The stops of a logarithmic slider, and the value a link may have put between two."""
    return sorted({*control.grid(), value})
