"""Colour has one meaning everywhere; here, and in the theme, are all colours.

A figure names a role, `colour("model")`, and never a colour: what leaves the worker is
watched by light and dark pages alike. The stage fills the roles in, from `THEMES`.
Hues are those of Okabe and Ito (2008), “Color Universal Design”, adjusted for contrast
on either background; a shape, dash or word always goes with a colour.
"""

from __future__ import annotations

LIGHT = {
    "data": "#0072b2",  # blue: data, truth, real
    "model": "#c25700",  # orange: model, prediction, generated
    "context": "#8a8f98",  # grey: context, prior, the past
    "goal": "#00805b",  # green: optimum, goal, correct
    "error": "#d0342c",  # vermilion: error and failure only
    "own": "#9b4f8e",  # purple: what the learner put there or selected
    "sky": "#2b8fc4",
    "text": "#24292f",
    "faint": "#d5d9de",
    "paper": "#ffffff",
}
DARK = {
    "data": "#56a8e0",
    "model": "#f0953f",
    "context": "#8b929c",
    "goal": "#2fbf8f",
    "error": "#ff7a66",
    "own": "#d48ac7",
    "sky": "#8fd0f5",
    "text": "#e4e7eb",
    "faint": "#3a4048",
    "paper": "#11151a",
}

CATEGORICAL = ("data", "model", "goal", "own", "sky")
"""The order of several methods at once; each also has a marker of its own."""

MARKERS = ("circle", "square", "diamond", "triangle-up", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")

SCALES = {
    # Amounts: cividis, sampled at nine stops; readable by all, the same on both themes.
    "amount": (
        (
            "#00224e",
            "#123570",
            "#3b496c",
            "#575d6d",
            "#707173",
            "#8a8678",
            "#a59c74",
            "#c3b369",
            "#fee838",
        ),
    )
    * 2,
    # Signed: blue to orange around zero, which is the paper.
    "signed": (
        ("#0072b2", "#62a5cf", "#b7d6ea", "#ffffff", "#f2cda9", "#dd9351", "#c25700"),
        ("#56a8e0", "#3a7099", "#223f55", "#11151a", "#54371c", "#a1662d", "#f0953f"),
    ),
    # Loss surfaces: pale, under everything else.
    "loss": (
        ("#f2f5f9", "#e7edf4", "#dce4ee", "#d0dae7", "#c3cfdf", "#b6c4d7"),
        ("#171c23", "#1c232c", "#222a35", "#28323f", "#2e3a49", "#354354"),
    ),
}


def colour(role: str, opacity: float = 1.0) -> str:
    """A role as it stands in a figure, optionally see-through: `var(--model-30)`."""
    if role not in LIGHT:
        raise KeyError(f"no role “{role}”; there is {', '.join(LIGHT)}")
    return f"var(--{role})" if opacity >= 1 else f"var(--{role}-{round(opacity * 100):02d})"


def scale(name: str) -> list[list[float | str]]:
    """A colour scale as it stands in a figure."""
    stops = len(SCALES[name][0])
    return [[i / (stops - 1), f"var(--{name}-scale-{i})"] for i in range(stops)]


def theme(dark: bool) -> dict[str, str]:
    """Role → colour, scale stops included; what the stage fills in."""
    filled = dict(DARK if dark else LIGHT)
    for name, pair in SCALES.items():
        filled |= {f"{name}-scale-{i}": stop for i, stop in enumerate(pair[dark])}
    return filled


THEMES = {"light": theme(False), "dark": theme(True)}
