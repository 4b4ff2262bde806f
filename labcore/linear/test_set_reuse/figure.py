"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number
from labcore.linear.test_set_reuse.config import KS, MOST, NETS, Config
from labcore.linear.test_set_reuse.lesson import BINS, central, hoeffding, vapnik

TRAIN = 60_000
"""Training examples for the bounds on nets."""
NS = np.geomspace(50, 1e5, 60)
RULES = (("vapnik", "VC, any classifier", "error", "longdash"),
         ("union", "Hoeffding, k models", "model", "solid"),
         ("hoeffding", "Hoeffding, one", "model", "dash"),
         ("central", "central limit, one", "data", "dot"))  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    return {**winner_panels(config), **attack_panels(config), **bound_panels(config)}


def winner_panels(config: Config) -> dict[str, go.Figure]:
    """Scores model after model, and how much the best of them flatters."""
    dots = figures.head("scores", "a model's score", "context", size=6, x=np.arange(1, MOST + 1))
    dots.marker.opacity = 0.45
    low = max(config.accuracy - 0.2, 0.0)
    scores = figures.panel(
        [dots, figures.line("expected", "expected best score", "model", dash="dash", width=2),
         figures.line("worth", "expected truth of the best", "data", dash="dot", width=2),
         figures.line("running", "best score so far", "model"),
         figures.head("best", "the winner", "model", symbol="diamond", size=14, legend=True),
         figures.head("fresh", "tested afresh", "data", symbol="square", size=13, legend=True),
         figures.line("tie", "its fall", "text", dash="dot", width=1.5, legend=False),
         figures.ring("truth", "true accuracy", place="bottom right")],
        x="models tried on the same test set", y="share right", x_log=True, x_range=(0.85, 1400),
        y_range=(low, min(config.accuracy + 0.2, 1.03)), legend=True,
        alt="Scores of models on one test set, the best so far, and the winner on a fresh test.",
    )  # fmt: skip
    scores.data[3].line.shape = "hv"
    limit = float(100 * np.sqrt(np.log(MOST) / (2 * config.size)))
    gap = figures.panel(
        [figures.line("bound", "√(ln k / 2n)", "error", dash="longdash", width=1.5),
         figures.line("mean", "expected", "model", dash="dash"),
         figures.head("now", "now", "model", size=11),
         figures.words("limit", "error", place="top left", size=12, x=[MOST], y=[limit],
                       text=["at most √(ln k / 2n)"]),
         figures.words("told", "model", place="bottom right", size=12)],
        x="models tried", y="score less truth, points", size="small", x_log=True,
        x_range=(0.85, 1400), y_range=(0, 26 if config.size < 150 else 14),
        alt="How much the best score exceeds the true accuracy of the best, on average.",
    )  # fmt: skip
    return {"scores": scores, "gap": gap}


def attack_panels(config: Config) -> dict[str, go.Figure]:
    """What votes reach on labels that nobody can know."""
    climb = figures.panel(
        [figures.line("foretold", "Φ(√(2k / πn))", "context", dash="dash", width=2,
                      x=KS.astype(np.float32)),
         figures.line("vote", "the vote, test set", "model"),
         figures.line("truth", "the vote, fresh labels", "data"),
         figures.line("told", "Ladder's best score", "goal", dash="dot"),
         figures.line("careful", "a vote against the Ladder", "goal"),
         figures.words("ends", place="middle right", size=12)],
        x="classifiers tried, all of them coin flips", y="share right", x_log=True,
        x_range=(0.85, 2600), y_range=(0.4, 1.03), legend=True,
        alt="Accuracy of votes of random classifiers, on the test set and on fresh labels.",
    )  # fmt: skip
    middle = ((BINS[1:] + BINS[:-1]) / 2).astype(np.float32)
    votes = figures.panel(
        [figures.bars("test", "test set", "model", width=0.36, x=middle, legend=True),
         figures.line("fresh", "fresh labels", "data", x=middle)],
        x="lead of the right votes, / √k", y="questions", size="small", x_range=(-4.2, 4.2),
        y_range=(0, 0.3 * config.pool), legend=True,
        alt="Questions by the lead of the classifiers that answer them rightly.",
    )  # fmt: skip
    return {"climb": climb, "votes": votes}


def bound_panels(config: Config) -> dict[str, go.Figure]:
    """What may be promised with so many examples, and what VC theory says of known nets."""
    lines = [figures.line(uid, title, role, dash=dash, x=NS.astype(np.float32))
             for uid, title, role, dash in RULES]  # fmt: skip
    promise = figures.panel(
        [*lines, figures.head("exact", "exact, one and k", "goal", symbol="diamond", legend=True),
         figures.ring("point", "n, ε", place="bottom center")],
        x="test examples n", y="score within ε of the truth", x_log=True, y_log=True,
        x_range=(45, 1.1e5), y_range=(0.0018, 8), legend=True,
        alt="Four bounds on the error of a test score by the number of examples, and a ring.",
    )  # fmt: skip
    names = [name for name, _ in NETS.values()]
    d = np.array([count for _, count in NETS.values()], float)
    nets = figures.panel(
        [figures.line("one", "1", "error", dash="dot", width=1.5, x=[1, 1], y=[-0.5, 5.5]),
         figures.head("nets", "VC bound", "error", x=[None] * len(names), y=np.arange(len(names)))],
        x=f"VC bound at {TRAIN:,} examples".replace(",", " "), y="number of parameters",
        x_log=True, x_range=(0.02, 30), y_range=(-0.6, 5.6), size="small",
        title="Above 1 it says nothing", alt="The VC bound for six models, most above 1.",
    )  # fmt: skip
    nets.data[1].x = [float(vapnik(TRAIN, config.delta, size)) for size in d]
    nets.update_yaxes(tickvals=list(range(len(names))), ticktext=[short(count) for count in d],
                      ticks="")  # fmt: skip
    return {"promise": promise, "nets": nets}


