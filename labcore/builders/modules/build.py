"""From the tree to a real module of PyTorch's, and to code that builds the same."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from labcore.builders.modules.grammar import Part, walk


class Center(nn.Module):
    """A layer without parameters: each row keeps its differences and loses its mean."""

    def forward(self, x: Tensor) -> Tensor:
        return x - x.mean(dim=1, keepdim=True)


class Gain(nn.Module):
    """A layer with a parameter of its own: one number that multiplies all."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x


class Halve(nn.Module):
    """A layer with control flow: how often it halves depends on the batch."""

    def forward(self, x: Tensor) -> Tensor:
        while x.abs().sum() > 1:
            x = x / 2
        return x


class Residual(nn.Module):
    """A block whose input is added to its output."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.net(x)


PLAIN_LAYERS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU,
                "center": Center, "gain": Gain, "halve": Halve}  # fmt: skip
WRITTEN = {
    "center": ("class Center(nn.Module):", "    def forward(self, x):",
               "        return x - x.mean(dim=1, keepdim=True)"),
    "gain": ("class Gain(nn.Module):", "    def __init__(self):", "        super().__init__()",
             "        self.weight = nn.Parameter(torch.ones(1))", "    def forward(self, x):",
             "        return self.weight * x"),
    "halve": ("class Halve(nn.Module):", "    def forward(self, x):",
              "        while x.abs().sum() > 1:", "            x = x / 2", "        return x"),
    "residual": ("class Residual(nn.Module):", "    def __init__(self, *layers):",
                 "        super().__init__()", "        self.net = nn.Sequential(*layers)",
                 "    def forward(self, x):", "        return x + self.net(x)"),
}  # fmt: skip
"""What the exported code says of the classes that PyTorch has not."""


class Builder:
    """Makes modules; where layers are not lazy, it counts along how many numbers arrive."""

    def __init__(self, inputs: int, lazy: bool) -> None:
        self.width, self.lazy = inputs, lazy
        self.named: dict[str, nn.Module] = {}

    def sequential(self, parts: Sequence[Part]) -> nn.Sequential:
        return nn.Sequential(*(self.module(part) for part in parts))

    def module(self, part: Part) -> nn.Module:
        if part.kind == "again":
            self.width = part.count
            return self.named[part.name]
        if part.kind == "linear":
            made = nn.LazyLinear(part.count) if self.lazy else nn.Linear(self.width, part.count)
            self.width = part.count
            if part.name:
                self.named[part.name] = made
            return made
        if part.kind == "residual":
            return Residual(*(self.module(inner) for inner in part.parts))
        if part.kind == "repeat":
            return nn.Sequential(*(self.sequential(part.parts) for _ in range(part.count)))
        return self.sequential(part.parts) if part.kind == "block" else PLAIN_LAYERS[part.kind]()


INITS = {
    "default": "",
    "xavier": "nn.init.xavier_uniform_(module.weight)",
    "he": "nn.init.kaiming_normal_(module.weight)",
    "small": "nn.init.normal_(module.weight, std=0.01)",
    "ones": "nn.init.ones_(module.weight)",
    "sparse": "module.weight.uniform_(-10, 10).mul_(module.weight.abs() >= 5)",
}
"""What is done to the weights of each linear layer, as the exported code has it."""


def initialise(net: nn.Module, weights: str, biases: str, random: torch.Generator) -> None:
    """By rule: weights and biases of every linear layer; other layers keep what they have."""
    for module in net.modules():
        if not isinstance(module, nn.Linear):
            continue
        weight, bias = module.weight, module.bias
        reach = weight.shape[1] ** -0.5
        with torch.no_grad():
            if weights == "xavier":
                nn.init.xavier_uniform_(weight, generator=random)
            elif weights == "he":
                nn.init.kaiming_normal_(weight, generator=random)
            elif weights == "small":
                nn.init.normal_(weight, std=0.01, generator=random)
            elif weights == "ones":
                nn.init.ones_(weight)
            elif weights == "sparse":
                weight.uniform_(-10, 10, generator=random).mul_(weight.abs() >= 5)
            else:
                weight.uniform_(-reach, reach, generator=random)
            if biases == "default":
                bias.uniform_(-reach, reach, generator=random)
            else:
                nn.init.constant_(bias, float(biases == "one"))


class Writer:
    """Writes the code of a tree; names of layers used again come first."""

    def __init__(self, inputs: int, lazy: bool) -> None:
        self.width, self.lazy = inputs, lazy
        self.named: dict[str, str] = {}

    def layer(self, part: Part) -> str:
        if part.kind == "again":
            self.width = part.count
            return part.name
        if part.kind == "linear":
            made = (f"nn.LazyLinear({part.count})" if self.lazy
                    else f"nn.Linear({self.width}, {part.count})")  # fmt: skip
            self.width = part.count
            if part.name:
                self.named[part.name] = made
                return part.name
            return made
        if part.kind == "repeat":
            each = [f"nn.Sequential({self.inner(part.parts)})" for _ in range(part.count)]
            return f"nn.Sequential({', '.join(each)})"
        if part.parts:
            block = "Residual" if part.kind == "residual" else "nn.Sequential"
            return f"{block}({self.inner(part.parts)})"
        made = PLAIN_LAYERS[part.kind].__name__
        return f"{made}()" if part.kind in WRITTEN else f"nn.{made}()"

    def inner(self, parts: Sequence[Part]) -> str:
        return ", ".join(self.layer(part) for part in parts)


def code(parts: Sequence[Part], inputs: int, lazy: bool, weights: str, biases: str) -> list[str]:
    """Lines of PyTorch that build the same module."""
    writer = Writer(inputs, lazy)
    body = [f"    {writer.layer(part)}," for part in parts]
    lines = ["import torch", "from torch import nn", ""]
    for kind in dict.fromkeys(part.kind for part in walk(tuple(parts))):
        lines += [*WRITTEN[kind], ""] if kind in WRITTEN else []
    lines += [f"{name} = {made}" for name, made in writer.named.items()]
    lines += ["net = nn.Sequential(", *body, ")"]
    if lazy:
        lines.append(f"net(torch.randn(4, {inputs}))  # shapes are inferred here")
    rule = [f"        {INITS[weights]}"] if INITS[weights] else []
    if biases != "default":
        rule.append(f"        nn.init.{'zeros' if biases == 'zero' else 'ones'}_(module.bias)")
    if rule:
        lines += ["@torch.no_grad()", "def init(module):", "    if isinstance(module, nn.Linear):",
                  *rule, "net.apply(init)"]  # fmt: skip
    return lines
