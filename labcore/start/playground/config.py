"""The controls."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

import labcore
from labcore import PointList, control

REGRESSION = ("plane", "hills")
CLASSES = ("spiral", "circle", "xor", "blobs", "moons", "rings", "pinwheel", "wine", "own", "table")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "gelu", "silu", "leaky", "sin", "linear")
CELLS = 24
"""The canvas has so many cells along each side."""
LETTERS = "abc"
DEEPEST, WIDEST = 6, 8


def yin_yang() -> str:
    """Two fish that lie in each other's arms, painted on the canvas."""
    rows = []
    for row in range(CELLS):
        y = 1 - (2 * row + 1) / CELLS
        line = ""
        for column in range(CELLS):
            x = (2 * column + 1) / CELLS - 1
            upper = x * x + (y - 0.45) ** 2 < 0.2
            lower = x * x + (y + 0.45) ** 2 < 0.2
            inside = x * x + y * y < 0.81 and (row + column) % 2 == 0
            line += "." if not inside else "a" if upper or (x < 0 and not lower) else "b"
        rows.append(line)
    return "/".join(rows)


class Config(labcore.Config):
    """Data, a network, and how it is trained."""

    data: Literal["spiral", "circle", "xor", "blobs", "moons", "rings", "pinwheel", "wine",
                  "plane", "hills", "own", "table"] = control(
        "spiral",
        title="Data",
        labels={
            "spiral": "Spiral", "circle": "Circle", "xor": "Exclusive or", "blobs": "Two blobs",
            "moons": "Moons", "rings": "Rings, 3 classes", "pinwheel": "Pinwheel, 4 classes",
            "wine": "Wine (real), 3 classes", "plane": "Plane, a regression",
            "hills": "Hills, a regression", "own": "Paint your own", "table": "Your own table",
        },
    )  # fmt: skip
    """What is to be learned: which class a point of the plane has, or, in a regression, what
    value."""

    brush: Literal["a", "b", "c", "."] = control(
        "a", title="Brush",
        labels={"a": "Blue circles", "b": "Orange squares", "c": "Green diamonds", ".": "Eraser"},
        only={"data": ("own",)}, views=("Network",),
    )  # fmt: skip
    """Paint on the plane: each cell becomes a point."""

    features: tuple[
        Literal["x", "y", "xx", "yy", "xy", "sinx", "siny", "cosx", "cosy"], ...
    ] = control(
        ("x", "y", "sinx", "siny"),
        title="Features",
        labels={"x": "x₁", "y": "x₂", "xx": "x₁²", "yy": "x₂²", "xy": "x₁x₂", "sinx": "sin 2x₁",
                "siny": "sin 2x₂", "cosx": "cos 2x₁", "cosy": "cos 2x₂"},
    )  # fmt: skip
    """What the network is given of a point. Products are divided by 3, to be of the same size as
    the others."""

    depth: int = control(2, title="Hidden layers", low=0, high=DEEPEST)
    """With none, the network is a linear model of its features. Pull the triangles below the
    layers to make them wider."""

    activation: Literal["tanh", "relu", "sigmoid", "gelu", "silu", "leaky", "sin", "linear"] = (
        control(
            "tanh",
            title="Activation",
            labels={"tanh": "tanh", "relu": "ReLU", "sigmoid": "Sigmoid", "gelu": "GELU",
                    "silu": "SiLU", "leaky": "Leaky ReLU", "sin": "Sine", "linear": "Linear"},
        )
    )  # fmt: skip
    """What each hidden neuron does to its weighted sum."""

    optimizer: Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam",
                       "adamw", "yogi", "lion"] = control(
        "adam",
        title="Optimizer",
        labels={"sgd": "SGD", "momentum": "SGD with momentum", "nesterov": "Nesterov",
                "adagrad": "Adagrad", "rmsprop": "RMSProp", "adadelta": "Adadelta",
                "adam": "Adam", "adamw": "AdamW", "yogi": "Yogi", "lion": "Lion"},
        brings={"sgd": {"lr": 0.1}, "momentum": {"lr": 0.03}, "nesterov": {"lr": 0.03},
                "adagrad": {"lr": 0.1}, "rmsprop": {"lr": 0.01}, "adadelta": {"lr": 1.0},
                "adam": {"lr": 0.02}, "adamw": {"lr": 0.02}, "yogi": {"lr": 0.02},
                "lion": {"lr": 0.003}},
    )  # fmt: skip
    """How weights follow from gradients; choosing one brings a learning rate that suits it."""

    lr: float = control(0.02, title="Learning rate η", low=1e-5, high=10, log=True)
    """Length of a step. Too large is worth seeing once: the page says which layer broke."""

    epochs: int = control(120, title="Epochs", low=20, high=2000, step=10, more=True)
    """How often each training point is seen."""

    batch: int = control(40, title="Batch size", low=1, high=512, more=True)
    """Points in each step; at most all."""

    widths: PointList = control(
        tuple((float(layer), 8.0) for layer in range(1, DEEPEST + 1)),
        title="Neurons in each hidden layer", x=(1, DEEPEST), y=(1, WIDEST), least=DEEPEST,
        most=DEEPEST, more=True,
    )  # fmt: skip
    """One line a layer: its number, then its neurons. Pull the triangles in the picture instead."""

    activations: str = control("", title="Activation of each layer", high=60, more=True)
    """Such as “relu tanh”: for the first layers; the others have the one chosen above. There is
    tanh, relu, sigmoid, gelu, silu, leaky, sin, linear."""

    noise: int = control(0, title="Noise", low=0, high=50, step=1, unit="%", more=True)
    """How far points are thrown off their places; in a regression, values off theirs."""

    samples: int = control(400, title="Points", low=20, high=1000, step=10, more=True,
                           only={"data": (*CLASSES[:7], *REGRESSION)})  # fmt: skip
    """Of made-up data; half in each of two classes."""

    share: int = control(50, title="Share to train on", low=10, high=90, step=5, unit="%",
                         more=True)  # fmt: skip
    """The rest is kept for the test."""

    loss: Literal["entropy", "squared"] = control(
        "entropy", title="Loss", labels={"entropy": "Cross-entropy", "squared": "Squared"},
        more=True, only={"data": CLASSES},
    )  # fmt: skip
    """Squared: between tanh of the output and ±1; with more classes, between probabilities and
    the truth. A regression always has the squared loss."""

    penalty: Literal["none", "l1", "l2"] = control(
        "none", title="Regularization", labels={"none": "None", "l1": "L1", "l2": "L2"}, more=True
    )
    """What is added to the loss for large weights; biases are free."""

    rate: float = control(
        0.003, title="Regularization rate", low=1e-5, high=10, log=True, more=True,
        only={"penalty": ("l1", "l2")},
    )  # fmt: skip
    """Times the sum of |w|, or of w²/2."""

    dropout: int = control(0, title="Dropout", low=0, high=80, step=5, unit="%", more=True)
    """Share of the hidden outputs set to zero in each step; the others are enlarged."""

    norm: Literal["none", "batch", "layer"] = control(
        "none", title="Normalization",
        labels={"none": "None", "batch": "Batch norm", "layer": "Layer norm"}, more=True,
    )  # fmt: skip
    """Of the weighted sums, before the activation."""

    schedule: Literal["constant", "factor", "multi_step", "cosine", "cyclical"] = control(
        "constant", title="Schedule of η",
        labels={"constant": "Constant", "factor": "Exponential, to 1 %", "cosine": "Cosine to 0",
                "multi_step": "A tenth, twice", "cyclical": "Five cycles"}, more=True,
    )  # fmt: skip
    """How the learning rate changes over the run."""

    scale: float = control(1.0, title="Size of the first weights", low=0, high=5, step=0.1,
                           more=True)  # fmt: skip
    """Times that of Glorot and Bengio. With 0 all neurons of a layer are alike, and stay so."""

    members: int = control(1, title="Networks at once", low=1, high=20, views=("Together",))
    """Trained side by side from other first weights and in another order of the points: the
    curves get a band, and the view “Together” shows where they disagree. The first is shown."""

    across: int = control(1, title="Column across", low=1, high=20, more=True,
                          only={"data": ("wine", "table")})  # fmt: skip
    """Which column of numbers is x₁; counted round and round."""

    up: int = control(7, title="Column up", low=1, high=20, more=True,
                      only={"data": ("wine", "table")})  # fmt: skip
    """Which column of numbers is x₂."""

    table: str = control("", title="Your table", accepts="table", more=True,
                         only={"data": ("table",)})  # fmt: skip
    """A CSV. Its last column of words is the class; without one, its last column of numbers is
    the class if it has five values or fewer, and else the value to predict."""

    own: str = control(yin_yang(), title="Your painting", high=CELLS * (CELLS + 1), more=True,
                       only={"data": ("own",)})  # fmt: skip
    """Rows of the plane with a letter for each cell: a, b, c, and . for none."""

    layer: int = control(DEEPEST + 1, title="Layer looked at", low=0, high=DEEPEST + 1, more=True)
    """Click a neuron in the picture instead. 0 are the features, the last is the output."""

    unit: int = control(0, title="Neuron looked at", low=0, high=WIDEST, more=True)
    """Counted from the top, from 0."""

    source: int = control(-1, title="Weight in your hand", low=-1, high=WIDEST + 1, more=True)
    """Of the neuron looked at: −1 none, 0 its bias, 1 the weight of its first input. It is set
    once, where the run begins or you pull it, and then trained like the others."""

    weight: float = control(0.0, title="… is set to", low=-10, high=10, step=0.01, more=True)
    """Pull the purple mark over the bars instead."""

    points: Literal["train", "test", "both", "none"] = control(
        "train", title="Points in the picture",
        labels={"train": "Training points", "test": "Test points", "both": "Both",
                "none": "None"}, more=True,
    )  # fmt: skip
    """Test points are hollow. Nothing is trained again."""

    discrete: bool = control(False, title="Only the decision", more=True)
    """Show which class wins, not by how much. Nothing is trained again."""

    @model_validator(mode="after")
    def _can_be_trained(self) -> Config:
        unknown = [name for name in self.activations.split() if name not in ACTIVATIONS]
        if unknown:
            raise ValueError(
                f"There is no activation “{unknown[0][:20]}”; there is {', '.join(ACTIVATIONS)}."
            )
        if self.data == "own":
            rows = self.own.split("/")
            if len(rows) != CELLS or any(len(row) != CELLS for row in rows):
                raise ValueError(f"A painting has {CELLS} rows of {CELLS} letters.")
            if not set(self.own) <= {*"abc./"}:
                raise ValueError("A painting has the letters a, b, c, and . where nothing is.")
            if sum(letter in "abc" for letter in self.own) < 4:
                raise ValueError("Paint four cells at least: with fewer there is nothing to learn.")
        return self


def hidden(config: Config) -> tuple[int, ...]:
    """Neurons in each hidden layer."""
    return tuple(round(width) for _, width in config.widths[: config.depth])


def activations(config: Config) -> tuple[str, ...]:
    """The activation of each hidden layer."""
    named = config.activations.split()[: config.depth]
    return (*named, *[config.activation] * (config.depth - len(named)))