def short(count: float) -> str:
    """A large number in few letters."""
    for unit, word in ((1e6, "M"), (1e3, "k")):
        if count >= unit:
            return f"{count / unit:.3g} {word}"
    return f"{count:.0f}"


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    k = frame["k"]
    place, last = frame["champion"] + 1, int(np.flatnonzero(k == KS)[0])
    gap = 100 * (frame["expected"] - frame["worth"])
    ends = frame["vote"][0, last], frame["vote"][1, last]
    ks = KS.astype(np.float32)
    limit = 100 * np.sqrt(np.log(np.maximum(KS, 1)) / (2 * config.size))
    lines: dict[str, Any] = {
        "vapnik": vapnik(NS, config.delta, NETS[config.net][1]),
        "union": hoeffding(NS, config.delta, k), "hoeffding": hoeffding(NS, config.delta),
        "central": central(NS, config.delta, config.accuracy),
    }  # fmt: skip
    n = float(config.size)
    return {
        "scores": {"traces": {
            "scores": {"y": frame["scores"]},
            "expected": {"x": ks, "y": frame["expected"]}, "worth": {"x": ks, "y": frame["worth"]},
            "running": {"x": ks, "y": frame["running"]},
            "best": figures.at(place, frame["best"]), "fresh": figures.at(place, frame["fresh"]),
            "tie": figures.at([place, place], [frame["best"], frame["fresh"]]),
            "truth": figures.at(1.0, config.accuracy),
        }},
        "gap": {"traces": {
            "bound": {"x": ks, "y": limit}, "mean": {"x": ks, "y": gap},
            "now": figures.at(k, gap[last]),
            "told": {"x": [1], "y": [12 if config.size >= 150 else 23],
                     "text": [f"k = {k}: {format_number(float(gap[last]), 2)} points"]},
        }},
        "climb": {"traces": {
            "foretold": {"y": frame["foretold"]},
            "vote": {"x": ks, "y": frame["vote"][0]}, "truth": {"x": ks, "y": frame["vote"][1]},
            "told": {"x": ks, "y": frame["told"]},
            "careful": {"x": ks, "y": frame["careful"][0]},
            "ends": {"x": [k * 1.06] * 2, "y": list(ends),
                     "text": [f"{100 * end:.0f} %" for end in ends]},
        }},
        "votes": {"traces": {
            uid: {"y": row} for uid, row in zip(("test", "fresh"), frame["shares"], strict=True)
        }},
        "promise": {"traces": {
            **{uid: {"y": figures.drawn(y)} for uid, y in lines.items()},
            "exact": figures.at([n, n], [frame["exact"], frame["exact k"]]),
            "point": figures.at(n, config.margin),
        }},
        "nets": {"traces": {"nets": {"marker.size": np.where(
            [name == config.net for name in NETS], 15, 9)}}},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    at = int(np.flatnonzero(frame["k"] == KS)[0])
    gap = 100 * float(frame["expected"][at] - frame["worth"][at])
    vote, fresh = (100 * float(row[at]) for row in frame["vote"])
    ladder = 100 * float(frame["careful"][0][at])

    def count(name: str) -> str:
        """Examples needed, in few digits."""
        return format_number(float(frame[f"need {name}"]))

    return {
        "Models tried": f"{frame['k']}",
        "Winner": f"{100 * frame['best']:.1f} %",
        "On a fresh test": f"{100 * frame['fresh']:.1f} %",
        "In truth": f"{100 * frame['true']:.1f} %",
        "Expected flattery": f"{gap:.1f} points",
        "Vote on the test": f"{vote:.1f} %", "On fresh labels": f"{fresh:.1f} %",
        "Against the Ladder": f"{ladder:.1f} %",
        "Needed for ε, Hoeffding": count("hoeffding"), "By the central limit": count("central"),
        "By VC": count("vapnik"),
        "w.k": f"{frame['k']}", "w.n": f"{config.size}",
        "w.best": format_number(float(frame["expected"][at]), 4),
        "w.bound": format_number(float(np.sqrt(np.log(frame["k"]) / (2 * config.size)))),
        "w.gap": format_number(gap / 100),
        "a.k": f"{frame['k']}", "a.n": f"{config.pool}",
        "a.said": format_number(float(frame["foretold"][at])),
        "a.vote": format_number(vote / 100),
        "b.delta": format_number(config.delta), "b.one": format_number(frame["hoeffding"]),
        "b.k": format_number(frame["union"]), "b.clt": format_number(frame["central"]),
        "b.exact": format_number(frame["exact"]), "b.vc": format_number(frame["vapnik"]),
        "b.d": short(NETS[config.net][1]), "b.eps": format_number(config.margin),
        "b.need": count("hoeffding"), "b.tried": f"{frame['k']}",
    }  # fmt: skip
