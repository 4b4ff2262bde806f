"""A lab that gains from a GPU, for the tests of the GPU slots: wide products, much memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import plotly.graph_objects as go
import torch

import labcore
from labcore import Frame, Lab, Patch, Start, control, device, figures


class Config(labcore.Config):
    kind: Literal["fine", "memory"] = control("fine", title="Kind")
    """Whether it asks for more memory than there is, at frame 3."""

    frames: int = control(20, title="Frames", low=1, high=1000)
    """Training steps."""

    width: int = control(1024, title="Width", low=8, high=4096)
    """Units of each layer."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    where = device.here()
    made = torch.Generator().manual_seed(config.seed)
    weights = [
        (torch.randn(config.width, config.width, generator=made) / config.width**0.5)
        .to(where)
        .requires_grad_()
        for _ in range(3)
    ]
    x = torch.randn(256, config.width, generator=made).to(where)
    optimizer = torch.optim.Adam(weights, lr=1e-3)
    hoard = []
    for step in range(config.frames):
        hidden = x
        for weight in weights:
            hidden = torch.tanh(hidden @ weight)
        loss = hidden.square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        while step == 3 and config.kind == "memory":
            hoard.append(torch.ones(2**28, device=where))
        yield Frame(step, {"loss": loss.item(), "cuda": float(where.type == "cuda")})


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    traces = [figures.line("loss", "loss", "model")]
    return {"main": figures.panel(traces, x="step", y="loss", alt="A falling loss.")}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    return {"main": {"append": {"loss": {"x": [frame.step], "y": [frame["loss"]]}}}}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    return {"Loss": f"{frame['loss']:.6f}"}


LAB = Lab(
    slug="heavy",
    title="Heavy",
    question="What does a GPU gain?",
    tip="Used by the tests of the GPU slots.",
    covers=(),
    config=Config,
    length=lambda config: config.frames,
    quick={"frames": 3, "width": 64},
    references=(),
    presets=(),
    challenges=(),
)
