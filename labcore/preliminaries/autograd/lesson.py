"""Backpropagation one node at a time, over the graph that PyTorch has really recorded.

Each operation leaves a node in the graph, its `grad_fn`, which knows how to turn the gradient of
its result into those of what it was made of. The time line runs the program, then walks back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import torch
from pydantic import field_validator
from torch import Tensor

import labcore
from labcore import Frame, PointList, Start, control
from labcore.formula import Formula
from labcore.preliminaries.autograd.programs import MOST_STEPS, NAMES, Step, record

SHOWN = 4
"""Entries of a tensor that are kept for the picture."""


class Config(labcore.Config):
    """A program, its inputs, and what is done to its graph."""

    program: Literal["formula", "network", "loop", "vector"] = control(
        "formula",
        title="Program",
        labels={
            "formula": "A formula you type", "network": "A small network and its loss",
            "loop": "A loop with an if", "vector": "A vector result",
        },
    )  # fmt: skip
    """What is computed, and then walked back through."""

    formula: str = control(
        "z (x y + sin(x))", title="Formula of w, x, y, z", high=80, only={"program": ("formula",)}
    )
    """With + − * / ^, brackets, sin, cos, exp, log, tanh, sqrt, min, max and the like."""

    cut: Literal["none", "detach", "no_grad"] = control(
        "none",
        title="Recording",
        labels={"none": "All is recorded", "detach": "Detach one result",
                "no_grad": "Under no_grad"},
    )  # fmt: skip
    """Detaching keeps a value and forgets where it came from; no_grad records nothing at all."""

    cut_at: int = control(1, title="Detached operation", low=1, high=12, only={"cut": ("detach",)})
    """Which operation's result is detached, counted as they run."""

    again: Literal["once", "twice", "retained"] = control(
        "once",
        title="backward()",
        labels={"once": "Called once", "twice": "Called twice",
                "retained": "Twice, graph retained"},
    )  # fmt: skip
    """A second call finds the graph freed, unless it was retained; then gradients add up."""

    seed_gradient: float = control(
        1.0, title="Gradient put in at the result", low=-3, high=3, step=0.1, more=True
    )
    """What the walk back starts with. Of a vector result, each entry gets it."""

    inputs: PointList = control(
        ((0.0, 0.5), (1.0, 1.2), (2.0, -0.8), (3.0, 1.5)),
        title="Inputs w, x, y, z", x=(0, 3), y=(-3, 3), least=4, most=4, more=True,
    )  # fmt: skip
    """Their values; pull them in the picture."""

    @field_validator("formula")
    @classmethod
    def _can_be_drawn(cls, text: str) -> str:
        formula = Formula.parse(text, NAMES)
        if not formula.uses:
            raise ValueError("It uses none of w, x, y, z: there is no gradient to find.")
        steps = len(record(cls.model_construct(formula=text)))
        if steps > MOST_STEPS:
            raise ValueError(f"It has {steps} steps; at most {MOST_STEPS} can be drawn.")
        return text


def topological(root: Any) -> list[Any]:
    """The nodes below a node of PyTorch's graph, each before all that it leads to."""
    seen, order = set(), []

    def visit(node: Any) -> None:
        if node is None or node in seen:
            return
        seen.add(node)
        for parent, _ in node.next_functions:
            visit(parent)
        order.append(node)

    visit(root)
    return order[::-1]


def walk_back(result: Tensor, gradient: Tensor) -> Iterator[tuple[Any, dict[Any, Tensor]]]:
    """What `backward` does: each node turns the gradient of its result into those of its inputs.

    Yields:
        The node that has just been visited, and the gradients that have arrived so far, by node.
        A node is visited when all that use its result have been: only then is its sum complete.
    """
    if result.grad_fn is None:
        return
    arrived: dict[Any, Tensor] = {result.grad_fn: gradient}
    for node in topological(result.grad_fn):
        if not node.name().endswith("AccumulateGrad"):  # a leaf: it only collects
            passed_on = node(arrived[node])
            passed_on = passed_on if isinstance(passed_on, tuple) else (passed_on,)
            for (parent, _), share in zip(node.next_functions, passed_on, strict=True):
                if parent is not None:
                    arrived[parent] = arrived[parent] + share if parent in arrived else share
        yield node, dict(arrived)


def node_of(step: Step) -> Any:
    """A step's place in PyTorch's graph; a leaf's is where its gradient is collected."""
    tensor = step.tensor
    if tensor.requires_grad and tensor.is_leaf:
        return torch.autograd.graph.get_gradient_edge(tensor).node
    return tensor.grad_fn


