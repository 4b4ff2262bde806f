"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import math
from collections.abc import Iterator

from labcore import Frame, format_number
from labcore.optimization.optimizer_trajectories.config import NAMES, Config, racers, settings

FORMULAS = {
    "SGD": r"\theta \leftarrow \theta - \eta g"
    r" = \slot{sgd.before} - \slot{sgd.lr} \cdot (\slot{sgd.g}) = \slot{sgd.after}",
    "Momentum": r"""\begin{align*}
v &\leftarrow \beta v + g
 = \slot{momentum.beta} \cdot (\slot{momentum.v.before}) + (\slot{momentum.g})
 = \slot{momentum.v} \\
\theta &\leftarrow \theta - \eta v
 = \slot{momentum.before} - \slot{momentum.lr} \cdot (\slot{momentum.v}) = \slot{momentum.after}
\end{align*}""",
    "Adagrad": r"""\begin{align*}
s &\leftarrow s + g^2
 = \slot{adagrad.s.before} + (\slot{adagrad.g})^2 = \slot{adagrad.s} \\
\theta &\leftarrow \theta - \frac{\eta g}{\sqrt{s} + \epsilon}
 = \slot{adagrad.before} - \frac{\slot{adagrad.lr} \cdot (\slot{adagrad.g})}
{\sqrt{\slot{adagrad.s}}} = \slot{adagrad.after}
\end{align*}""",
    "RMSProp": r"""\begin{align*}
s &\leftarrow \rho s + (1 - \rho) g^2
 = \slot{rmsprop.rho} \cdot \slot{rmsprop.s.before}
 + \slot{rmsprop.fresh} \cdot (\slot{rmsprop.g})^2 = \slot{rmsprop.s} \\
\theta &\leftarrow \theta - \frac{\eta g}{\sqrt{s} + \epsilon}
 = \slot{rmsprop.before} - \frac{\slot{rmsprop.lr} \cdot (\slot{rmsprop.g})}
{\sqrt{\slot{rmsprop.s}}} = \slot{rmsprop.after}
\end{align*}""",
    "Adam": r"""\begin{align*}
m &\leftarrow \beta_1 m + (1 - \beta_1) g
 = 0.9 \cdot (\slot{adam.m.before}) + 0.1 \cdot (\slot{adam.g}) = \slot{adam.m} \\
v &\leftarrow \beta_2 v + (1 - \beta_2) g^2
 = \slot{adam.beta2} \cdot \slot{adam.v.before}
 + \slot{adam.fresh} \cdot (\slot{adam.g})^2 = \slot{adam.v} \\
\hat m &= \frac{m}{1 - \beta_1^t} = \slot{adam.mhat}, \quad
\hat v = \frac{v}{1 - \beta_2^t} = \slot{adam.vhat}, \quad t = \slot{adam.t} \\
\theta &\leftarrow \theta - \frac{\eta \hat m}{\sqrt{\hat v} + \epsilon}
 = \slot{adam.before} - \frac{\slot{adam.lr} \cdot (\slot{adam.mhat})}
{\sqrt{\slot{adam.vhat}}} = \slot{adam.after}
\end{align*}""",
}
"""The step that led to the frame on screen, of the coordinate x; on the network, of one weight.

ε is 1e−8 (Adagrad: 1e−10), too small to be seen in the numbers.
"""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Who leads, each racer's loss; and, under names with a dot, the numbers of the formulas."""
    names = racers(config)
    losses = {name: float(loss) for name, loss in zip(names, frame["loss"], strict=True)}
    going = {name: loss for name, loss in losses.items() if math.isfinite(loss)}
    leader = min(going, key=going.__getitem__) if going else None
    told = {"Lowest loss": f"{NAMES[leader]}, {format_number(going[leader])}" if leader else "none"}
    gone = "left along y" if config.surface == "saddle" else "diverged"
    for k, name in enumerate(names):
        text = format_number(losses[name]) if name in going else gone
        if "accuracy" in frame.values and name in going:
            text += f", {100 * float(frame['accuracy'][k]):.0f} % right"
        told[NAMES[name]] = text
    if "explained" in frame.values:
        told["Seen on the plane"] = f"{100 * frame['explained'].sum():.0f} % of the paths’ variance"
    return told | dict(slots(config, frame))


def slots(config: Config, frame: Frame) -> Iterator[tuple[str, str]]:
    """What fills the formulas, to five digits; nothing before the first step."""
    for k, name in enumerate(racers(config)):
        given = settings(config)[name]
        numbers = {key: given[key] for key in ("lr", "beta", "rho", "beta2") if key in given}
        forgets = given.get("rho", given.get("beta2"))
        if forgets is not None:
            numbers["fresh"] = 1 - forgets
        if "before" in frame.values:
            numbers |= {
                "before": frame["before"][k],
                "g": frame["gradient"][k],
                "after": frame["now"][k],
            }
        for key in ("v", "s", "m", "t"):
            if f"{name}.{key}" in frame.values:
                numbers[f"{key}.before"], numbers[key] = frame[f"{name}.{key}"]
        if "m" in numbers:
            del numbers["t.before"]
            t = int(numbers["t"])
            numbers["mhat"] = numbers["m"] / (1 - 0.9**t)
            numbers["vhat"] = numbers["v"] / (1 - config.beta2**t)
        for key, number in numbers.items():
            shown = math.isfinite(number)
            yield f"{name}.{key}", format_number(float(number), 5) if shown else "–"
