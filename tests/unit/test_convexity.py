"""The lab on convexity against SciPy's hulls and solvers, brute force and closed forms."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import optimize
from scipy.spatial import ConvexHull

from labcore import Start
from labcore.optimization import convexity as lab
from labcore.optimization.convexity import Config
from labcore.optimization.convexity.constraints import ITERATIONS, H, Problem, solve
from labcore.optimization.convexity.course import OCTAGON
from labcore.optimization.convexity.functions import (
    X,
    graph,
    jensen,
    judge_function,
    lower_hull,
    tangent,
)
from labcore.optimization.convexity.sets import judge, to_polygon, to_set, turns

DISC = np.array([0.4, 0.2, 0.8])


@pytest.mark.parametrize("seed", range(12))
def test_a_polygon_is_judged_as_its_hull_judges_it(seed: int) -> None:
    """Eight points round a centre, some pushed in: convex if all of them are on the hull."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, 2 * np.pi, 8))
    far = np.ones(8) if seed % 2 else rng.uniform(0.6, 1, 8)
    polygon = 2 * far[:, None] * np.stack([np.cos(at), np.sin(at)], -1)
    theirs = len(ConvexHull(polygon).vertices) == 8
    shape = judge(polygon, DISC, "polygon")
    assert shape.convex == theirs
    assert judge(polygon[::-1], DISC, "polygon").convex == theirs  # whichever way round
    if not theirs:
        t = np.linspace(0.001, 0.999, 999)[:, None]
        chord = shape.chord[0] + t * (shape.chord[1] - shape.chord[0])
        assert (to_polygon(chord, polygon) > 1e-9).any()
        assert (to_polygon(shape.chord, polygon) < 1e-6).all()


def test_a_star_turns_one_way_but_twice_round() -> None:
    at = np.arange(5) * 4 * np.pi / 5
    star = np.stack([np.cos(at), np.sin(at)], -1)
    assert turns(star).sum() == pytest.approx(720)
    assert not judge(star, DISC, "polygon").convex


def test_distances_against_brute_force() -> None:
    rng = np.random.default_rng(3)
    polygon = np.array(Config().polygon)
    points = rng.uniform(-2.5, 2.5, (300, 2))
    t = np.linspace(0, 1, 4001)[:, None, None]
    rim = (polygon + t * (np.roll(polygon, -1, 0) - polygon)).reshape(-1, 2)
    near = np.sqrt(((points[:, None] - rim) ** 2).sum(-1)).min(1)
    found = to_polygon(points, polygon)
    assert np.allclose(np.abs(found), near, atol=1e-3)
    seen = polygon - points[:, None]  # inside, the corners are seen all round
    angle = np.arctan2(seen[..., 1], seen[..., 0])
    turned = np.angle(np.exp(1j * (np.roll(angle, -1, 1) - angle))).sum(1)
    assert np.array_equal(found < 0, np.abs(turned) > np.pi)


@pytest.mark.parametrize("operation", ["both", "either"])
def test_two_convex_sets(operation: str) -> None:
    octagon = np.array(OCTAGON)
    shape = judge(octagon, np.array([2.0, 0.6, 0.9]), operation)
    assert shape.convex == (operation == "both")
    assert shape.proved
    inside = judge(octagon, np.array([0.0, 0.0, 0.5]), "either")
    assert inside.convex
    assert not inside.proved
    apart = judge(octagon, np.array([2.4, 2.4, 0.2]), "both")
    assert "Empty" in apart.says


@pytest.mark.parametrize(
    ("text", "convex", "strict"),
    [("x^2", True, True), ("x^4", True, True), ("abs(x)", True, False), ("exp(x)", True, True),
     ("3x + 1", True, False), ("2", True, False), ("max(x^2/2, 1 - x)", True, False),
     ("x^4/8 - x^2/2", False, False), ("sin(x)", False, False), ("-x^2", False, False),
     ("x^2/2 + 0.9cos(x)", True, True), ("x^2/2 + 1.1cos(x)", False, False),
     ("-2log(x + 3.2)", True, True), ("log(cosh(x))", True, True), ("sqrt(1 + x^2)", True, True)],
)  # fmt: skip
def test_functions_are_judged_as_calculus_judges_them(
    text: str, convex: bool, strict: bool
) -> None:
    bend = judge_function(graph("formula", text, ())[0])
    assert (bend.convex, bend.strict) == (convex, strict)


@pytest.mark.parametrize("seed", range(6))
def test_the_red_chord_is_the_one_the_graph_rises_above_most(seed: int) -> None:
    rng = np.random.default_rng(seed)
    f = np.cumsum(np.cumsum(rng.normal(size=len(X)))) / 50 + 2 * X**2
    hull = lower_hull(X, f)
    theirs = ConvexHull(np.stack([X, f], -1))
    lower = {i for (i, j), (_, ny, _) in zip(theirs.simplices, theirs.equations, strict=True)
             if ny < 0 for i in (i, j)}  # fmt: skip
    assert set(hull.tolist()) == lower
    bend = judge_function(f)
    few = range(0, len(X), 4)
    most = max(
        (f[a : b + 1] - np.interp(X[a : b + 1], X[[a, b]], f[[a, b]])).max()
        for a, b in itertools.combinations(few, 2)
    )
    assert bend.gap >= most - 1e-9


