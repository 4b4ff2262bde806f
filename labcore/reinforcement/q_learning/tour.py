"""A guided way from one update to an agent that does what it is paid for."""

from __future__ import annotations

from labcore import TourStep
from labcore.reinforcement.q_learning.presets import COIN_ROAD

TOUR = (
    TourStep(
        "An agent walks this grid and knows nothing. One frame is one update of one number: what "
        "it expects from one action in one cell. The formula below shows the update.",
        {"pace": "step", "epsilon": 0.2},
        "World",
    ),
    TourStep(
        "News travels backwards: a cell can only learn from the next one. A discount γ makes far "
        "rewards worth less.",
        {},
        "World",
        "Set γ (under More) to 0.6 or less, and see how little of the goal is felt far away.",
        lambda config: config.gamma <= 0.6,
    ),
    TourStep(
        "On the cliff the shortest way runs along the edge. Q-learning learns the value of the "
        "best way; SARSA learns the value of the way it really walks, stumbles included.",
        {"world": "cliff", "alpha": 0.5, "gamma": 0.99, "agents": ("q", "sarsa", "expected")},
        "Compare",
        "Let them explore hardly at all: ε of 0.02 or less. Where is the difference now?",
        lambda config: config.epsilon <= 0.02,
    ),
    TourStep(
        "A real step is dear, a remembered one is free. Dyna-Q replays what it remembers after "
        "each real step.",
        {"agent": "dyna", "agents": ("q", "dyna"), "planning": 0, "episodes": 100},
        "Compare",
        "Give it 20 planning steps or more (under More).",
        lambda config: config.planning >= 20,
    ),
    TourStep(
        "The goal pays 1 once. The coin pays 0.2 at each visit and is never used up. The agent "
        "does what is paid, not what was meant.",
        {"cells": COIN_ROAD, "epsilon": 0.3, "episodes": 500},
        "World",
        "Pay less for the coin, 0.02 or nothing at all, and see the agent go to the goal.",
        lambda config: config.coin <= 0.02,
    ),
    TourStep(
        "Play yourself: arrow keys or the buttons on the view “Play”. The agent meets the same "
        "slips as you.",
        {"brush": "look"},
        "Play",
        "Reach the goal and earn no less than the trained agent.",
        reach="duel",
    ),
)  # fmt: skip
