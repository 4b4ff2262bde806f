"""What changes do to the output, and what the output rests on."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.attention.attention_heads.config import Config, shape_of, texts, timeline
from labcore.attention.attention_heads.example import Example, example_of
from labcore.attention.attention_heads.head_view import name_of
from labcore.attention.attention_heads.marks import (
    FEW_LABELS,
    Words,
    key_title,
    map_panel,
    map_trace,
    percent,
    room,
    ticks,
    titles,
    words,
)
from labcore.attention.attention_heads.similarity_view import (
    draw_one_output,
    layers_panel,
    one_output_panel,
)
from labcore.palette import colour

OUTPUTS = "output token"


def effect_panel(config: Config) -> go.Figure:
    """By how much the right token leads at each place, before and after."""
    if config.task == "sentence":
        return layers_panel()
    written = example_of(config.task, texts(config)[0]).written
    places = list(range(len(written)))
    bars = [
        go.Bar(
            uid=uid, name=name, x=places, y=[0.0] * len(places), marker={"color": colour(role)},
            text=list(written), textposition="none",
            hovertemplate=f"%{{text}}, {name}: %{{y:.3g}}<extra></extra>",
        )
        for uid, name, role in (("before", "as trained", "context"), ("after", "changed", "own"))
    ]  # fmt: skip
    figure = fig.panel(
        bars, x=OUTPUTS, y="lead of the right one", size="small", y_range=(-1, 1),
        title=key_title(("as trained", "context"), ("changed", "own")),
        x_range=(-0.6, len(places) - 0.4),
        alt="For each output token the logit of the right one minus that of the best wrong one, "
        "as trained and with your changes; below 0 a wrong one is written.",
    )  # fmt: skip
    figure.layout.xaxis.update({**ticks(written, FEW_LABELS), "tickangle": 0})
    return figure


def draw_effect(frame: Frame) -> Patch:
    """Both sets of bars."""
    return {
        "traces": {"before": {"y": frame["before"]}, "after": {"y": frame["after"]}},
        "layout": {"yaxis.range": room(frame["before"], frame["after"])},
    }


def other_panel(config: Config) -> go.Figure:
    """The same head on the second input."""
    rows, columns = words(config, second=True)
    return map_panel(
        [map_trace("other", rows, columns, bar=False)],
        rows,
        columns,
        title="On the second input",
        alt=f"Weights of {name_of(config)} on the second input.",
        axes=titles(config),
        size="small",
    )


def difference_panel(config: Config) -> go.Figure:
    """First minus second, where both have tokens."""
    one, two = words(config), words(config, second=True)
    rows, columns = (x[: min(len(x), len(y))] for x, y in zip(one, two, strict=True))
    return map_panel(
        [
            map_trace("difference", rows, columns, unit="points", colours="signed", low=-100),
        ],
        rows,
        columns,
        title="First minus second input",
        alt="Weights on the first input minus those on the second, in percentage points; orange "
        "is more on the first, blue more on the second.",
        axes=titles(config),
    )


def draw_other(frame: Frame) -> Patch:
    """Weights on the second input."""
    return {"traces": {"other": {"z": percent(frame["other"])}}}


def draw_difference(frame: Frame) -> Patch:
    """Percentage points."""
    return {"traces": {"difference": {"z": 100 * frame["difference"]}}}


def outcome_axes(config: Config) -> tuple[Words, Words]:
    """Outputs and inputs, whichever head is chosen."""
    example: Example = example_of(config.task, texts(config)[0])
    return example.written, example.inputs


def rollout_panel(config: Config) -> go.Figure:
    """All heads and layers together."""
    rows, columns = outcome_axes(config)
    title = "Roll-out: attention followed to the input"
    if len(rows) == 1:
        return one_output_panel(
            "rollout",
            columns,
            title=title,
            y="share, %",
            alt="How much attention reaches each input token through all layers, the mean of all "
            "heads.",
        )
    return map_panel(
        [map_trace("rollout", rows, columns)],
        rows,
        columns,
        title=title,
        alt="For each output token, how much attention reaches each input token through all "
        "layers, the mean of all heads.",
        axes=(OUTPUTS, "input token"),
    )


def occlusion_panel(config: Config) -> go.Figure:
    """The measured effect of each input token."""
    rows, columns = outcome_axes(config)
    if shape_of(config).patch:
        columns = columns[1:]
    if len(rows) == 1:
        sentence = config.task == "sentence"
        return one_output_panel(
            "occlusion",
            columns,
            title="Measured: a gap for the token" if sentence else "Measured: an empty patch",
            y="turn of the vector, 1 − cosine" if sentence else "lead lost, logits",
            alt="By how much the output changes if an input token is taken out.",
        )
    return map_panel(
        [map_trace("occlusion", rows, columns, unit="logits", colours="signed", low=-1, high=1)],
        rows,
        columns,
        title="Measured: replace the input token",
        alt="For each output token, by how much the lead of the right token falls if an input "
        "token is replaced by others.",
        axes=(OUTPUTS, "input token replaced"),
    )


def gradient_panel(config: Config) -> go.Figure:
    """The chosen head's weights times their slopes."""
    rows, columns = words(config)
    return map_panel(
        [
            map_trace(
                "gradient",
                rows,
                columns,
                unit="logits",
                colours="signed",
                low=-1,
                high=1,
                bar=False,
            )
        ],
        rows,
        columns,
        title="Gradient × weight",
        alt=f"Each weight of {name_of(config)} times the slope of the lead along it.",
        axes=titles(config),
        size="small",
    )


def agreement_panel(config: Config) -> go.Figure:
    """How alike roll-out and measurement are, over the run."""
    counted, last = timeline(config)
    return fig.panel(
        [
            fig.line("agreement", "correlation", "model", x=[None], y=[None]),
            fig.head("at", "now", "model", x=[None], y=[None]),
        ],
        x=counted,
        y="correlation",
        title="Do the two agree?",
        alt="The correlation of the two large panels over the run.",
        size="small",
        x_range=(0, last),
        y_range=(-1.05, 1.05),
    )


def draw_explained(frame: Frame) -> dict[str, Patch]:
    """The four panels of the view."""
    followed, maps = percent(frame["rollout"]), ["gradient"]
    found: dict[str, Patch] = {}
    if len(followed) == 1:
        found["rollout"] = draw_one_output("rollout", followed[0])
        found["occlusion"] = draw_one_output("occlusion", frame["occlusion"][0])
    else:
        maps.append("occlusion")
        top = max(float(followed.max()), 1.0)
        found["rollout"] = {"traces": {"rollout": {"z": followed, "zmax": top}}}
    for name in maps:
        values = frame[name]
        top = max(float(np.nanmax(np.abs(np.nan_to_num(values)))), 1e-3)
        found[name] = {"traces": {name: {"z": values, "zmin": -top, "zmax": top}}}
    point = {"x": [frame.step], "y": [float(frame["agreement"])]}
    found["agreement"] = {"traces": {"at": point}, "append": {"agreement": point}}
    return found
