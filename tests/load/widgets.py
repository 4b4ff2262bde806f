"""What the widgets of a page hold: a browser keeps it, and sends all of it with every change."""

from __future__ import annotations

import random
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

WIDGETS = frozenset(
    {"slider", "selectbox", "checkbox", "number_input", "text_input", "button_group", "button"}
)


def identity_of(element: Element) -> str:
    """The name by which page and script know a widget."""
    return getattr(element, element.WhichOneof("type")).id


def told(element: Element) -> bool:
    """Whether the script has set the value of this widget itself."""
    return getattr(getattr(element, element.WhichOneof("type")), "set_value", False)


def held(element: Element, value: Any = None) -> WidgetState | None:
    """The state of a widget: with a value, or as it stands on the page."""
    kind = element.WhichOneof("type")
    widget = getattr(element, kind)
    state = WidgetState(id=widget.id)
    if kind == "slider" and widget.type == widget.SELECT_SLIDER:
        chosen = [value] if value is not None else list(widget.raw_value)
        state.string_array_value.data.extend(
            chosen or [widget.options[int(i)] for i in widget.default]
        )
    elif kind == "slider":
        chosen = [value] if value is not None else list(widget.value if widget.set_value else [])
        state.double_array_value.data.extend(chosen or widget.default)
    elif kind == "number_input":
        standing = widget.value if widget.set_value else widget.default
        state.double_value = standing if value is None else float(value)
    elif kind == "checkbox":
        standing = widget.value if widget.set_value else widget.default
        state.bool_value = standing if value is None else bool(value)
    elif kind == "selectbox":
        standing = widget.raw_value if widget.set_value else ""
        if not standing and widget.options:
            standing = widget.options[widget.default]
        state.string_value = standing if value is None else str(value)
    elif kind == "text_input":
        standing = widget.value if widget.set_value else widget.default
        state.string_value = standing if value is None else str(value)
    elif kind == "button_group":
        chosen = widget.raw_values if widget.set_value else []
        standing = chosen or [widget.options[i].content for i in widget.default]
        state.string_array_value.data.extend(standing)
    else:  # buttons hold nothing
        return None
    return state


def somewhere(slider: Slider, chance: random.Random) -> object:
    """A value of a slider, any."""
    if slider.type == Slider.SELECT_SLIDER:
        return chance.choice(slider.options)
    steps = round((slider.max - slider.min) / slider.step)
    return slider.min + slider.step * chance.randint(0, steps)