def test_tangents_of_convex_functions_lie_below() -> None:
    for text in ("x^2", "exp(x)", "abs(x)", "max(x^2/2, 1 - x)"):
        f, slope = graph("formula", text, ())
        for x in X[::20]:
            assert (f - tangent(f, slope, x) >= -2e-3).all()
        assert (np.diff(slope) >= -1e-12).all()
    f, slope = graph("formula", "sin(x)", ())
    assert (f - tangent(f, slope, 0.5)).min() < -0.5


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_jensens_gap(seed: int) -> None:
    """For x² it is the variance; for exp the formula itself; never negative if convex."""
    rng = np.random.default_rng(seed)
    x, weight = rng.uniform(-3, 3, 5), rng.uniform(0.1, 1, 5)
    p = weight / weight.sum()
    mean, here, average = jensen(graph("formula", "x^2", ())[0], x, weight)
    assert mean == pytest.approx(p @ x)
    assert average - here == pytest.approx(p @ (x - mean) ** 2, abs=1e-3)
    _, here, average = jensen(graph("formula", "exp(x)", ())[0], x, weight)
    assert average - here == pytest.approx(p @ np.exp(x) - np.exp(mean), abs=5e-3)
    assert jensen(graph("formula", "abs(x)", ())[0], x, 0 * weight)[0] == pytest.approx(x.mean())


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["half-plane", "disc"])
def test_three_ways_lead_to_scipys_solution(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    centre, wall = rng.uniform(-2.5, 2.5, 2), rng.uniform(-1.5, 1.5, 2)
    problem = Problem(kind, centre, wall)
    theirs = optimize.minimize(
        problem.loss, np.zeros(2), jac=lambda w: H @ (w - centre), method="SLSQP",
        constraints={"type": "ineq", "fun": lambda w: -problem.outside(w),
                     "jac": lambda w: -(problem.normal if kind == "half-plane"
                                        else w / problem.reach)},
        options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    done = solve(kind, tuple(centre), tuple(wall), 1.0)
    assert np.allclose(done.best, theirs.x, atol=1e-5)
    slope = H @ (done.best - centre)
    push = (problem.normal if kind == "half-plane" else done.best / problem.reach) * done.alpha
    assert np.allclose(slope + push, 0, atol=1e-9)  # stationary
    assert done.alpha * problem.outside(done.best) == pytest.approx(0, abs=1e-8)  # slack or push
    off = [np.linalg.norm(path[-1] - done.best) for path in (done.projection, done.penalty)]
    assert off[0] < 1e-6
    assert off[1] < 0.02
    broken = problem.outside(done.penalty)
    assert done.alpha == 0 or (broken > 0).all()  # the penalty stays outside
    assert (problem.outside(done.projection) < 1e-9).all()
    slow = solve(kind, tuple(centre), tuple(wall), 0.05)
    assert abs(slow.multiplier[-1] - done.alpha) <= abs(slow.multiplier[0] - done.alpha)


def test_dual_ascent_arrives() -> None:
    done = solve("half-plane", (1.5, 1.2), (0.3, 0.8), 0.6)
    assert done.multiplier[-1] == pytest.approx(done.alpha, abs=1e-8)
    assert np.allclose(done.lagrange[-1], done.best, atol=1e-8)


@pytest.mark.parametrize(
    "given",
    [{"formula": "log(x)"}, {"formula": "1/x"}, {"formula": "0/0"}, {"wall_x": 0.0, "wall_y": 0.0},
     {"wall_x": 0.0, "wall_y": 0.0, "constraint": "disc"}, {"rate": 2.0},
     {"left": 2.0, "right": 2.0}, {"polygon": ((0.0, 0.0),) * 8},
     {"masses": ((0.0, 0.0), (1.0, 0.0))},
     {"function": "drawn", "drawn": ((0.0, 1.0), (0.0, 2.0))},
     {"rate": 2.0, "constraint": "disc", "wall_x": 0.1, "wall_y": 0.0}],
)  # fmt: skip
def test_odd_inputs_are_drawn(given: dict[str, Any]) -> None:
    config = Config(**given)
    for frame in (*lab.run(config), lab.answer(config)):
        patches = lab.draw(config, frame)
        assert patches
        assert not any("nan" in text for text in lab.readout(config, frame).values())
    lab.panels(config, lab.answer(config))


def test_an_answer_is_the_frame_of_the_run() -> None:
    frames = list(lab.run(Config()))
    assert len(frames) == ITERATIONS + 1
    now = lab.answer(Config(), Start(7, {}))
    for name, value in now.values.items():
        if name != "whole":
            assert np.array_equal(value, frames[7].values[name], equal_nan=True)
    assert to_set(np.zeros((1, 2)), np.array(Config().polygon), DISC, "either")[0] < 0


def test_challenges_can_be_met() -> None:
    bowl = ((-3.0, 4.0), (-2.0, 1.5), (-1.0, 0.3), (0.5, 0.0), (1.5, 0.8), (2.4, 2.4), (3.0, 4.5))
    at = np.linspace(0, 2 * np.pi, 8, endpoint=False) + 0.39
    wide = tuple((2.45 * float(np.cos(a)), 2.45 * float(np.sin(a))) for a in at)
    met = {
        "mended": Config(polygon=wide),
        "straightened": Config(function="drawn", drawn=bowl),
        "gap_of_one": Config(formula="x^2", masses=((-1.0, 0.5), (0.0, 0.0), (1.0, 0.5))),
        "exact": Config(constraint="disc", wall_x=0.9, wall_y=0.9, rate=0.8, centre_x=2.5,
                        centre_y=2.5),
        "narrow": Config(formula="min((x + 1)^2, (x - 1)^2)"),
    }  # fmt: skip
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
