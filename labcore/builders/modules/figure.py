"""What stands still on the stage, what each frame moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, shown
from labcore import figures as fig
from labcore.builders.modules.build import code
from labcore.builders.modules.grammar import parse
from labcore.builders.modules.lesson import (
    BINS,
    SHARES,
    USES,
    Config,
    Story,
    told,
)
from labcore.palette import CATEGORICAL, colour

GRABS = (Grab("tree", "picked", "", "pick", "Module looked into"),)
VIEWS = {
    "Build": ("tree", "inspector", "histogram"),
    "Gradients": ("tree", "shares"),
    "Code": ("code",),
}
TELLS = {
    "Build": ("Parameters, all", "Module", "Its parameters", "Mean of its values",
              "Spread of its values", "Parameters"),
    "Gradients": ("Module", "Runs", "Tied"),
    "Code": ("Parameters, all",),
}  # fmt: skip
LINES = 24
"""Lines of code in a column."""


def bare(figure: go.Figure) -> go.Figure:
    """Axes that are not read from."""
    hidden = {"showline": False, "ticks": "", "tickvals": []}
    figure.update_xaxes(**hidden).update_yaxes(**hidden)
    figure.layout.margin.b = 4
    return figure


def columns(places: dict[str, float], role: str = "text") -> list[go.Scatter]:
    """Columns of words, empty until a frame fills them."""
    return [fig.words(uid, role, place="middle right", size=12) for uid in places]


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The tree, the parameters, their histogram, the gradients of each use, and the code."""
    story = told(config)
    rows = len(story.rows)
    lit = fig.area("lit", "runs now", "model", 0.25, width=0)
    lit.x, lit.y = [None], [None]
    heads = fig.words("heads", "context", place="middle right", size=12, x=[0, 5.6, 8.2],
                      y=[-1.1] * 3, text=["module", "comes out", "parameters"])  # fmt: skip
    titles = fig.words("titles", "context", place="middle right", size=12,
                       x=list(INSPECTED.values()), y=[-1.1] * len(INSPECTED),
                       text=list(INSPECTED))  # fmt: skip
    lines = code(parse(config.spec), config.inputs, config.lazy, config.weights, config.biases)
    tall = max(rows, 9)
    made = {
        "tree": bare(fig.panel(
            [lit, heads, *columns(TREE), fig.words("waiting", "own", place="middle right", size=12),
             fig.head("picked", "picked", "own", symbol="triangle-right", size=14, x=[-0.5],
                      y=[0])],
            x="Click on a row to look into it", y=" ", x_range=(-0.9, 10.4),
            y_range=(tall - 0.4, -1.6), title="The module tree",
            alt="The modules of the network as a tree, with the shape that comes out of each and "
            "the number of its parameters.")),
        "inspector": bare(fig.panel(
            [titles, *columns(INSPECTED)], x="Every parameter once", y=" ",
            x_range=(-0.2, 11), y_range=(tall - 0.4, -1.6), title="Parameters",
            alt="Name, shape, mean and standard deviation of every parameter.")),
        "histogram": fig.panel(
            [go.Bar(uid="bars", x=np.linspace(-1, 1, BINS), y=[0] * BINS, showlegend=False,
                    marker={"color": colour("model", 0.7)}, hoverinfo="skip")],
            x="Value", y="How many", size="small", title="Values of the one picked",
            alt="A histogram of the parameters of the module picked."),
        "shares": fig.panel(
            [*(go.Bar(uid=f"use-{k}", name=f"use {k + 1}", x=list(range(1, SHARES + 1)),
                      y=[None] * SHARES, hoverinfo="skip",
                      marker={"color": colour(CATEGORICAL[k], 0.6),
                              "pattern": {"shape": ("", "/", "x")[k]}}) for k in range(USES)),
             fig.head("sum", "autograd’s .grad", "text", symbol="diamond", size=10, legend=True)],
            x="Weight of the module picked, the first eight", y="Gradient", legend=True,
            x_range=(0.4, SHARES + 0.6),
            alt="For the first weights of the module picked, what each use adds to the gradient, "
            "and the gradient autograd gives."),
        "code": bare(fig.panel(
            [fig.words("lines", place="middle right", size=12,
                       x=[5.1 * (i // LINES) for i in range(len(lines))],
                       y=[i % LINES for i in range(len(lines))],
                       text=[clip(line) for line in lines])],
            x="Builds the same module", y=" ", x_range=(-0.1, 10),
            y_range=(LINES - 0.4, -0.6), title="As PyTorch",
            alt="Python code that builds the same module.")),
    }  # fmt: skip
    made["code"].update_traces(textfont_family="monospace", selector={"uid": "lines"})
    return made


TREE = {"names": 0.0, "outs": 5.6, "counts": 8.2}
INSPECTED = {"name": 0.0, "shape": 3.6, "mean": 6.2, "spread": 8.6}


def clip(line: str, most: int = 58) -> str:
    """A line that fits; its spaces kept."""
    short = line if len(line) <= most else line[: most - 1] + "…"
    return short.replace(" ", "\u00a0")


def row_words(config: Config, story: Story, done: int) -> tuple[list[str], list[str], list[str]]:
    """Name, shape that came out, and parameters of each row so far."""
    names, outs, counts = [], [], []
    for i, row in enumerate(story.rows):
        short = row.path.rpartition(".")[2] or "net"
        same = f"  = {story.rows[row.first].path}" if row.first != i else ""
        names.append("\u00a0" * 4 * row.depth + f"{short}  {row.kind}{same}")
        here = [k for k, r in enumerate(story.ran[:done]) if r == i]
        within = [k for k, r in enumerate(story.ran) if r != i and
                  story.rows[r].path.startswith(f"{row.path}." if row.path else "")]  # fmt: skip
        out = story.after[here[-1]] if here else ""
        if within and within[-1] < done:
            out = story.after[within[-1]]
        outs.append(out)
        seen = not config.lazy or row.kind == "Gain" or any(
            story.rows[r].first == row.first for r in story.ran[:done])  # fmt: skip
        own = story.values.get(i)
        if own is None:
            counts.append("")
        elif row.first != i:
            counts.append("shared")
        else:
            counts.append(str(len(own)) if seen else "?")
    return names, outs, counts


def table(config: Config, story: Story, done: int) -> list[tuple[str, str, str, str]]:
    """Name, shape, mean and spread of every parameter; question marks where none is known."""
    found = []
    for i, shapes in story.shapes.items():
        if story.rows[i].first != i:
            continue
        seen = not config.lazy or story.rows[i].kind == "Gain" or any(
            story.rows[r].first == i for r in story.ran[:done])  # fmt: skip
        at = 0
        for name, shape in shapes.items():
            size = int(np.prod([int(n) for n in shape.split(" × ")]))
            part = story.values[i][at : at + size]
            at += size
            full = f"{story.rows[i].path}.{name}"
            found.append((full, shape, shown(part.mean(), 2, least=1e-12), shown(part.std(), 2))
                         if seen else (full, "?", "?", "?"))  # fmt: skip
    return found


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves."""
    story = told(config)
    done, back = int(frame["done"]), int(frame["back"])
    names, outs, counts = row_words(config, story, done)
    now = None
    if back:
        now = story.ran[len(story.ran) - back]
    elif done:
        now = story.ran[done - 1]
    lit: dict[str, Any] = {"x": [None], "y": [None]}
    if now is not None:
        lit = fig.at(
            [-0.1, 10.3, 10.3, -0.1, -0.1], now + np.array([-0.45, -0.45, 0.45, 0.45, -0.45])
        )
    rows = list(range(len(story.rows)))
    pick = min(config.pick, len(rows) - 1)
    parameters = table(config, story, done) or [("none", "", "", "")]
    places = list(range(len(parameters)))
    edges = frame["edges"]
    marks = [i for i in rows if counts[i] == "?"]
    reach = float(np.nanmax(np.abs(np.r_[np.nan_to_num(frame["shares"]).ravel(), 1e-9,
                                         np.abs(frame["sum"])])))  # fmt: skip
    arrived = np.isfinite(frame["shares"]).any()
    filled = np.isfinite(frame["shares"]).any(0)
    return {
        "tree": {"traces": {
            "lit": lit,
            **{uid: {"x": [x] * len(rows), "y": rows, "text": text} for (uid, x), text in
               zip(TREE.items(), (names, outs, [c if c != "?" else "" for c in counts]),
                   strict=True)},
            "waiting": {"x": [TREE["counts"]] * len(marks) or [None], "y": marks or [None],
                        "text": ["?"] * len(marks) or [""]},
            "picked": {"x": [-0.5], "y": [pick]}}},
        "inspector": {"traces": {
            uid: {"x": [x] * len(places), "y": places, "text": [p[k] for p in parameters]}
            for k, (uid, x) in enumerate(INSPECTED.items())}},
        "histogram": {
            "traces": {"bars": {"x": (edges[1:] + edges[:-1]) / 2, "y": frame["heights"]}},
            "layout": {"xaxis.range": [float(1.1 * edges[0]), float(1.1 * edges[-1])],
                       "yaxis.range": [0, max(1.0, 1.1 * float(frame["heights"].max()))]}},
        "shares": {
            "traces": {**{f"use-{k}": {"y": frame["shares"][k]} for k in range(USES)},
                       "sum": {"x": np.arange(1, SHARES + 1),
                               "y": np.where(filled & arrived, frame["sum"], np.nan)}},
            "layout": {"yaxis.range": [-1.15 * reach, 1.15 * reach]}},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    story = told(config)
    done, back = int(frame["done"]), int(frame["back"])
    pick = min(config.pick, len(story.rows) - 1)
    row = story.rows[pick]
    if back:
        place = story.rows[story.ran[len(story.ran) - back]].path
    else:
        place = story.rows[story.ran[done - 1]].path if done else "built"
    values = story.values.get(row.first)
    known = bool(frame["known"]) and values is not None
    shapes = story.shapes.get(row.first, {})
    shares = frame["shares"][:, 0]
    count = 0 if values is None else len(values)
    linear = row.kind == "Linear" and known
    out, into = shapes["weight"].split(" × ") if linear else ("–", "–")
    waits = "?" if values is not None else "none"
    return {
        "Now": f"{'back' if back else 'forward'}, {place}" if done else "built",
        "Parameters, all": str(int(frame["total"])),
        "Module": f"{row.path or 'net'}, {row.kind}",
        "Its parameters": ", ".join(f"{n} {s}" for n, s in shapes.items()) if known else waits,
        "Mean of its values": shown(values.mean(), least=1e-12) if known else "–",
        "Spread of its values": shown(values.std()) if known else "–",
        "Runs": f"{int(frame['uses'])} times" if frame["uses"] != 1 else "once",
        "p.in": into, "p.out": out, "p.all": str(count) if linear else "–",
        **{f"g.{k + 1}": shown(shares[k]) if np.isfinite(shares[k]) else "0" for k in range(USES)},
        "g.sum": shown(frame["sum"][0]),
    }  # fmt: skip
