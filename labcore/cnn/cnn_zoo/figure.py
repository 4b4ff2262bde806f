"""Panels, what each frame moves, and the numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, shown
from labcore.cnn.cnn_zoo.block_view import (
    draw_field,
    draw_inside,
    field_panel,
    inside_panel,
    place,
)
from labcore.cnn.cnn_zoo.config import Config, channels, chosen
from labcore.cnn.cnn_zoo.lesson import BATCH, counted
from labcore.cnn.cnn_zoo.net_view import big, draw_net, net_panel, spoken
from labcore.cnn.cnn_zoo.nets import NAMES
from labcore.cnn.cnn_zoo.small import RACERS
from labcore.cnn.cnn_zoo.table_view import (
    costs_panel,
    draw_costs,
    draw_race,
    published_panel,
    race_panels,
)

GRABS = (Grab("net", "mark", "picked", "", "Layer picked"),
         Grab("field", "corner", "side", "", "Size of the image"))  # fmt: skip
VIEWS = {"Walk": ("net", "inside"), "Field": ("net", "field"), "Compare": ("published", "costs"),
         "Race": ("bubbles", "race")}  # fmt: skip
TELLS = {
    "Walk": ("Layer", "Output", "Parameters", "Multiply–adds", "Activations", "Receptive field",
             "Side of the output", "Parameters of a convolution", "Multiply–adds of a convolution",
             "Parameters of a dense layer", "Activations of a layer"),
    "Field": ("Layer", "Output", "Receptive field", "All parameters", "All multiply–adds",
              "All activations", "Side of the output"),
    "Compare": ("Network", "All parameters", "All multiply–adds", "All activations"),
    "Race": ("Spent by each", "Ahead", "Images of the leader", "Ahead on test images",
             "Equal cost"),
}  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All views; the race's are empty while one walks."""
    return {
        "net": net_panel(config, first), "inside": inside_panel(config, first),
        "field": field_panel(config, first), "published": published_panel(config),
        "costs": costs_panel(config), **race_panels(config, first),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """A walk moves three panels, a race two others."""
    if "layer" not in frame.values:
        return draw_race(config, frame)
    made = {"net": draw_net(config, frame), "inside": draw_inside(config, frame),
            "field": draw_field(config, frame)}  # fmt: skip
    if "held" in frame.values:
        made["costs"] = draw_costs(config)
    return made


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    net, found = chosen(config), counted(config)
    step = place(config, frame)
    layer, cost = net.layers[step], found[step]
    shape = f"{cost.channels} × {cost.side} × {cost.side}" if cost.side > 1 else f"{cost.channels}"
    told = {
        "Layer": f"{step + 1} of {len(found)}: {spoken(net.units, layer)}",
        "Output": shape, "Parameters": big(cost.parameters),
        "Multiply–adds": big(cost.multiplies), "Activations": f"{big(4 * cost.size)}B",
        "Receptive field": f"{cost.field} × {cost.field}",
        "Network": chosen_name(config),
        "All parameters": big(sum(c.parameters for c in found)),
        "All multiply–adds": big(sum(c.multiplies for c in found)),
        "All activations": f"{big(4 * sum(c.size for c in found))}B",
        "Spent by each": "–", "Ahead": "–", "Images of the leader": "–",
        "Ahead on test images": "–",
        "a.c": str(cost.channels), "a.n": str(cost.side), "a.bytes": f"{4 * cost.size:,}",
    }  # fmt: skip
    told |= slots(config, step)
    if "right" in frame.values:
        told |= standings(config, frame)
    return told


def chosen_name(config: Config) -> str:
    """The network, and whose it is where that matters."""
    if config.net == "densenet":
        return "DenseNet of the book" if config.by == "book" else "DenseNet-121"
    return NAMES[config.net]


def slots(config: Config, step: int) -> dict[str, str]:
    """What fills the formulas of a layer."""
    net, found = chosen(config), counted(config)
    layer, cost = net.layers[step], found[step]
    source = layer.after[0]
    came, side = ((found[source].channels, found[source].side) if source >= 0
                  else (channels(config), config.side))  # fmt: skip
    made: dict[str, str] = {}
    if layer.kind in ("conv", "max", "avg"):
        made |= {"s.n": str(side), "s.p": str(layer.pad), "s.k": str(layer.k),
                 "s.s": str(layer.stride), "s.m": str(cost.side)}  # fmt: skip
    if layer.kind == "conv":
        own = layer.k**2 * (came // layer.groups) * layer.out
        made |= {
            "c.k": str(layer.k),
            "c.in": str(came // layer.groups),
            "c.out": str(layer.out),
            "c.b": str(layer.out * layer.bias),
            "c.all": f"{own + layer.out * layer.bias:,}",
            "m.w": f"{own:,}",
            "m.n": str(cost.side),
            "m.all": f"{cost.multiplies:,}",
        }
    if layer.kind == "dense":
        made |= {"d.in": f"{came} · {side}²" if side > 1 else str(came), "d.out": str(layer.out),
                 "d.b": str(layer.out), "d.all": f"{cost.parameters:,}"}  # fmt: skip
    return made


def standings(config: Config, frame: Frame) -> dict[str, str]:
    """Who is ahead in a race."""
    names = list(RACERS.values())
    told = {"Spent by each": f"{shown(frame['spent'])} G"}
    right, test = frame["right"], frame["test"]
    first = int(np.flatnonzero(np.isfinite(frame["parameters"]))[0])
    if np.isfinite(right).any():
        first = int(np.nanargmax(right))
        told |= {"Ahead": f"{names[first]}, {100 * right[first]:.1f} %",
                 "Images of the leader": f"{frame['seen'][first]:.0f}"}  # fmt: skip
    if np.isfinite(test).any():
        best = int(np.nanargmax(test))
        told["Ahead on test images"] = f"{names[best]}, {100 * test[best]:.1f} %"
    cost = float(frame["multiplies"][first])
    return told | {"r.b": shown(config.budget), "r.m": big(cost), "r.name": names[first],
                   "r.n": f"{config.budget * 1e9 // (3 * cost * BATCH) * BATCH:,.0f}"}  # fmt: skip
