"""The present step in numbers: in the picture, and in the slots of the formulas."""

from __future__ import annotations

import numpy as np

from labcore import Frame, shown
from labcore.mlp.backpropagation.chain import chain_events, peaks
from labcore.mlp.backpropagation.config import Config, edge_name
from labcore.mlp.backpropagation.lesson import example, place
from labcore.mlp.backpropagation.memory import order

LETTER = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "σ", "gelu": "GELU"}
UNDER = "₁₂₃"


def brief(value: float) -> str:
    """A number of a sum; one below zero in brackets."""
    text = shown(float(value), 2)
    return f"({text})" if text.startswith("−") else text


def dot(a: np.ndarray, b: np.ndarray) -> str:
    """A sum of products."""
    return " + ".join(f"{brief(p)}·{brief(q)}" for p, q in zip(a, b, strict=True))


def formula_parts(config: Config, frame: Frame) -> tuple[str, str, str]:
    """Left side, arithmetic and result of the present step; empty where there is none."""
    kind, i = order(config.hidden, config.outputs)[frame.step]
    x, y = example(config)
    u, lam = UNDER[i], config.penalty
    J = float(frame["objective"])
    if kind == "z":
        return f"z{u}", dot(frame["w1"][i], x), shown(frame["z"][i])
    if kind == "h":
        return f"h{u}", f"{LETTER[config.activation]}({shown(frame['z'][i])})", shown(frame["h"][i])
    if kind == "o":
        return f"o{u}", dot(frame["w2"][i], frame["h"]), shown(frame["o"][i])
    if kind == "loss":
        if config.loss == "squared":
            parts = [f"({shown(o, 2)} − {brief(t)})²" for o, t in zip(frame["o"], y, strict=True)]
            return "L", f"½ [{' + '.join(parts)}]", shown(frame["loss"])
        shares = np.r_[frame["p"], 1 - frame["p"]][:2]
        told = zip(np.r_[y, 1 - y][:2], shares, strict=True)
        parts = [f"{brief(t)}·log {shown(p, 2)}" for t, p in told]
        return "L", f"−[{' + '.join(parts)}]", shown(frame["loss"])
    if kind == "penalty":
        total = float((frame["w1"] ** 2).sum() + (frame["w2"] ** 2).sum())
        return "s", f"½ · {shown(lam)} · {shown(total)}", shown(frame["penalty"])
    if kind == "objective":
        return "J", f"{shown(frame['loss'])} + {shown(frame['penalty'])}", shown(J)
    if kind == "g_objective":
        return "∂J/∂L", "∂J/∂s", "1"
    if kind == "g_o":
        what = "o" if config.loss == "squared" else "p"
        right = f"{what}{u} − y{u} = {shown(frame['p'][i])} − {brief(y[i])}"
        return f"∂J/∂o{u}", right, shown(frame["g_o"][i])
    if kind == "g_w2":
        g, h = frame["g_o"][i], frame["h"][0]
        right = (
            f"∂J/∂o{u}·h₁ + λw = {brief(g)}·{brief(h)} + {shown(lam)}·{brief(frame['w2'][i, 0])}"
        )
        return f"∂J/∂w²{u}₁", right, shown(frame["g_w2"][i, 0])
    if kind == "g_h":
        return f"∂J/∂h{u}", dot(frame["w2"][:, i], frame["g_o"]), shown(frame["g_h"][i])
    if kind == "g_z":
        right = f"∂J/∂h{u}·φ′(z{u}) = {brief(frame['g_h'][i])}·{brief(frame['slopes'][i])}"
        return f"∂J/∂z{u}", right, shown(frame["g_z"][i])
    if kind == "g_w1":
        g = frame["g_z"][i]
        right = (
            f"∂J/∂z{u}·x₁ + λw = {brief(g)}·{brief(x[0])} + {shown(lam)}·{brief(frame['w1'][i, 0])}"
        )
        return f"∂J/∂w¹{u}₁", right, shown(frame["g_w1"][i, 0])
    if kind == "step":
        return "w − η ∂J/∂w", f"J: {shown(J)}", shown(frame["after"])
    return "", "", ""


def formula_now(config: Config, frame: Frame) -> str:
    """The present step as one line."""
    left, middle, right = formula_parts(config, frame)
    if not left:
        return "the example comes in"
    if left.startswith("w −"):
        return f"every w becomes w − {config.lr:g} · ∂J/∂w;  {middle} → {right}"
    return f"{left} = {middle} = {right}"


TITLES = {"z": "z", "h": "h", "o": "o", "loss": "l", "penalty": "s", "objective": "j",
          "g_objective": "one", "g_o": "go", "g_w2": "gw", "g_h": "gh", "g_z": "gz",
          "g_w1": "gv"}  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """What is known by now, and the slots of the present step’s formula."""
    steps = order(config.hidden, config.outputs)
    kind, i = steps[frame.step]
    at = frame.step
    back = at >= steps.index(("g_objective", 0))
    layer, row, column = place(config)
    name = edge_name(f"w{layer}.{row + 1}{column + 1}")
    told = {
        "Way": "back" if back else "forward",
        "Objective J": shown(frame["objective"]) if ("objective", 0) in steps[: at + 1] else "–",
        "Chosen weight": f"{name}, slope {shown(frame['slope'])}",
        "Gap to autograd": "below 1e−12" if frame["apart"] < 1e-12 else shown(frame["apart"]),
        "J after the step": shown(frame["after"]) if kind == "step" else "–",
        "Numbers held": str(frame["held"]),
    }
    n, k = config.layers, min(config.segment, config.layers)
    most, again = peaks(n)[:, k - 1]
    way = {1: "forward", 0: "forward again", -1: "back"}
    events = chain_events(n, config.segment)
    told |= {
        "Chain": f"{way[int(events.way[frame['event']])]}, layer "
        f"{events.layer[frame['event']] + 1}",
        "Most inputs held": f"{most} of {n}",
        "Layers run again": f"{again}, {100 * again / n:.0f} % of a way forward",
        "c.n": str(n), "c.k": str(k), "c.most": str(most), "c.again": str(again),
    }  # fmt: skip
    if kind == "step":
        told |= {"step.eta": shown(config.lr), "step.before": shown(frame["objective"]),
                 "step.after": shown(frame["after"])}  # fmt: skip
    elif kind in TITLES:
        _, middle, right = formula_parts(config, frame)
        slot = TITLES[kind]
        told |= {f"{slot}.i": str(i + 1), f"{slot}.sum": middle.rpartition(" = ")[2],
                 f"{slot}.value": right}  # fmt: skip
    return told
