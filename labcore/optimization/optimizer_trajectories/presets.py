"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset

PRESETS = (
    Preset(
        "One rate, two fates",
        "η is a little above 2/κ: SGD is thrown out of the ravine. Momentum, with the same η, "
        "stays, for its bound is 2(1+β)/κ.",
        {"lr": 0.075, "optimizers": ("sgd", "momentum"), "steps": 100},
    ),
    Preset(
        "The edge, measured",
        "Each row of the map is a ravine of another κ, each column another η. The dotted line is "
        "η = 2/κ, from theory; the colours are 9,216 races.",
        {"racer": "sgd", "map_y": "condition", "optimizers": ("sgd",), "lr": 0.05},
    ),
    Preset(
        "The gift is gone",
        "The same ravine, turned by 45°. Momentum does not notice. RMSProp and Adam scale each "
        "coordinate, and now no coordinate lies along the valley.",
        {"surface": "ravine", "condition": 100, "lr": 0.02, "momentum": 0.8,
         "optimizers": ("momentum", "adagrad", "rmsprop", "adam"), "lr_adaptive": 0.1},
    ),
    Preset(
        "Two momentums, one schedule",
        "Until the schedule divides η by 10, PyTorch’s momentum and Polyak’s are one path. Then "
        "PyTorch’s ball brakes at once; Polyak’s keeps the speed it gained at the old η.",
        {"optimizers": ("momentum", "polyak"), "schedule": "multi_step", "lr": 0.05,
         "momentum": 0.9},
        view="Schedule",
    ),
    Preset(
        "The noise floor",
        "Noise keeps both above a floor that no fixed η gets through. Momentum shakes several "
        "times higher, for it remembers the noise as well; a smaller η lowers both.",
        {"optimizers": ("sgd", "momentum"), "noise": 1.0, "band": True, "lr": 0.03,
         "momentum": 0.9, "steps": 250},
    ),
    Preset(
        "Draw your way through the noise",
        "A schedule that starts high and ends low has both: a quick way down and a low floor. "
        "Drag its points and watch the end of the race.",
        {"optimizers": ("sgd", "momentum"), "noise": 1.0, "lr": 0.03, "schedule": "drawn",
         "steps": 250, "drawn": ((0.0, 1.0), (0.4, 1.0), (0.7, 0.2), (1.0, 0.0))},
        view="Schedule",
    ),
    Preset(
        "RMSProp’s relapse",
        "At the minimum gradients fade, and with them the mean of their squares that each step is "
        "divided by. Watch the effective η climb, until a tiny gradient makes a leap.",
        {"optimizers": ("rmsprop", "adam"), "lr_adaptive": 0.2, "beta2": 0.95,
         "racer": "rmsprop"},
        view="Steps",
    ),
    Preset(
        "Adam’s two dials",
        "The map now shows Adam: η across, β₂ up. A wide bright field: Adam forgives much that "
        "momentum does not.",
        {"racer": "adam", "map_y": "beta2", "surface": "rosenbrock", "x0": -1.5, "y0": -1.0,
         "optimizers": ("adam", "adamw", "yogi"), "lr_adaptive": 0.15, "beta2": 0.9},
    ),
    Preset(
        "Who leaves the saddle first?",
        "A hair beside the ridge the way down is almost flat. Racers that divide by the size of "
        "the gradient set out at once; SGD slides to the saddle first and lingers there.",
        {"surface": "saddle", "x0": -2.5, "y0": 0.01, "lr": 0.05, "lr_adaptive": 0.1, "steps": 80},
    ),
    Preset(
        "Rosenbrock’s banana",
        "All are in the bent valley soon. Then its floor is nearly flat: Adam follows the bend, "
        "momentum shoots past the minimum and has to creep back.",
        {"surface": "rosenbrock", "x0": -1.5, "y0": -1.0, "lr": 0.0003, "momentum": 0.9,
         "lr_adaptive": 0.1, "beta2": 0.9},
    ),
    Preset(
        "Curvature sees round the bend",
        "Newton’s method, told the curvature, needs a few steps along the banana; L-BFGS guesses "
        "it from its own steps. Plain gradients crawl.",
        {"surface": "rosenbrock", "x0": -1.5, "y0": 2.0, "lr": 0.0003, "momentum": 0.9,
         "optimizers": ("momentum", "adam", "lbfgs", "newton"), "lr_own": 0.5, "steps": 80},
        view="3-D",
    ),
    Preset(
        "Newton likes tops as well",
        "From the middle of Himmelblau’s hills Newton’s method climbs to the top and rests there: "
        "it looks for slope zero, not for less loss. Its map of starts is frayed without end.",
        {"surface": "himmelblau", "racer": "newton", "optimizers": ("adam", "lbfgs", "newton"),
         "x0": 0.0, "y0": 0.0, "steps": 40, "lr_adaptive": 0.3},
        view="Basins",
    ),
    Preset(
        "Momentum stirs the basins",
        "Which of four minima momentum reaches hangs on the start in bands: it rolls through one "
        "basin into the next. Choose SGD under More and compare.",
        {"surface": "himmelblau", "racer": "momentum", "momentum": 0.9, "lr": 0.005,
         "optimizers": ("sgd", "momentum", "adam"), "x0": 0.7, "y0": -0.1},
        view="Basins",
    ),
    Preset(
        "A plateau",
        "Where the slope is almost nothing, a multiple of it is almost nothing. Momentum gathers "
        "speed, Adam walks at its own pace. The map shows where SGD may start, for each η.",
        {"surface": "plateau", "racer": "sgd", "map_y": "y0", "lr": 0.1, "momentum": 0.9,
         "optimizers": ("sgd", "momentum", "adagrad", "adam"), "x0": -2.2, "y0": 2.2},
    ),
    Preset(
        "How much noise does Adam bear?",
        "The map now sets η against the strength of the noise: a smaller η averages over more "
        "steps, and settles lower.",
        {"racer": "adam", "map_x": "rate", "map_y": "noise", "noise": 1.0,
         "optimizers": ("rmsprop", "adam"), "lr_adaptive": 0.1},
    ),
    Preset(
        "Your own formula",
        "A slanted double well. Type another; the map of starts shows which well each start "
        "leads to.",
        {"surface": "formula", "x0": 1.8, "y0": 2.0, "momentum": 0.9, "lr": 0.1,
         "optimizers": ("sgd", "momentum", "adam")},
        view="Basins",
    ),
    Preset(
        "A real network",
        "The same rules move the 760 weights of a network that learns to read digits. In the end "
        "all read nearly every image rightly, yet from different places.",
        {"surface": "network", "lr": 0.3, "lr_adaptive": 0.02, "steps": 150},
    ),
    Preset(
        "Thrown to flatter ground",
        "The first weights are too steep for this η: λmax is above the dotted 2/η. SGD is not "
        "lost, as it would be in a ravine; it is thrown about until it finds flatter ground.",
        {"surface": "network", "lr": 1.5, "momentum": 0.5, "lr_adaptive": 0.02, "steps": 200,
         "optimizers": ("sgd", "momentum", "adam")},
        view="Sharpness",
    ),
    Preset(
        "Eight images at a time",
        "Each step sees 8 of the 500 images, the same for all. Paths tremble, yet the loss of all "
        "500 falls nearly as fast, for a sixtieth of the work a step.",
        {"surface": "network", "batch": "8", "lr": 0.2, "lr_adaptive": 0.02, "steps": 200},
    ),
)  # fmt: skip
