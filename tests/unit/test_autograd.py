"""The walk back against torch.autograd.grad and SymPy; what the picture says of the graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
import torch

from labcore import Start
from labcore.formula import Formula
from labcore.preliminaries import autograd as lab
from labcore.preliminaries.autograd.figure import layout
from labcore.preliminaries.autograd.lesson import (
    by_differences,
    call_backward,
    node_of,
    observations,
    topological,
    walk_back,
)
from labcore.preliminaries.autograd.programs import NAMES, record

FORMULAS = (
    "z (x y + sin(x))", "(tanh(w x + y) - z)^2", "x x x", "x", "exp(w)/(1 + y^2) - x", "x^y",
    "max(x, w) - abs(y) + pi", "sqrt(x^2 + z^2)",
)  # fmt: skip
PROGRAMS = ({}, {"program": "network"}, {"program": "loop"}, {"program": "vector"})


def pulled(*values: float) -> tuple[tuple[float, float], ...]:
    return tuple((float(i), value) for i, value in enumerate(values))


def config(**settings: Any) -> Any:
    return lab.Config(**{"inputs": pulled(0.5, 1.2, 0.8, 1.5), **settings})


@pytest.mark.parametrize("text", FORMULAS)
def test_the_walk_back_is_sympys_gradient(text: str) -> None:
    frame = observations(config(formula=text))[-1]
    symbols = [sympy.Symbol(name, real=True) for name in NAMES]
    at = dict(zip(symbols, (0.5, 1.2, 0.8, 1.5), strict=True))
    formula = Formula.parse(text, NAMES)
    for i, (name, symbol) in enumerate(zip(NAMES, symbols, strict=True)):
        if name in formula.uses:
            exact = float(formula.sympy().diff(symbol).subs(at))
            assert frame["by_autograd"][i] == pytest.approx(exact, rel=1e-6)
            assert frame["by_differences"][i] == pytest.approx(exact, rel=1e-4, abs=1e-6)
        else:
            assert np.isnan(frame["by_autograd"][i])


@pytest.mark.parametrize("settings", PROGRAMS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_walk_back_is_torchs(settings: dict[str, Any], seed: int) -> None:
    steps = record(config(**settings, seed=seed))
    result = steps[-1].tensor
    weight = torch.full_like(result, 1.7)
    *_, (_, arrived) = walk_back(result, weight)
    leaves = [step.tensor for step in steps if step.tensor.is_leaf and step.tensor.requires_grad]
    wanted = torch.autograd.grad(result, leaves, weight, allow_unused=True)
    for step, leaf in ((s, s.tensor) for s in steps if s.tensor.requires_grad and s.tensor.is_leaf):
        (exact,) = (w for w, x in zip(wanted, leaves, strict=True) if x is leaf)
        if exact is not None:
            assert torch.equal(arrived[node_of(step)], exact)


@pytest.mark.parametrize("settings", PROGRAMS)
def test_each_node_comes_before_all_it_leads_to(settings: dict[str, Any]) -> None:
    order = topological(record(config(**settings))[-1].tensor.grad_fn)
    place = {node: i for i, node in enumerate(order)}
    assert all(place[p] > place[n] for n in order for p, _ in n.next_functions if p is not None)


@pytest.mark.parametrize("settings", PROGRAMS)
def test_differences_agree(settings: dict[str, Any]) -> None:
    frame = observations(config(**settings, seed_gradient=-2.0))[-1]
    known = ~np.isnan(frame["by_autograd"])
    assert known.any()
    assert frame["by_autograd"][known] == pytest.approx(
        by_differences(config(**settings, seed_gradient=-2.0))[known], rel=1e-5, abs=1e-6
    )


def test_the_loop_has_the_graph_of_what_ran() -> None:
    short = config(program="loop", inputs=pulled(1.5, 0.5, 0.6, 0.4))
    long = config(program="loop", inputs=pulled(1.5, 2.8, -1.3, 1.9))
    assert [s.label for s in record(short)].count("×y") == 0
    labels = [s.label for s in record(long)]
    assert labels.count("×y") >= 1
    assert labels.count("z−") >= 1
    assert len(observations(long)) > len(observations(short))


def test_detached_means_a_way_is_missing() -> None:
    whole, cut = config(), config(cut="detach", cut_at=1)  # at 1: x y
    full = observations(whole)[-1]["by_autograd"]
    left = observations(cut)[-1]["by_autograd"]
    assert np.isnan(left[2])  # y reaches the result through the product alone
    assert left[1] == pytest.approx(1.5 * np.cos(1.2), rel=1e-6)
    assert full[1] == pytest.approx(1.5 * (0.8 + np.cos(1.2)), rel=1e-6)
    assert record(cut)[-1].tensor == record(whole)[-1].tensor


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"cut": "no_grad"}, "no_grad"),
        ({"formula": "x y", "cut": "detach"}, "Nothing is recorded"),
        ({"again": "twice"}, "second time"),
        ({"again": "retained"}, "twice the gradient"),
        ({"formula": "log(x - 3)"}, "not finite"),
    ],
)
def test_what_torch_refuses_is_said(settings: dict[str, Any], word: str) -> None:
    frames = observations(config(**settings))
    assert word in frames[-1].note
    assert len(frames) >= 5
    figures = lab.panels(config(**settings), frames[0])
    for frame in frames:
        assert lab.draw(config(**settings), frame).keys() == figures.keys()
        lab.readout(config(**settings), frame)


def test_retained_gradients_add_up() -> None:
    once, _ = call_backward(config())
    twice, said = call_backward(config(again="retained"))
    assert said == ""
    assert all(torch.equal(twice[i], 2 * once[i]) for i in once)


def test_formulas_that_cannot_be_drawn_are_refused() -> None:
    for text, word in (("1 + 2", "none of"), (" + ".join(["sin(x)"] * 10), "at most")):
        with pytest.raises(ValueError, match=word):
            lab.Config(formula=text)


@pytest.mark.parametrize("settings", [*PROGRAMS, {"formula": "x x + sin(x) w - y^2 z"}])
def test_no_two_nodes_are_drawn_in_one_place(settings: dict[str, Any]) -> None:
    at = layout(record(config(**settings)))
    apart = np.abs(at[:, None] - at[None]).max(axis=-1) + 9 * np.eye(len(at))
    assert apart.min() >= 0.5


def test_the_answer_is_the_frame_on_screen_or_the_last() -> None:
    frames = observations(config())
    assert lab.answer(config(), Start(3, {})).step == 3
    assert lab.answer(config(), Start(500, {})).step == frames[-1].step
