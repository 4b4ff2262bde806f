"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset

LOTTERY_HALL = "LLL######/LLLS....G/LLL######"
MAZE = "........G/........./........./.########/........./...S....."
COIN_ROAD = "S......./.######./.#....#./.#.c..#./.#....#./.##..##./......../.......G"
WINDY = "....uuu.../....uuu.../....uuu.../S...uuu.G./....uuu.../....uuu.../....uuu..."

PRESETS = (
    Preset(
        "Along the cliff’s edge",
        "Q-learning learns the shortest way, right along the edge, and while it explores it keeps "
        "falling. SARSA counts its own stumbles in and keeps away. Which earns more, and which "
        "would if both stopped exploring?",
        {"world": "cliff", "alpha": 0.5, "gamma": 0.99, "agents": ("q", "sarsa", "expected")},
        view="Compare",
    ),
    Preset(
        "A lottery that looks good",
        "Each ticket loses 0.1 on average. Q-learning takes the best of several lucky guesses for "
        "the truth and lingers in the hall; Double Q lets one table choose and the other judge. "
        "On the right: how much too hopeful each is.",
        {"cells": LOTTERY_HALL, "step_cost": 0.1, "alpha": 0.5, "epsilon": 0.3, "measure": "bias",
         "agents": ("q", "double"), "episodes": 500},
        view="Compare",
    ),
    Preset(
        "Dreams are cheap",
        "In a maze a step is dear and memory is free. Dyna-Q replays 20 remembered steps after "
        "each real one, and traces tell a whole way at once; plain Q-learning moves one cell.",
        {"cells": MAZE, "alpha": 0.1, "planning": 20, "episodes": 100, "agent": "dyna",
         "agents": ("q", "n_step", "lambda", "dyna")},
        view="Compare",
    ),
    Preset(
        "Paid to go round",
        "The goal pays 1 once; the coin pays 0.2 at each visit and is never used up. The agent "
        "does what is paid, not what was meant. Change γ, the coin, or the walls.",
        {"cells": COIN_ROAD, "epsilon": 0.3, "episodes": 500},
    ),
    Preset(
        "Nothing to learn from",
        "On the large lake only the goal pays, so there is no news until chance finds it. More "
        "exploration hardly helps. Then give every Q a first value of 1, under More: hope makes "
        "the agent try everything.",
        {"world": "lake8", "agents": ("q", "n_step", "dyna")},
    ),
    Preset(
        "Slippery ice",
        "Two steps in three go sideways. The best way points at walls and away from holes: look "
        "at the arrows. With a fixed α the values shake for ever; here α falls with the visits.",
        {"world": "lake4", "slippery": True, "alpha": 1.0, "omega": 0.5, "epsilon": 0.3,
         "episodes": 2000, "agents": ("q", "expected", "double")},
    ),
    Preset(
        "One update at a time",
        "Every update of the first 250 steps. Nothing is known until the goal or a pit is met; "
        "then that news creeps back one cell an episode. The formula has the numbers.",
        {"pace": "step", "epsilon": 0.2},
    ),
    Preset(
        "A map of settings",
        "A thousand agents, each with its own α, γ and ε, learn beside the one on the grid. Drag "
        "the ring to a better place.",
        {"world": "cliff", "agent": "sarsa", "alpha": 0.1, "agents": ("q", "sarsa")},
        view="Fields",
    ),
    Preset(
        "Taxi",
        "500 states: 25 cells, five places for the passenger, four destinations. The map follows "
        "the trip. The disc in each cell is the choice to pick up (above) or drop off (below).",
        {"world": "taxi", "agent": "dyna", "alpha": 0.5, "gamma": 0.9, "epsilon": 0.05,
         "agents": ("q", "dyna")},
    ),
    Preset(
        "Against the wind",
        "In three columns the wind lifts each step by one cell. Play it yourself with the arrow "
        "keys, then look how the agent does it.",
        {"cells": WINDY, "agent": "sarsa", "alpha": 0.5, "agents": ("q", "sarsa", "n_step")},
        view="Play",
    ),
)  # fmt: skip
