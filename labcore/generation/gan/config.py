"""The controls."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

import labcore
from labcore import PointList, control

PLANES = ("ring", "grid", "roll", "moons", "own")
"""Data in two dimensions; the rest are images."""

GAN = {"model": ("gan",)}
PLANAR = {"data": PLANES}

POINTS = {"lr_d": 0.004, "lr_g": 0.002, "batch": 128, "restraint": "r1", "schedule": "cosine",
          "steps": 2400}  # fmt: skip
DIGITS = {"model": "gan", "lr_d": 0.0003, "lr_g": 0.0003, "batch": 64, "restraint": "none",
          "schedule": "constant", "steps": 1200}  # fmt: skip
"""What suits each kind of data; choosing it brings these."""


class Config(labcore.Config):
    """Data, a model, and how it is trained."""

    data: Literal["ring", "grid", "roll", "moons", "own", "mnist"] = control(
        "ring",
        title="Data",
        labels={
            "ring": "Ring of 8 blobs",
            "grid": "Grid of 25 blobs",
            "roll": "Swiss roll",
            "moons": "Two moons",
            "own": "Blobs you place",
            "mnist": "Handwritten digits (real)",
        },
        brings={**dict.fromkeys(PLANES, POINTS), "mnist": DIGITS},
    )
    """What is to be imitated. All but the digits are made up: places in the plane, each a small
    normal blob, or a curve of such blobs."""

    own: PointList = control(
        ((-2.0, 1.0), (0.0, -1.5), (1.8, 1.4)),
        title="Your blobs",
        x=(-3, 3),
        y=(-3, 3),
        most=100,
        only={"data": ("own",)},
    )
    """Centres of the blobs: click, drag, Delete on the picture, or paste a table."""

    model: Literal["gan", "vae", "flow", "diffusion"] = control(
        "gan",
        title="Model",
        labels={
            "gan": "GAN",
            "vae": "Variational autoencoder",
            "flow": "Normalizing flow",
            "diffusion": "Diffusion model",
        },
    )
    """What learns to make such points. The others are here to compare with; the digits are there
    for the GAN only."""

    objective: Literal["ns", "minimax", "ls", "hinge", "wasserstein"] = control(
        "ns",
        title="Objective",
        labels={
            "ns": "Non-saturating (usual)",
            "minimax": "Minimax",
            "ls": "Least squares",
            "hinge": "Hinge",
            "wasserstein": "Wasserstein",
        },
        only=GAN,
    )
    """What D is trained to do, and what G makes of D's verdict."""

    restraint: Literal["none", "r1", "gp", "clip", "spectral"] = control(
        "r1",
        title="What holds D back",
        labels={
            "none": "Nothing",
            "r1": "R1: flat at the data",
            "gp": "Gradient penalty: slope 1",
            "clip": "Clipped weights",
            "spectral": "Spectral norm",
        },
        only=GAN,
    )
    """A discriminator that is too steep teaches badly. Wasserstein with clipped weights is the
    first WGAN; with the gradient penalty it is WGAN-GP."""

    lr_d: float = control(0.004, title="Learning rate of D", low=1e-5, high=0.1, log=True, only=GAN)
    """Length of D's steps. The digits want about 0.0003."""

    lr_g: float = control(0.002, title="Learning rate of G", low=1e-5, high=0.1, log=True)
    """Length of G's steps; the only one of a model that is not a GAN. The digits want about
    0.0003."""

    train: Literal["both", "d", "g"] = control(
        "both",
        title="Train",
        labels={"both": "Both networks", "d": "D only", "g": "G only"},
        more=True,
        only=GAN,
    )
    """Whose weights move. Go on from a frame with one of them held still to see what the other
    does then."""

    strength: float = control(
        1.0, title="How firmly D is held back", low=0.01, high=100, log=True, more=True,
        only={"restraint": ("r1", "gp", "clip", "spectral")},
    )  # fmt: skip
    """Times the usual: 1 means R1 with γ = 0.1, gradient penalty with λ = 1, weights clipped at
    ±0.2, or a spectral norm whose output is multiplied by 8. Larger holds D back more."""

    optimizer_d: Literal["adam", "sgd"] = control(
        "adam", title="D's optimizer", labels={"adam": "Adam", "sgd": "SGD"}, more=True, only=GAN
    )
    """Adam has β₁ = 0.5 and β₂ = 0.99."""

    optimizer_g: Literal["adam", "sgd"] = control(
        "adam", title="G's optimizer", labels={"adam": "Adam", "sgd": "SGD"}, more=True
    )
    """Adam has β₁ = 0.5 and β₂ = 0.99."""

    k_d: int = control(1, title="Steps of D per round", low=1, high=10, more=True, only=GAN)
    """How many steps D takes before G takes its own."""

    k_g: int = control(1, title="Steps of G per round", low=1, high=10, more=True, only=GAN)
    """How many steps G takes before D is next."""

    head_start: int = control(
        0, title="Head start of D", low=0, high=1000, step=50, unit="steps", more=True, only=GAN
    )
    """Steps that D takes before G takes its first."""

    unroll: int = control(
        0, title="Unrolled steps", low=0, high=5, more=True, only={**GAN, **PLANAR}
    )
    """G looks so many steps of D ahead, and learns through them. Slow."""

    batch: int = control(128, title="Batch", low=8, high=512, step=8, more=True)
    """Points, or images, that each step sees."""

    samples: Literal["fresh", "16", "64", "256"] = control(
        "fresh", title="Training points", labels={"fresh": "Endless, always fresh"}, more=True,
        only=PLANAR,
    )  # fmt: skip
    """With few, a model can learn them by heart."""

    spread: float = control(
        0.1, title="Width σ of the blobs", low=0.02, high=0.5, log=True, more=True, only=PLANAR
    )
    """Standard deviation of each blob; of the noise around the curves too."""

    latent: Literal["1", "2"] = control(
        "2", title="Latent dimensions", more=True, only={"data": PLANES, "model": ("gan", "vae")}
    )
    """How many random numbers G is given. The digits have 100; flow and diffusion need two."""

    noise: Literal["normal", "uniform"] = control(
        "normal", title="Latent noise", labels={"normal": "Normal", "uniform": "Uniform"},
        more=True, only={"data": PLANES, "model": ("gan",)},
    )  # fmt: skip
    """The law of those numbers: standard normal, or uniform from −1 to 1."""

    activation: Literal["tanh", "leaky", "relu", "silu"] = control(
        "tanh", title="Activation",
        labels={"tanh": "tanh", "leaky": "Leaky ReLU 0.2", "relu": "ReLU", "silu": "SiLU"},
        more=True, only=PLANAR,
    )  # fmt: skip
    """Between the layers of all networks. The digits' networks have leaky ReLU."""

    depth_g: int = control(3, title="Hidden layers of G", low=0, high=5, more=True, only=PLANAR)
    """Of the single network, or of the decoder, in other models; at least one there."""

    width_g: int = control(48, title="Width of G", low=2, high=96, step=2, more=True, only=PLANAR)
    """Neurons in each hidden layer."""

    depth_d: int = control(
        3, title="Hidden layers of D", low=0, high=5, more=True,
        only={"data": PLANES, "model": ("gan", "vae")},
    )  # fmt: skip
    """Of the encoder, in a variational autoencoder."""

    width_d: int = control(
        48, title="Width of D", low=2, high=96, step=2, more=True,
        only={"data": PLANES, "model": ("gan", "vae")},
    )  # fmt: skip
    """Neurons in each hidden layer."""

    ema: float = control(0.98, title="Averaging of G", low=0, high=0.999, step=0.001, more=True)
    """A running mean of G's weights keeps this share at each step. The mean is what is measured
    and, at first, shown; nothing is trained against it. 0: there is no mean."""

    show: Literal["mean", "raw"] = control(
        "mean", title="G in the pictures", labels={"mean": "Its running mean", "raw": "As it is"},
        more=True, only=PLANAR,
    )  # fmt: skip
    """Switch at any time; nothing is trained again. Numbers stay those of the mean."""

    schedule: Literal["cosine", "constant"] = control(
        "cosine", title="Learning rates", labels={"cosine": "Fade (cosine)", "constant": "Stay"},
        more=True,
    )  # fmt: skip
    """Fade: they fall to a fiftieth by the last step."""

    steps: int = control(2400, title="Rounds", low=50, high=10_000, step=50, more=True)
    """How long the training is. Of the digits, at most 1,500: each takes ten times as long."""

    seeds: int = control(1, title="Races at once", low=1, high=5, more=True, only=PLANAR)
    """So many networks from as many random starts, on other batches. The first is shown; the band
    in “Progress” spans them all."""

    z0: float = control(
        0.5, title="Latent z₁ looked at", low=-3, high=3, step=0.01, more=True,
        only={"data": PLANES},
    )  # fmt: skip
    """Drag the star in “Generator” or “One step” instead. Uniform noise ends at ±1."""

    z1: float = control(
        0.5, title="Latent z₂ looked at", low=-3, high=3, step=0.01, more=True,
        only={"data": PLANES},
    )  # fmt: skip
    """Drag the star in “Generator” or “One step” instead. Uniform noise ends at ±1."""

    @model_validator(mode="after")
    def _can_be_trained(self) -> Config:
        if self.data == "mnist" and self.model != "gan":
            raise ValueError("The digits are there for the GAN only; choose points in the plane.")
        if self.data == "own" and not self.own:
            raise ValueError("Place at least one blob: with none there is nothing to imitate.")
        return self