def call_backward(config: Config) -> tuple[dict[int, Tensor], str]:
    """Call `backward()` as often as asked: the gradients of the leaves, and what PyTorch says."""
    steps = record(config)
    result = steps[-1].tensor
    weight = torch.full_like(result, config.seed_gradient)
    said = ""
    try:
        result.backward(weight, retain_graph=config.again == "retained")
        if config.again != "once":
            result.backward(weight)
    except RuntimeError as error:
        said = str(error).partition(".")[0].partition("(")[0].strip()
    grads = {i: s.tensor.grad for i, s in enumerate(steps) if s.tensor.is_leaf}
    return {i: grad for i, grad in grads.items() if grad is not None}, said


def by_differences(config: Config, h: float = 1e-6) -> np.ndarray:
    """The gradient of w, x, y, z by central differences: (4,), with no graph at all."""
    plain = config.model_copy(update={"cut": "none"})
    slopes = np.zeros(4)
    for i, (place, value) in enumerate(config.inputs):
        ends = []
        for there in (value + h, value - h):
            moved = (*config.inputs[:i], (place, there), *config.inputs[i + 1 :])
            with torch.no_grad():
                steps = record(plain.model_copy(update={"inputs": moved}))
            ends.append(float(steps[-1].tensor.detach().sum()))
        slopes[i] = config.seed_gradient * (ends[0] - ends[1]) / (2 * h)
    return slopes


def of_inputs(config: Config, steps: tuple[Step, ...], grads: dict[int, Tensor]) -> np.ndarray:
    """The gradients that the four inputs have: (4,), not-a-number where one has none."""
    found = np.full(4, np.nan)
    for i, step in enumerate(steps):
        if i not in grads:
            continue
        if step.label in NAMES and step.tensor.ndim == 0:
            found[NAMES.index(step.label)] = float(grads[i])
        elif step.label == "x, y":
            found[1:3] = grads[i].numpy()
        elif step.label == "(w x y z)":
            found[:] = grads[i].numpy()
    return found


def entries(tensors: list[Tensor | None]) -> np.ndarray:
    """The first entries of some tensors: (n, SHOWN), not-a-number where there are none."""
    rows = np.full((len(tensors), SHOWN), np.nan, np.float32)
    for row, tensor in zip(rows, tensors, strict=True):
        if tensor is not None:
            flat = tensor.detach().reshape(-1)[:SHOWN].numpy()
            row[: len(flat)] = flat
    return rows


def observations(config: Config) -> list[Frame]:
    """All frames: one for each step of the program, then one for each node on the way back."""
    steps = record(config)
    nodes = [node_of(step) for step in steps]
    values = entries([step.tensor for step in steps])
    grads, said = call_backward(config)
    common = {
        "value": values, "size": np.array([s.tensor.numel() for s in steps], np.int32),
        "recorded": np.array([node is not None for node in nodes]),
        "by_autograd": of_inputs(config, steps, grads).astype(np.float32),
        "by_differences": by_differences(config).astype(np.float32),
    }  # fmt: skip
    nothing, unseen = entries([None] * len(steps)), np.zeros(len(steps), bool)
    frames = [
        Frame(i, {**common, "done": i + 1, "now": i, "gradient": nothing, "visited": unseen},
              checkpoint={})
        for i in range(len(steps))
    ]  # fmt: skip
    result = steps[-1].tensor
    weight = torch.full_like(result, config.seed_gradient)
    visited = unseen.copy()
    for node, arrived in walk_back(result, weight):
        here = nodes.index(node)
        visited[here] = True
        gradient = entries([arrived.get(node) if node else None for node in nodes])
        values = {**common, "done": len(steps), "now": here, "gradient": gradient,
                  "visited": visited.copy()}  # fmt: skip
        frames.append(Frame(len(frames), values, checkpoint={}))
    while len(frames) < 5:
        frames.append(Frame(len(frames), frames[-1].values, checkpoint={}))
    last = frames[-1]
    frames[-1] = Frame(last.step, last.values, note=trouble(config, result, said), checkpoint={})
    return frames


def trouble(config: Config, result: Tensor, said: str) -> str:
    """What PyTorch refused, or what stays without a gradient, in a sentence."""
    if result.grad_fn is None:
        why = "no_grad" if config.cut == "no_grad" else "the detached result"
        return f"Nothing is recorded behind the result because of {why}; PyTorch says: {said}."
    if said:
        return f"The second backward() fails: {said}. The first one has freed the graph."
    if config.again == "retained":
        return "Two calls: each leaf’s grad holds the sum of both, twice the gradient."
    if not torch.isfinite(result).all():
        return "The result is not finite: some operation has no value here."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The program forward, then the walk back."""
    yield from observations(config)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same place of the time line with other inputs; a loop may have become shorter."""
    frames = observations(config)
    return frames[min(start.step, len(frames) - 1) if start else -1]
