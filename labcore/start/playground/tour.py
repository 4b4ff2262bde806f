"""A guided way through the lab."""

from __future__ import annotations

from labcore import TourStep

TOUR = (
    TourStep(
        "Every square is a neuron: it shows what that neuron says of each place of the plane, "
        "orange for yes, blue for no. Lines are weights. Press Train and watch the spiral being "
        "learned; then pull the time line back.",
        settings={}, view="Network",
    ),
    TourStep(
        "Click a neuron to see it large on the plane. Those of the first layer see waves and "
        "straight cuts; those behind them put such pieces together.",
        asks="Look at a neuron of the second hidden layer.",
        done=lambda config: config.layer == 2,
    ),
    TourStep(
        "Its weights are the bars at the right. The purple mark sets one of them: carry it over a "
        "bar and pull: the picture follows at once. The fork in the bar below goes on from there.",
        asks="Set a weight by hand.",
        done=lambda config: config.source >= 0,
    ),
    TourStep(
        "A network without hidden layers can only cut straight. Here it fails at the circle.",
        settings={"data": "circle", "depth": 0, "features": ("x", "y")}, view="Network",
        asks="Solve it without a layer: give it other features.",
        reach="no-layer",
    ),
    TourStep(
        "With layers, the network makes its own features. “Inside” shows how the last hidden "
        "layer has bent the plane, until a straight cut is enough.",
        settings={"data": "circle", "depth": 1, "features": ("x", "y")}, view="Inside",
    ),
    TourStep(
        "Twenty networks, from other first weights. Bright places are those where they disagree: "
        "there, nobody has shown them a point.",
        settings={"members": 20, "data": "moons", "epochs": 80, "features": ("x", "y")},
        view="Together",
    ),
)  # fmt: skip
