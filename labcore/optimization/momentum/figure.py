"""What stands still: ravine, map of settings, each mode alone, and the velocity's memory."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures, format_number
from labcore.optimization.momentum.lesson import (
    Config,
    best,
    curvatures,
    directions,
    rate,
)
from labcore.palette import colour, scale

ETAS, BETAS = np.linspace(0, 4, 161), np.linspace(0, 0.99, 100)
FEWEST, MOST, SLOWEST, NEVER = 2.0, 500.0, 200, 240
"""Steps for a tenfold smaller error, as codes 0 to SLOWEST of the map; then a word."""
BACK = 31
"""So many weights of the leaky average are drawn."""
LEAST = 1e-6
REACH = 2.8
MODES = (("flat", "data", "circle"), ("steep", "model", "square"))


def steps_for_tenth(rates: np.ndarray) -> np.ndarray:
    """How many steps make the error ten times smaller; infinite where it does not shrink."""
    with np.errstate(divide="ignore"):
        return np.where(rates < 1 - 1e-9, np.log(0.1) / np.log(np.clip(rates, 1e-9, 1)), np.inf)


def codes(steps: np.ndarray) -> np.ndarray:
    """Steps as uint8: 0 for FEWEST to SLOWEST for MOST, logarithmic; NEVER where it diverges."""
    unit = np.log(np.clip(steps, FEWEST, MOST) / FEWEST) / np.log(MOST / FEWEST)
    return np.where(np.isinf(steps), NEVER, np.rint(SLOWEST * unit)).astype(np.uint8)


def speeds_scale() -> list[list[float | str]]:
    """Bright where quick; a red of its own where the error does not shrink."""
    tones = [tone for _, tone in scale("amount")][::-1]
    quick: list[list[float | str]] = [
        [i / (len(tones) - 1) * SLOWEST / 255, tone] for i, tone in enumerate(tones)
    ]
    edge, red = 220 / 255, colour("error", 0.45)
    return [*quick, [edge, tones[-1]], [edge, red], [1, red]]


def phase(config: Config) -> go.Figure:
    """The rate for every η and β, exactly, with the curves where the behaviour changes."""
    lam = {"flat": curvatures(config)[:1], "steep": curvatures(config)[1:]}
    chosen = lam.get(config.seen, curvatures(config))
    field = rate(ETAS[:, None], BETAS[:, None, None], chosen).max(-1)
    ticks = (2, 5, 10, 20, 50, 100, 200, 500)
    heat = figures.field("field", ETAS, BETAS, codes(steps_for_tenth(field)),
                         ticks=[*codes(np.array(ticks)).tolist(), NEVER],
                         labels=[*map(str, ticks[:-1]), "500+", "never"])  # fmt: skip
    heat.update(colorscale=speeds_scale(), showscale=True)
    curves = []
    for (name, _, _), value, dash in zip(MODES, curvatures(config), ("dot", "dash"), strict=True):
        if config.seen in ("both", name):
            reach = np.linspace(0, min(4, 4 / value), 161)
            crit = (1 - np.sqrt(reach * value)) ** 2
            curves.append(
                figures.line(
                    f"critical-{name}",
                    f"critical damping, {name} mode",
                    "text",
                    dash=dash,
                    width=1.5,
                    x=reach,
                    y=crit,
                    legend=False,
                )
            )
    edge = float(2 / chosen.max())
    curves.append(figures.line("edge", "η = 2(1 + β)/λ", "error", width=2, legend=False,
                               x=edge * (1 + BETAS), y=BETAS))  # fmt: skip
    lr, beta, _ = best(config.kappa)
    star = figures.head("best", "best of all", "goal", symbol="star", size=13, x=[lr], y=[beta])
    ring = go.Scatter(uid="ring", name="your setting", x=[config.lr], y=[config.beta],
                      mode="markers", showlegend=False, hoverinfo="skip",
                      marker={"symbol": "circle-open", "size": 18, "color": colour("own"),
                              "line": {"width": 4, "color": colour("own")}})  # fmt: skip
    halo = go.Scatter(
        uid="halo",
        x=[config.lr],
        y=[config.beta],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={"size": 24, "color": colour("paper", 0.7)},
    )
    if edge < 4:
        curves.append(
            figures.words(
                "diverges",
                "text",
                place="middle left",
                size=12,
                x=[4],
                y=[0.12],
                text=["diverges:<br>η > 2(1 + β)"],
            )
        )
    who = {"both": "slower mode, ★ best", "steep": "steep mode", "flat": "flat mode"}[config.seen]
    return figures.panel(
        [heat, *curves, *([star] if config.seen == "both" else []), halo, ring],
        x="step size η, for λn = 1", y="momentum β", x_range=(0, 4), y_range=(0, 0.99),
        title=f"Steps for one more digit, {who}",
        alt="For every step size and momentum, how many steps make the error ten times smaller. "
        "Right of the red line η = 2(1 + β)/λ it grows. Along the dashed and dotted curves "
        "β = (1 − √(ηλ))² the steep and the flat mode are critically damped; above them they "
        "ripple. A star marks the best setting, a ring yours.",
    )  # fmt: skip


def ravine(config: Config) -> go.Figure:
    """Contours of the loss, the two directions, the paths."""
    x = y = np.linspace(-REACH, REACH, 61)
    plane = np.stack(np.meshgrid(x, y), -1)
    modes = plane @ directions(config)
    z = np.sqrt(0.5 * (curvatures(config) * modes**2).sum(-1))
    q, ends = directions(config), np.array([-1.0, 1.0])
    axes = [
        figures.line(
            f"axis-{name}",
            f"{name} mode",
            role,
            dash="dot",
            width=1.2,
            legend=False,
            x=reach * ends * q[0, i],
            y=reach * ends * q[1, i],
        )
        for i, ((name, role, _), reach) in enumerate(zip(MODES, (2.6, 1.5), strict=True))
    ]
    lam = curvatures(config)
    labels = [
        figures.words(
            "label-flat",
            "data",
            place="bottom center",
            size=12,
            x=[1.7 * q[0, 0] - 0.2 * q[0, 1]],
            y=[1.7 * q[1, 0] - 0.2 * q[1, 1]],
            text=[f"flat, λ1 = {format_number(lam[0])}"],
        ),
        figures.words(
            "label-steep",
            "model",
            place="middle right",
            size=12,
            x=[1.6 * q[0, 1]],
            y=[1.6 * q[1, 1]],
            text=["steep, λn = 1"],
        ),
    ]
    return figures.panel(
        [figures.contour("loss", x, y, z, levels=14), *axes, *labels,
         figures.line("plain", "plain descent, its best η", "context", width=1.3),
         figures.line("path", "heavy ball", "text", width=2.2),
         figures.head("goal", "minimum", "goal", symbol="star", size=12, x=[0], y=[0]),
         figures.head("plain-ball", "plain descent", "context", symbol="diamond", size=9),
         figures.head("ball", "the ball", "text", size=13),
         figures.head("start", "start, drag it", "own", size=14, x=[config.x0], y=[config.y0])],
        x="w₁", y="w₂", x_range=(-REACH, REACH), y_range=(-REACH, REACH), square=True,
        title="● heavy ball, ◆ plain descent",
        alt="The ravine from above, with the path of the heavy ball, and in grey that of plain "
        "gradient descent at its best step size. Dotted lines show the flat and the steep "
        "direction.",
    )  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels; views choose among them."""
    made = {"ravine": ravine(config), "phase": phase(config)}
    for i, (name, role, symbol) in enumerate(MODES):
        lam = format_number(float(curvatures(config)[i]))
        made[name] = figures.panel(
            [figures.line("up", "±|x₀|ρᵏ", "context", width=1.2, dash="dot"),
             figures.line("down", "±|x₀|ρᵏ", "context", width=1.2, dash="dot", legend=False),
             figures.line("mode", f"{name} mode", role), figures.head("now", name, role,
                                                                      symbol=symbol)],
            x="step k", y="distance from the minimum", x_range=(0, 1.03 * config.steps),
            y_range=(-3.2, 3.2), title=f"The {name} mode, λ = {lam}; dotted: ±|x₀|ρᵏ",
            alt=f"The distance from the minimum along the {name} direction, by step, between "
            "dotted curves that shrink by the computed rate.",
        )  # fmt: skip
    lines = [trace for name, role, symbol in MODES for trace in (
        figures.line(f"theory-{name}", f"{name}, ρᵏ", role, width=1.2, dash="dot", legend=False),
        figures.line(f"error-{name}", name, role, width=2),
        figures.head(f"error-{name}-now", name, role, symbol=symbol, size=9))]  # fmt: skip
    made["errors"] = figures.panel(
        lines, x="step k", y="|distance| by mode", y_range=(LEAST, 100),
        x_range=(0, 1.03 * config.steps),
        y_log=True, size="small", title="By mode: ● flat, ■ steep",
        alt="The distance along each mode on a logarithmic scale; dotted, the slope that the "
        "roots foretell.",
    )  # fmt: skip
    turn = np.linspace(0, 2 * np.pi, 73)
    made["roots"] = figures.panel(
        [figures.line("circle", "|r| = 1", "context", width=1.2, x=np.cos(turn), y=np.sin(turn)),
         figures.words("circle-name", "context", place="top right", size=12, x=[0.75],
                       y=[0.85], text=["|r| = 1"]),
         *(figures.head(f"root-{name}", f"{name} mode", role, symbol=symbol, size=11)
           for name, role, symbol in MODES)],
        x="real part of r", y="imaginary part", x_range=(-1.6, 1.6), y_range=(-1.3, 1.3),
        square=True, size="small", title="Roots: ● flat, ■ steep",
        alt="The two roots of each mode in the complex plane. Inside the circle a mode shrinks; "
        "off the horizontal it ripples.",
    )  # fmt: skip
    made["weights"] = figures.panel(
        [go.Bar(uid="bars", name="weight", x=np.arange(BACK), y=np.zeros(BACK), showlegend=False,
                marker={"color": colour("data", 0.7)}, hoverinfo="skip"),
         figures.line("length", "1/(1 − β)", "goal", dash="dash", width=2, legend=False),
         figures.words("length-name", "goal", place="middle right", size=12, x=[0],
                       y=[1.06], text=[""]),
         figures.head("second", "β, drag it", "own", size=14),
         figures.words("second-name", "own", place="middle right", size=12, x=[1],
                       y=[0], text=["drag: β"])],
        x="steps back j", y="weight βʲ of the gradient then", x_range=(-0.6, BACK - 0.4),
        y_range=(0, 1.15), title="What the velocity is made of",
        alt="The weights of the past gradients in the velocity. They fall by the factor β each "
        "step back; a dashed line stands at their sum, 1/(1 − β).",
    )  # fmt: skip
    made["average"] = figures.panel(
        [trace for name, role, symbol in MODES for trace in (
            figures.line(f"gradient-{name}", f"gradient, {name}", role, width=1.3, dash="dot"),
            figures.line(f"velocity-{name}", f"velocity ÷ sum of weights, {name}", role),
            figures.head(f"velocity-{name}-now", name, role, symbol=symbol, size=9))],
        x="step k", y="gradient ÷ λ, and its leaky average", y_range=(-3.2, 3.2),
        x_range=(0, 1.03 * config.steps), title="Average of gradients (dotted): ● flat, ■ steep",
        alt="The gradient along each mode ÷ λ, dotted, and the velocity divided by the sum of its "
        "weights, which is its leaky average.",
    )  # fmt: skip
    return made
