"""The controls."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import model_validator

import labcore
from labcore import control
from labcore.reinforcement.q_learning.grid import check_cells

Rules = Literal["q", "sarsa", "expected", "double", "n_step", "lambda", "dyna", "monte_carlo"]
RULES: tuple[str, ...] = get_args(Rules)
NAMES = {
    "q": "Q-learning",
    "sarsa": "SARSA",
    "expected": "Expected SARSA",
    "double": "Double Q",
    "n_step": "n-step SARSA",
    "lambda": "Q(λ)",
    "dyna": "Dyna-Q",
    "monte_carlo": "Monte Carlo",
}

WORLDS = ("own", "lake4", "lake8", "cliff", "taxi")
FROM_GYMNASIUM = WORLDS[1:]

ROOMS = (
    "S.......",
    ".###.P..",
    "...#....",
    "..P#....",
    "...###..",
    ".....P..",
    ".###...G",
    "........",
)

PLACES = ("red", "green", "yellow", "blue")
LAYERS: tuple[str, ...] = (
    "follow",
    *(f"{a}-{b}" for a in ("taxi", *PLACES) for b in PLACES if a != b),
)
Layer = Literal[
    "follow", "taxi-red", "taxi-green", "taxi-yellow", "taxi-blue", "red-green", "red-yellow",
    "red-blue", "green-red", "green-yellow", "green-blue", "yellow-red", "yellow-green",
    "yellow-blue", "blue-red", "blue-green", "blue-yellow",
]  # fmt: skip


LIVES = 30
"""How many lives each compared agent lives."""


class Config(labcore.Config):
    """A world, and an agent that finds out what pays in it."""

    world: Literal["own", "lake4", "lake8", "cliff", "taxi"] = control(
        "own",
        title="World",
        labels={
            "own": "Your own grid",
            "lake4": "FrozenLake 4 × 4",
            "lake8": "FrozenLake 8 × 8",
            "cliff": "CliffWalking",
            "taxi": "Taxi",
        },
    )
    """Where the agent lives. All but the first are Gymnasium’s, unchanged."""

    brush: Literal["#", ".", "S", "G", "P", "c", "L", "u", "d", "l", "r", "A", "B", "look"] = (
        control(
            "#",
            title="Brush",
            labels={
                "#": "Wall",
                ".": "Floor",
                "S": "Start",
                "G": "Goal (+1, the end)",
                "P": "Pit (−1, the end)",
                "c": "Coin, paid at each visit",
                "L": "Lottery (+1 or −1)",
                "u": "Wind up",
                "d": "Wind down",
                "l": "Wind left",
                "r": "Wind right",
                "A": "Portal in",
                "B": "Portal out",
                "look": "None: only look",
            },
            only={"world": ("own",)},
        )
    )
    """What a press on the grid paints. The agent goes on learning in the changed world."""

    agent: Rules = control("q", title="Agent", labels=NAMES)
    """How it learns from what happens."""

    alpha: float = control(0.3, title="Learning rate α", low=0.01, high=1, log=True)
    """How far a value moves towards its target at each update."""

    epsilon: float = control(0.1, title="Exploration ε", low=0, high=1, step=0.01)
    """How often the agent acts at random instead of doing what it thinks best."""

    agents: tuple[Rules, ...] = control(
        ("q", "sarsa", "expected", "dyna"), title="Agents compared", labels=NAMES
    )
    """Each lives 30 lives, with other random numbers, beside the agent above."""

    pace: Literal["spread", "episode", "step", "replay"] = control(
        "spread",
        title="Show",
        labels={
            "spread": "The whole training",
            "episode": "Every episode",
            "step": "Every update",
            "replay": "One episode again",
        },
    )
    """What one frame is. The training itself stays the same."""

    gamma: float = control(0.95, title="Discount γ", low=0, high=0.99, step=0.01, more=True)
    """What a reward is worth if it comes one step later."""

    episodes: int = control(300, title="Episodes", low=50, high=2000, step=50, more=True)
    """How long the training is."""

    episode: int = control(
        1, title="Episode shown again", low=1, high=2000, more=True, only={"pace": ("replay",)}
    )
    """Which episode is shown step by step; the last, if there are fewer."""

    n: int = control(4, title="Steps n", low=1, high=20, more=True, only={"agent": ("n_step",)})
    """How many real rewards n-step SARSA waits for."""

    trace: float = control(
        0.8, title="Trace λ", low=0, high=1, step=0.05, more=True, only={"agent": ("lambda",)}
    )
    """How strongly earlier steps hear the news in Q(λ)."""

    planning: int = control(
        10, title="Planning steps", low=0, high=50, more=True, only={"agent": ("dyna",)}
    )
    """How many remembered steps Dyna-Q learns from again after each real one."""

    decay: float = control(1.0, title="ε decay", low=0.9, high=1, step=0.005, more=True)
    """After each episode ε is multiplied by this."""

    omega: float = control(0.0, title="α decay ω", low=0, high=1, step=0.05, more=True)
    """The learning rate of a pair is α / visits^ω. Values are sure to settle only if ½ < ω ≤ 1."""

    first: float = control(0.0, title="First value of every Q", low=-1, high=2, step=0.1, more=True)
    """What the agent believes of every action at first. High hopes make it explore."""

    slip: float = control(
        0.0, title="Slip", low=0, high=0.8, step=0.05, more=True, only={"world": ("own",)}
    )
    """How often a step goes sideways instead, to the left or to the right."""

    step_cost: float = control(
        0.01, title="Cost of a step", low=0, high=0.5, step=0.01, more=True,
        only={"world": ("own",)},
    )  # fmt: skip
    """What each step takes away, wherever it leads."""

    coin: float = control(
        0.2, title="Coin", low=0, high=1, step=0.05, more=True, only={"world": ("own",)}
    )
    """What each visit to a coin pays. It is never used up."""

    slippery: bool = control(False, title="Slippery", more=True, only={"world": FROM_GYMNASIUM})
    """Gymnasium’s own random variant: slippery ice, a slippery cliff, a taxi in the rain."""

    layer: Layer = control(
        "follow", title="Passenger – destination", more=True, only={"world": ("taxi",)},
        labels={"follow": "Where the agent is"} | {
            name: name.replace("-", " → ") for name in LAYERS[1:]
        },
    )  # fmt: skip
    """Which 25 of Taxi’s 500 states are shown: where the passenger waits, where the trip goes."""

    measure: Literal["rms", "max", "bias"] = control(
        "rms", title="Error compared", more=True,
        labels={"rms": "RMS of V − V*", "max": "Largest |V − V*|", "bias": "Mean of V − V*"},
    )  # fmt: skip
    """How the comparison measures the distance to the exact values."""

    field: Literal["return", "rms"] = control(
        "return", title="Fields show", more=True,
        labels={"return": "Mean return so far", "rms": "RMS error of the values"},
    )  # fmt: skip
    """What the maps of settings show."""

    cells: str = control(
        "/".join(ROOMS), title="The grid as text", high=208, more=True, only={"world": ("own",)}
    )
    """Rows joined by “/”: . floor, # wall, S start, G goal, P pit, c coin, L lottery, u d l r wind,
    A portal in, B portal out."""

    moves: str = control("", title="Your moves", high=200, more=True)
    """What you played: u, d, l, r; in the taxi also p (pick up) and o (drop off)."""

    @model_validator(mode="after")
    def _a_world_to_live_in(self) -> Config:
        check_cells(self.cells)
        unknown = sorted(set(self.moves) - set("udlrpo"))
        if unknown:
            raise ValueError(
                f"Your moves: “{unknown[0]}” is no move; there is u, d, l, r, p and o."
            )
        return self
