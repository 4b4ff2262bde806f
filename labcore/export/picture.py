"""The panels at one frame as plain Plotly figures, for notebooks and documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore.lab import Patch
from labcore.palette import THEMES

ROLE = re.compile(r"var\(--([a-z][a-z0-9-]*)\)")


def figures(
    panels: Mapping[str, go.Figure], patches: Sequence[Mapping[str, Patch]], dark: bool = False
) -> dict[str, go.Figure]:
    """Panels with the last of some frames drawn into them, in the colours of the house.

    Args:
        panels: what stands still, from the lab's `panels`.
        patches: from the lab's `draw`, of all frames from the first on: growing lines gain the
            points of each.
    """
    colours = THEMES["dark" if dark else "light"]
    return {
        name: _figure(panel, [patch[name] for patch in patches if name in patch], colours)
        for name, panel in panels.items()
    }


def _figure(panel: go.Figure, patches: Sequence[Patch], colours: Mapping[str, str]) -> go.Figure:
    figure = go.Figure(_filled(panel.to_plotly_json(), colours))
    traces = {trace.uid: trace for trace in figure.data}
    grown: dict[tuple[str, str], list[np.ndarray]] = {}
    for patch in patches:
        for uid, properties in patch.get("append", {}).items():
            for path, points in properties.items():
                grown.setdefault((uid, path), []).append(np.asarray(points))
    for (uid, path), pieces in grown.items():
        traces[uid][path] = np.concatenate(pieces)
    last: Patch = patches[-1] if patches else {}
    for uid, properties in last.get("traces", {}).items():
        for path, value in properties.items():
            traces[uid][path] = _filled(value, colours)
    for path, value in last.get("layout", {}).items():
        figure.layout[path] = _filled(value, colours)
    return figure.update_layout(paper_bgcolor=colours["paper"])


def _filled(value: Any, colours: Mapping[str, str]) -> Any:
    """A part of a figure with its roles made colours."""
    if isinstance(value, str):
        return ROLE.sub(lambda found: _colour(found[1], colours), value)
    if isinstance(value, Mapping):
        return {name: _filled(part, colours) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(part, colours) for part in value]
    return value


def _colour(role: str, colours: Mapping[str, str]) -> str:
    """A role, or a role with its opacity in hundredths behind it, as in `model-30`."""
    if role in colours:
        return colours[role]
    plain, _, opacity = role.rpartition("-")
    red, green, blue = (int(colours[plain][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {int(opacity) / 100:g})"
