"""The controls of the lab on design spaces."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control
from labcore.cnn.design_spaces.spaces import SPACES

ERRORS, WIDTHS = "Errors", "Widths"
Space = Literal["A", "B", "C", "D", "E", "R"]
SHORT = {name: "RegNet" if name == "R" else name for name in SPACES}
DEEP, WIDE = 30, 800
"""Blocks and channels the rule goes up to."""


class Config(labcore.Config):
    """Which spaces networks are drawn from, how they are trained, and what is looked at."""

    spaces: tuple[Space, ...] = control(
        ("A", "B", "C", "D", "E", "R"), title="Spaces", labels=SHORT, views=(ERRORS,)
    )
    """A: anything goes. B: one bottleneck ratio for all stages. C: and one group width. D: and
    widths that grow. E: and depths that grow. RegNet: B and C, with widths on a line."""

    nets: int = control(10, title="Networks of each", low=2, high=14, views=(ERRORS,))
    """Drawn at random from each space, near the same cost. More of them, narrower bands; below five
    there are none."""

    steps: int = control(30, title="Training steps", low=10, high=60, step=5, views=(ERRORS,))
    """Of 64 images each. All networks see the same ones."""

    first: Space = control("A", title="Compare", labels=SHORT, views=(ERRORS,))
    """Its curve has a band."""

    second: Space = control("R", title="With", labels=SHORT, views=(ERRORS,))
    """Its curve has a band, too."""

    shown: Space = control("C", title="Networks from", labels=SHORT, views=(WIDTHS,))
    """Whose block widths are drawn: the best third and the worst third."""

    wm: float = control(2.54, title="Step of widths w_m", low=1.5, high=3, step=0.01,
                        views=(WIDTHS,))  # fmt: skip
    """Each stage is about so many times as wide as the last."""

    depth: int = control(22, title="Blocks d", low=2, high=DEEP, views=(WIDTHS,))
    """Of the network that the rule makes."""

    group: Literal["1", "8", "16", "24", "40", "48"] = control(
        "16", title="Group width g", views=(WIDTHS,)
    )
    """Widths are rounded so that whole groups fit."""

    w0: int = control(24, title="Width w₀ of the line’s start", low=8, high=256, step=8,
                      unit="channels", more=True)  # fmt: skip
    """Drag the left end of the line instead."""

    end: int = control(538, title="Width of the line’s end", low=8, high=WIDE, unit="channels",
                       more=True)  # fmt: skip
    """Drag the right end of the line instead; the slope w_a follows."""

    pick_x: float = control(5.0, title="Picked: space", low=-0.5, high=5.5, step=0.01, more=True)
    """Click a network instead; 0 is A, 5 is RegNet."""

    pick_y: float = control(30.0, title="Picked: error", low=0, high=100, step=0.1, unit="%",
                            more=True)  # fmt: skip
    """Click a network instead."""

    target: Literal["150", "200", "300"] = control(
        "150", title="Cost", more=True, unit="thousand multiply–adds"
    )
    """For one image. Networks cost between three quarters and four thirds of it."""

    lr: float = control(0.15, title="Learning rate η", low=0.02, high=0.6, log=True, more=True)
    """The highest; it rises on a tenth of the steps and falls along a cosine."""


OBSERVED = ("first", "second", "shown", "wm", "depth", "group", "w0", "end", "pick_x", "pick_y")
"""What only changes the view of what was trained."""
