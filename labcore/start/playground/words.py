"""The numbers in words, and the formulas they fill."""

from __future__ import annotations

import numpy as np

from labcore import Frame, format_number, shown
from labcore.start.playground.config import Config
from labcore.start.playground.course_view import is_regression
from labcore.start.playground.network import Shape, multiplications, shape_of
from labcore.start.playground.points import problem

FORMULAS = {
    "One neuron": r"h_j = \varphi\left(b_j + \sum_i w_{ij}\, x_i\right)",
    "What is made small": (
        r"L = \frac{1}{n} \sum_{i=1}^{n} \ell\left(z_i, y_i\right) = \slot{loss.train}"
        r"\quad \text{on training points,} \quad \slot{loss.test} \quad \text{on test points}"
    ),
    "What an epoch costs": (
        r"3 \cdot \slot{cost.points}\ \text{points} \cdot \slot{cost.products}\ "
        r"\text{products each} = \slot{cost.epoch}"
    ),
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Of several networks, the median."""
    data = problem(config)
    shape: Shape = shape_of(config, data.classes)
    train, test = (float(np.median(frame[name])) for name in ("train", "test"))
    good = float(np.median(frame["test_good"]))
    products = multiplications(shape)
    silent = int((frame["state"] > 0).sum())
    score = {"Test R²": shown(good, 3)} if is_regression(config) else {
        "Test accuracy": f"{100 * good:.1f} %"
    }  # fmt: skip
    return {
        "Training loss": shown(train, 3),
        "Test loss": shown(test, 3),
        **score,
        "Weights": f"{shape.parameters}",
        "Silent neurons": f"{silent} of {shape.hidden}",
        "Variance in the picture": f"{100 * float(frame['explained']):.0f} %",
        "loss.train": shown(train, 3),
        "loss.test": shown(test, 3),
        "cost.points": f"{data.train}",
        "cost.products": f"{products}",
        "cost.epoch": format_number(3 * data.train * products, 3),
    }


TELLS = {
    "Inside": ("Variance in the picture",),
    "Network": ("Weights", "One neuron", "What an epoch costs"),
}
