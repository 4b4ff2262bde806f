"""The numbers in words, and the formulas they fill."""

from __future__ import annotations

import numpy as np

from labcore import Frame, format_number, shown
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.marks import number
from labcore.cnn.convolution.settings import CROP, SIDE

SIZE = "Rows of the output"
FORMULAS = {
    "One sum": r"Y_{\slot{w.row},\,\slot{w.column}} = \sum_{a}\sum_{b} K_{a,b}\, "
    r"X_{s i + d a,\; s j + d b} = \slot{w.sum}",
    SIZE: r"\left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1 = "
    r"\left\lfloor \frac{\slot{o.n} + 2 \cdot \slot{o.p} - \slot{o.d}\,(\slot{o.k} - 1) - 1}"
    r"{\slot{o.s}} \right\rfloor + 1 = \slot{o.out}",
    "Linear in the kernel": r"\left((1 - t)\, I + t\, K\right) * X = (1 - t)\, X + t\, (K * X), "
    r"\quad t = \slot{p.share}",
    "Channels add up": r"Y_o = \sum_{i} K_{o,i} * X_i: \quad \slot{c.red} + \slot{c.green} + "
    r"\slot{c.blue} = \slot{c.sum}",
    "Parameters": r"c_\text{out} \cdot \frac{c_\text{in}}{g} \cdot k^2 + c_\text{out} = "
    r"\slot{s.out} \cdot \frac{\slot{s.in}}{\slot{s.g}} \cdot \slot{s.k}^2 + \slot{s.out} = "
    r"\slot{s.parameters}",
    "A step of descent": r"K \leftarrow K - \eta\, \frac{\partial L}{\partial K}, \quad L = "
    r"\slot{l.loss}, \quad \eta = \slot{l.rate} \text{ (limit } \slot{l.limit} \text{)}",
    "Equivariance": r"\frac{\lVert f(Tx) - T f(x) \rVert}{\lVert T f(x) \rVert}: \quad "
    r"\text{convolution } \slot{e.conv}, \; \text{dense } \slot{e.dense}",
}


def out_words(n: int, k: int, p: int, s: int, d: int, out: int) -> dict[str, str]:
    """The arithmetic of the output's size."""
    return {"o.n": str(n), "o.k": str(k), "o.p": str(p), "o.s": str(s), "o.d": str(d),
            "o.out": str(out)}  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers of the part chosen."""
    return {
        "window": window_words, "photograph": photograph_words, "channels": channels_words,
        "shapes": shapes_words, "learn": learning_words, "shift": shift_words,
    }[config.part](config, frame)  # fmt: skip


def window_words(config: Config, frame: Frame) -> dict[str, str]:
    """The sum under the window, and how many there are."""
    y, kernel = frame["output"], applied(config)
    total = number(round(float(y[frame["row"], frame["column"]]), 1)) if y.size else "–"
    out = out_words(CROP, len(kernel), config.padding, config.stride, config.dilation, len(y))
    return {
        "This sum": total,
        "Place": f"row {frame['row'] + 1}, column {frame['column'] + 1}" if y.size else "none",
        "Output": f"{y.shape[0]} × {y.shape[1]}",
        "Products for one sum": str(kernel.size),
        "w.row": str(frame["row"] + 1), "w.column": str(frame["column"] + 1), "w.sum": total, **out,
    }  # fmt: skip


def photograph_words(config: Config, frame: Frame) -> dict[str, str]:
    """What the map is like."""
    kernel = applied(config)
    out = out_words(
        SIDE, len(kernel), config.padding, config.stride, config.dilation, frame["height"]
    )
    return {
        "Sum of the weights": shown(frame["weight"], least=1e-9),
        "Mean of the map": shown(frame["mean"], least=1e-6),
        "Spread of the map": shown(frame["spread"]),
        "Below 0": f"{100 * frame['negative']:.0f} %",
        "Output": f"{frame['height']} × {frame['width']}",
        "p.share": f"{frame['share']:.2f}", **out,
    }  # fmt: skip


def channels_words(config: Config, frame: Frame) -> dict[str, str]:
    """The middle pixel of your channel."""
    parts = frame["parts"][2]
    red, green, blue = (number(round(float(v), 1)) for v in parts)
    return {
        "Terms added": str(frame["done"]),
        "Yours, middle pixel": number(round(float(parts.sum()), 1)),
        "Channels": "3 in, 3 out",
        "Parameters": str(frame["parameters"]),
        "c.red": red, "c.green": green, "c.blue": blue,
        "c.sum": number(round(float(parts.sum()), 1)),
    }  # fmt: skip


def shapes_words(config: Config, frame: Frame) -> dict[str, str]:
    """Sizes and costs."""
    out = frame["out"]
    return {
        "Output": f"{frame['outputs']} × {out} × {out}",
        "Parameters": f"{frame['parameters']:,}",
        "Multiplications": f"{frame['products']:,}",
        "Cells never read": str(frame["unread"]),
        "Padding for the same size": same(config),
        **out_words(config.size, config.kernel, config.padding, config.stride, config.dilation,
                    out),
        "s.out": str(config.outputs), "s.in": str(config.inputs), "s.g": str(frame["groups"]),
        "s.k": str(config.kernel), "s.parameters": f"{frame['parameters']:,}",
    }  # fmt: skip


def same(config: Config) -> str:
    """The padding that keeps the size at stride 1."""
    twice = config.dilation * (config.kernel - 1)
    return f"p = {twice // 2}" if twice % 2 == 0 else "none: k is even"


def learning_words(config: Config, frame: Frame) -> dict[str, str]:
    """How near the kernel is, and what bounds the rate."""
    return {
        "Loss": shown(frame["loss"], least=1e-15),
        "Largest error of a weight": shown(frame["away"], least=1e-9),
        "Steepest to flattest": "∞" if frame["free"] else format_number(frame["bend"], 2),
        "Largest stable rate": shown(frame["limit"]),
        "l.loss": shown(frame["loss"], least=1e-15), "l.rate": format_number(config.lr),
        "l.limit": shown(frame["limit"]),
    }  # fmt: skip


def shift_words(config: Config, frame: Frame) -> dict[str, str]:
    """Errors of both layers at this amount, and what they have to learn."""
    conv, dense, stay = (
        f"{100 * float(np.round(frame[f'wrong.{name}'][frame.step], 4)):.0f} %"
        for name in ("conv", "dense", "stay")
    )
    return {
        "Error, convolution": conv,
        "Error, dense layer": dense,
        "Output changed by": stay,
        "Weights": f"{applied(config).size} against {frame['dense.parameters']:,}",
        "e.conv": conv, "e.dense": dense,
    }  # fmt: skip
