"""Design spaces: AnyNet A to E, each a restriction of the last, and RegNet; and RegNet's rule.

Radosavovic et al. (2020), section 3, with smaller numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcore.cnn.design_spaces.network import Net, cost, parameters
from labcore.rng import numpy_generator

SPACES = {
    "A": "AnyNet A: anything goes", "B": "B: one bottleneck ratio",
    "C": "C: and one group width", "D": "D: and widths that grow",
    "E": "E: and depths that grow", "R": "RegNet: widths on a line",
}  # fmt: skip
STAGES, DEEPEST, WIDEST = 3, 3, 64
RATIOS, GROUPS = (1, 2, 4), (1, 2, 4, 8, 16)


class Rule(NamedTuple):
    """RegNet's widths: u_j = w0 + wa j for block j, then the nearest w0 wm^s, in steps of 8.

    line:   u_j, (d,).
    stairs: the widths, (d,).
    """

    line: np.ndarray
    stairs: np.ndarray

    @property
    def stages(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Widths and depths by stage."""
        widths, depths = np.unique(self.stairs, return_counts=True)
        return tuple(map(int, widths)), tuple(map(int, depths))


def rule(w0: float, wa: float, wm: float, depth: int) -> Rule:
    """Equations 2 to 4 of the paper; depth blocks."""
    line = w0 + wa * np.arange(depth)
    power = np.round(np.log(line / w0) / np.log(wm))
    stairs = (np.round(w0 * wm**power / 8) * 8).astype(int)
    return Rule(line, stairs)


def compatible(widths: tuple[int, ...], ratio: float, group: int) -> tuple[int, ...]:
    """Widths rounded so that whole groups fit into them, as torchvision does."""
    inside = [int(width / ratio) for width in widths]
    groups = [min(group, n) for n in inside]
    rounded = [max(g, int(n + g / 2) // g * g) for n, g in zip(inside, groups, strict=True)]
    rounded = [n + g if n < 0.9 * old else n
               for n, g, old in zip(rounded, groups, inside, strict=True)]  # fmt: skip
    return tuple(int(n * ratio) for n in rounded)


def drawn(space: str, random: np.random.Generator) -> Net | None:
    """One network of a space, or None where the draw is not in it.

    Widths are log-uniform, as in the paper; all else is uniform.
    """
    if space == "R":
        depth = int(random.integers(STAGES, STAGES * DEEPEST + 1))
        w0, wa = float(random.integers(1, 5)) * 8, float(random.uniform(2, 20))
        wm = float(random.uniform(1.5, 3))
        widths, depths = rule(w0, wa, wm, depth).stages
        if len(widths) != STAGES or max(widths) > WIDEST:
            return None
    else:
        depths = tuple(map(int, random.integers(1, DEEPEST + 1, STAGES)))
        eighths = np.exp2(random.uniform(0, np.log2(WIDEST / 8 + 1), STAGES)).astype(int)
        widths = tuple(8 * int(n) for n in eighths)
    ratios = tuple(map(int, random.choice(RATIOS, STAGES)))
    groups = tuple(map(int, random.choice(GROUPS, STAGES)))
    if space != "A":
        ratios = ratios[:1] * STAGES
    if space in "CDER":
        groups = groups[:1] * STAGES
    if space in "DE" and list(widths) != sorted(widths):
        return None
    if space == "E" and list(depths) != sorted(depths):
        return None
    return Net(depths, widths, ratios, groups)


def sampled(space: str, number: int, seed: int, target: int) -> Net:
    """The network of this number: the first draw of the space whose cost is near the target.

    Near: from three quarters of it to four thirds, so that spaces are compared at equal cost.
    """
    random = numpy_generator(seed, f"{space}/{number}")
    while True:
        net = drawn(space, random)
        if net and 0.75 <= cost(net) / target <= 4 / 3:
            return net


def numbers(net: Net) -> np.ndarray:
    """A network as a row: depths, widths, ratios, groups (3 each), parameters, multiply–adds."""
    return np.array([*(n for part in net for n in part), parameters(net), cost(net)], np.float32)


def network(row: np.ndarray) -> Net:
    """The network of a row of numbers."""
    depths, widths, ratios, groups = row[:12].astype(int).reshape(4, STAGES).tolist()
    return Net(tuple(depths), tuple(widths), tuple(ratios), tuple(groups))
