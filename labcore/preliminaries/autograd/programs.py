"""Four small programs, run step by step so that each intermediate value can be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labcore.formula import Formula
from labcore.formula.tree import CONSTANTS, Call, Name, Node, Number

if TYPE_CHECKING:
    from labcore.preliminaries.autograd.lesson import Config

NAMES = ("w", "x", "y", "z")
MOST_STEPS = 24
SIGNS = {"*": "×", "-": "−", "neg": "−", "/": "÷"}
OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "+": torch.add, "-": torch.sub, "*": torch.mul, "/": torch.div, "^": torch.pow,
    "neg": torch.neg, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "sinh": torch.sinh,
    "cosh": torch.cosh, "tanh": torch.tanh, "exp": torch.exp, "log": torch.log,
    "sqrt": torch.sqrt, "abs": torch.abs, "min": torch.minimum, "max": torch.maximum,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One tensor of a program: an input, a number, or the result of an operation.

    label:   what it is called in the picture.
    tensor:  its value; its `grad_fn` is its place in PyTorch's graph.
    parents: the steps it was made of.
    """

    label: str
    tensor: Tensor
    parents: tuple[int, ...] = ()


class Tape:
    """The steps of a program in the order in which they ran."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.steps: list[Step] = []
        self.operations = 0

    def leaf(self, label: str, tensor: Tensor) -> int:
        self.steps.append(Step(label, tensor))
        return len(self.steps) - 1

    def apply(self, label: str, operation: Callable[..., Tensor], *parents: int) -> int:
        """Run an operation on earlier steps; its result is detached if the learner asks for it."""
        tensor = operation(*(self.steps[parent].tensor for parent in parents))
        self.operations += 1
        if self.config.cut == "detach" and self.config.cut_at == self.operations:
            tensor = tensor.detach()
        self.steps.append(Step(label, tensor, parents))
        return len(self.steps) - 1

    def inputs(self, names: tuple[str, ...]) -> dict[str, int]:
        """Leaves for some of the four inputs; PyTorch is to find their gradients."""
        values = dict(zip(NAMES, (y for _, y in self.config.inputs), strict=True))
        return {
            name: self.leaf(name, torch.tensor(values[name], dtype=torch.float64).requires_grad_())
            for name in names
        }


def record(config: Config) -> tuple[Step, ...]:
    """Run the chosen program; its last step is the result."""
    tape = Tape(config)
    with torch.set_grad_enabled(config.cut != "no_grad"):
        PROGRAMS[config.program](tape)
    return tuple(tape.steps)


def formula(tape: Tape) -> None:
    """The typed formula, one operation after the other."""
    typed = Formula.parse(tape.config.formula, NAMES)
    at = tape.inputs(tuple(name for name in NAMES if name in typed.uses))
    result = evaluate(typed.tree, tape, at)
    if not tape.steps[result].parents:  # a bare name
        tape.apply("=", torch.clone, result)


def evaluate(node: Node, tape: Tape, at: dict[str, int]) -> int:
    """Run a part of a formula; the step that holds its value."""
    match node:
        case Number(value):
            return tape.leaf(f"{value:g}", torch.tensor(value, dtype=torch.float64))
        case Name(name):
            if name not in at:
                at[name] = tape.leaf(name, torch.tensor(CONSTANTS[name], dtype=torch.float64))
            return at[name]
        case Call("^", (base, Number(exponent))):
            here = evaluate(base, tape, at)
            return tape.apply(f"^{exponent:g}", lambda a: a**exponent, here)
        case Call(of, to):
            parts = [evaluate(part, tape, at) for part in to]
            return tape.apply(SIGNS.get(of, of), OPERATIONS[of], *parts)


def network(tape: Tape) -> None:
    """A network of two inputs, three hidden units and one output, with its squared error."""
    random = torch.Generator().manual_seed(tape.config.seed)
    made = {
        name: torch.randn(*shape, generator=random, dtype=torch.float64).requires_grad_()
        for name, shape in (("W", (3, 2)), ("b", (3,)), ("v", (3,)))
    }
    values = torch.tensor([y for _, y in tape.config.inputs[1:3]], dtype=torch.float64)
    x = tape.leaf("x, y", values.requires_grad_())
    W, b, v = (tape.leaf(name, tensor) for name, tensor in made.items())
    hidden = tape.apply("tanh", torch.tanh, tape.apply("+", torch.add,
                        tape.apply("W·x", torch.mv, W, x), b))  # fmt: skip
    out = tape.apply("v·h", torch.dot, v, hidden)
    target = tape.leaf("z", torch.tensor(tape.config.inputs[3][1], dtype=torch.float64))
    tape.apply("^2", torch.square, tape.apply("−", torch.sub, out, target))


def loop(tape: Tape) -> None:
    """While |v| > 1: v becomes y v if it is positive, z − v if not. Then times w."""
    at = tape.inputs(NAMES)
    v = at["x"]
    for _ in range(5):
        now = float(tape.steps[v].tensor.detach())
        if not abs(now) > 1:
            break
        v = (
            tape.apply("×y", torch.mul, at["y"], v)
            if now > 0
            else tape.apply("z−", torch.sub, at["z"], v)
        )
    tape.apply("×", torch.mul, at["w"], v)


def vector(tape: Tape) -> None:
    """All four inputs in one vector; the result is a vector as well."""
    values = torch.tensor([y for _, y in tape.config.inputs], dtype=torch.float64)
    x = tape.leaf("(w x y z)", values.requires_grad_())
    tape.apply("×", torch.mul, x, tape.apply("sin", torch.sin, x))


PROGRAMS: dict[str, Callable[[Tape], None]] = {
    "formula": formula,
    "network": network,
    "loop": loop,
    "vector": vector,
}
