"""How alike two sentences are, from layer to layer, and what it rests on."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.attention.attention_heads.config import LAYERS, Config, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.marks import Words, fitting_room, key_title, ticks
from labcore.attention.attention_heads.surgery import operates
from labcore.lab import Size
from labcore.palette import colour


def chosen_word(config: Config) -> str:
    """The token of the chosen query, if the second text has it too."""
    one, two = (example_of("sentence", text).inputs for text in texts(config))
    word = one[min(config.query, len(one) - 1)]
    return word if word in two else ""


def similarity_panel(config: Config) -> go.Figure:
    """The two texts' similarity, and that of one word they share."""
    word, changed = chosen_word(config), operates(config)
    lines = [
        fig.line("right", "texts", "data", x=[None], y=[None]),
        fig.line("changed", "changed", "own", dash="dot", x=[None], y=[None]),
        fig.line("word", f"“{word}”", "model", dash="dash", x=[None], y=[None]),
        fig.head("at", "now", "data", x=[None], y=[None]),
    ]
    lines[1].visible, lines[2].visible = changed, bool(word)
    names = [("texts", "data")]
    names += [(f"“{word}”", "model")] * bool(word) + [("changed", "own")] * changed
    return fig.panel(
        lines,
        x="layers read",
        y="similarity, cosine",
        alt="The cosine similarity of the two texts after each layer, as trained and with your "
        "changes, and that of the chosen word in both.",
        size="small",
        title=key_title(*names),
        x_range=(-0.2, LAYERS + 0.2),
        y_range=(-0.05, 1.05),
    )


def draw_similarity(frame: Frame) -> Patch:
    """One more point on each line."""
    points = {
        uid: {"x": [frame.step], "y": [float(frame[name])]}
        for uid, name in (("right", "similarity"), ("changed", "changed"), ("word", "word"))
    }
    return {"traces": {"at": points["right"]}, "append": points}


def layers_panel() -> go.Figure:
    """The similarity after each layer, before and after the changes."""
    at = list(range(LAYERS + 1))
    bars = [
        go.Bar(
            uid=uid, name=name, x=at, y=[0.0] * len(at), marker={"color": colour(role)},
            hovertemplate=f"after %{{x}} layers, {name}: %{{y:.3f}}<extra></extra>",
        )
        for uid, name, role in (("before", "as trained", "context"), ("after", "changed", "own"))
    ]  # fmt: skip
    return fig.panel(
        bars, x="layers read", y="similarity", size="small", y_range=(-0.1, 1),
        title=key_title(("as trained", "context"), ("changed", "own")),
        x_range=(-0.6, LAYERS + 0.6),
        alt="The cosine similarity of the two texts after each layer, as trained and with your "
        "changes to the first.",
    )  # fmt: skip


def one_output_panel(
    uid: str, inputs: Words, *, title: str, alt: str, y: str, size: Size = "large"
) -> go.Figure:
    """Bars for the tokens one output rests on."""
    at = list(range(len(inputs)))
    bars = go.Bar(
        uid=uid, x=at, y=[0.0] * len(at), marker={"color": colour("model")}, showlegend=False,
        text=list(inputs), textposition="none",
        hovertemplate="%{text}: %{y:.3g}<extra></extra>",
    )  # fmt: skip
    figure = fig.panel(
        [bars], x="input token", y=y, title=title, alt=alt, size=size,
        x_range=(-0.6, len(inputs) - 0.4), y_range=(0, 1),
    )  # fmt: skip
    figure.layout.xaxis.update(ticks(inputs))
    return figure


def draw_one_output(uid: str, line: np.ndarray) -> Patch:
    """A bar a token."""
    return {"traces": {uid: {"y": line}}, "layout": {"yaxis.range": fitting_room(line)}}
