"""Runs set aside: pinned to be compared, and frames marked to come back to.

A pin is a config and, for a branch, the pin and frame it went on from: enough to compute the run
again, so the whole comparison is a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from labcore import Config, Control, engine, format_number
from labcore.config import SHAPES

MOST, MOST_MARKS, MOST_TOLD = 4, 8, 3
NAMES = "ABCD"
PIN, COMPARE, FRAME, FROM = "pin", "compare", "frame", "from"
"""Parameters of the address: pinned runs, whether they are compared, the frame to open at, and
what the run on the stage went on from."""


@dataclass(frozen=True)
class Pin:
    """A run by all it follows from."""

    config: Config
    trunk: Pin | None = None
    frame: int = 0

    def text(self) -> str:
        """As it stands in a link: settings, and after “!” what it went on from."""
        own = urlencode(self.config.texts())
        return own if self.trunk is None else f"{own}!{self.frame}!{self.trunk.text()}"


class Mark(NamedTuple):
    """A frame to come back to."""

    pin: Pin
    frame: int
    step: int
    view: str


def number(text: str) -> int | None:
    """A number of a link: of a frame, or of a place in a list. Python refuses long ones."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def parse(kind: type[Config], text: str) -> Pin:
    """The pin a text of a link stands for; what is not admitted in it is the default."""
    own, _, rest = text.partition("!")
    frame, _, trunk = rest.partition("!")
    config, _ = kind.parse(dict(parse_qsl(own, keep_blank_values=True)))
    begins = number(frame)
    if begins is None or text.count("!") > 2 * MOST:
        return Pin(config)
    return Pin(config, parse(kind, trunk), begins)


def pins(slug: str) -> list[Pin]:
    """The runs pinned in this lab."""
    return st.session_state.setdefault(f"{slug}/pins", [])


def marks(slug: str) -> list[Mark]:
    """The frames marked in this lab."""
    return st.session_state.setdefault(f"{slug}/marks", [])


def lineage(slug: str) -> dict[str, Pin]:
    """Of every run this learner has seen here, by key, what it follows from."""
    return st.session_state.setdefault(f"{slug}/lineage", {})


def read_address(slug: str, kind: type[Config]) -> None:
    """Take over the pins of a link. A link without pins leaves those that stand."""
    if texts := st.query_params.get_all(PIN):
        pins(slug)[:] = [parse(kind, text) for text in dict.fromkeys(texts[:MOST])]
    st.session_state[f"{slug}/compare"] = COMPARE in st.query_params


def opened(kind: type[Config], config: Config) -> tuple[Pin, int]:
    """The run an address opens, and the frame it opens at; −1 where it names none."""
    frame = number(st.query_params.get(FRAME, ""))
    text, _, trunk = st.query_params.get(FROM, "").partition("!")
    begins = number(text)
    pin = Pin(config) if begins is None else Pin(config, parse(kind, trunk), begins)
    return pin, -1 if frame is None else frame


def write_address(slug: str, pin: Pin, frame: int | None) -> None:
    """Make pins, comparison, trunk and frame part of the address."""
    _put(PIN, [kept.text() for kept in pins(slug)])
    _put(COMPARE, ["1"] if comparing(slug) else [])
    _put(FROM, [f"{pin.frame}!{pin.trunk.text()}"] if pin.trunk else [])
    _put(FRAME, [] if frame is None else [str(frame)])


def _put(name: str, values: list[str]) -> None:
    if st.query_params.get_all(name) != values:
        if values:
            st.query_params[name] = values
        else:
            del st.query_params[name]


def comparing(slug: str) -> bool:
    """Whether the comparison stands in the stage's place."""
    return bool(pins(slug)) and st.session_state.get(f"{slug}/compare", False)


def compare(slug: str, on: bool) -> None:
    """Open or leave the comparison."""
    st.session_state[f"{slug}/compare"] = on


def add(slug: str, pin: Pin) -> None:
    """Pin a run. The fifth one takes the place of the first."""
    kept = pins(slug)
    if pin not in kept:
        kept[:] = [*kept, pin][-MOST:]


def remove(slug: str, index: int) -> None:
    """Take a run off; without pins there is nothing to compare."""
    if 0 <= index < len(pins(slug)):
        del pins(slug)[index]
    if not pins(slug):
        compare(slug, False)


def submit(slug: str, pin: Pin, learner: str) -> engine.Run:
    """The run of a pin, and its trunk's before.

    Raises:
        Refused: it cannot be computed now, such as a branch whose trunk is not there yet.
    """
    parent = None
    if pin.trunk is not None:
        parent = submit(slug, pin.trunk, learner).key, pin.frame
    run = engine.current().submit(slug, pin.config, learner, parent)
    lineage(slug)[run.key] = pin
    return run


def differing(pinned: Sequence[Pin]) -> list[dict[str, Any]]:
    """Settings in which the runs differ: a title, and each run's value in words."""
    configs = [pin.config for pin in pinned]
    rows = []
    for control in configs[0].controls():
        values = [getattr(config, control.name) for config in configs]
        if any(value != values[0] for value in values):
            rows.append({"title": control.title, "values": [in_words(control, v) for v in values]})
    if any(pin.trunk for pin in pinned):
        begins = [f"frame {pin.frame} of a run" if pin.trunk else "the start" for pin in pinned]
        rows.append({"title": "Goes on from", "values": begins})
    return rows


def titles(pinned: Sequence[Pin]) -> list[str]:
    """What is particular to each run, in a few words."""
    rows = differing(pinned)[:MOST_TOLD]
    if not rows:
        return ["the same settings"] * len(pinned)
    told = [[f"{row['title']}: {row['values'][i]}" for row in rows] for i in range(len(pinned))]
    return [", ".join(parts) for parts in told]


def in_words(control: Control, value: Any) -> str:
    """A value as a learner reads it."""
    if control.kind == "bool":
        return "yes" if value else "no"
    if control.kind == "choice":
        return control.label(value)
    if control.kind == "choices":
        return ", ".join(map(control.label, value))
    if control.kind in SHAPES:
        return f"{len(value)} {control.kind}"
    if control.kind == "own":
        return "a file of yours" if value else "none"
    if control.kind == "float":
        return format_number(value) + (f" {control.unit}" if control.unit else "")
    text = str(value) or "empty"
    return text if len(text) <= 24 else text[:23] + "…"
