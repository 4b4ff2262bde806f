"""The lab against NumPy: products in every order, norms, reductions, and texts that are none."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy import optimize

from labcore.preliminaries import linear_algebra as lab
from labcore.preliminaries.linear_algebra import Config
from labcore.preliminaries.linear_algebra.algebra import (
    ball,
    induced,
    norm,
    parse,
    reduce,
    terms,
    used,
)
from labcore.preliminaries.linear_algebra.lesson import LAST, answer, look, run


def text(matrix: np.ndarray) -> str:
    return "/".join(" ".join(f"{x:.2f}" for x in row) for row in matrix)


@pytest.mark.parametrize("way", ["entries", "rows", "columns", "outer"])
def test_every_order_gives_the_product(way: str) -> None:
    """To 1e-12, on all shapes up to 4 × 4; each term reads only the cells it is said to read."""
    rng = np.random.default_rng(3)
    for m, k, n in np.ndindex(4, 4, 4):
        a, b = rng.standard_normal((m + 1, k + 1)), rng.standard_normal((k + 1, n + 1))
        parts = terms(a, b, way)
        assert np.allclose(parts.sum(0), a @ b, atol=1e-12)
        for step, part in enumerate(parts):
            in_a, in_b = used((m + 1, k + 1, n + 1), way, step)
            assert np.allclose(part, (a * in_a) @ (b * in_b), atol=1e-12)


def test_hadamard_is_cell_by_cell() -> None:
    a, b = np.random.default_rng(4).standard_normal((2, 3, 4))
    assert np.allclose(terms(a, b, "hadamard").sum(0), a * b)
    assert len(terms(a, b, "hadamard")) == 12


@pytest.mark.parametrize("p", [0.5, 1.0, 1.7, 2.0, 5.0, 20.0])
def test_norms_are_those_of_numpy(p: float) -> None:
    x = np.random.default_rng(5).standard_normal((3, 100)) * 50
    assert np.allclose(norm(x, p), [np.linalg.norm(column, p) for column in x.T])
    assert np.allclose(norm(ball(p), p), 1)
    assert norm(np.zeros(2), p) == 0


@pytest.mark.parametrize("seed", range(10))
def test_the_norm_of_a_matrix(seed: int) -> None:
    """Against the column sum, the spectral norm and a search; 2° apart cost 0.1 % at most."""
    m = np.random.default_rng(seed).uniform(-2, 2, (2, 2))
    assert induced(m, 1)[0] == pytest.approx(np.linalg.norm(m, 1), rel=1e-9)
    assert induced(m, 2)[0] == pytest.approx(np.linalg.norm(m, 2), rel=1e-3)

    def shorter(angle: float) -> float:
        x = np.array([np.cos(angle), np.sin(angle)])
        return -float(norm(m @ x, 3) / norm(x, 3))

    found = optimize.brute(lambda t: shorter(t[0]), ((0, np.pi),), Ns=400)
    assert induced(m, 3)[0] == pytest.approx(-shorter(float(found[0])), rel=2e-3)
    frame = answer(Config(square=tuple(map(tuple, m.T))))
    assert frame["frobenius"] == pytest.approx(np.linalg.norm(m, "fro"))
    assert frame["sigma"][0] == pytest.approx(np.linalg.norm(m, 2), rel=1e-6)


@pytest.mark.parametrize("axis", ["0", "1", "all"])
@pytest.mark.parametrize("keepdim", [True, False])
@pytest.mark.parametrize("how", ["sum", "mean", "max", "cumsum"])
def test_reductions_are_those_of_numpy(how: str, axis: str, keepdim: bool) -> None:
    a = np.random.default_rng(6).integers(1, 9, (3, 2)).astype(float)
    ours = reduce(torch.from_numpy(a), how, axis, keepdim).numpy()
    over = None if axis == "all" else int(axis)
    if how == "cumsum":
        theirs = np.cumsum(a, axis=over or 0)
    else:
        theirs = getattr(np, how)(a, axis=over, keepdims=keepdim)
    assert ours.shape == theirs.shape
    assert np.allclose(ours, theirs)
    config = Config(a=text(a), b="1 2/3 4", how=how, axis=axis, keepdim=keepdim)
    frame = answer(config)
    try:
        assert np.allclose(frame["back"], a / theirs)
    except ValueError:
        assert np.isnan(frame["back"]).all()
        assert "refuses" in frame.note


def test_a_mixture_of_columns_is_the_product() -> None:
    config = Config()
    last = answer(config)
    a, x = np.array(config.columns).T, np.array(config.weights)[:, 1]
    assert np.allclose(last["product"], a @ x)
    assert np.allclose(last["chain"][-1], a @ x)
    assert np.allclose(look(config, 0)["chain"], 0)
    assert np.allclose(last["c"], parse(config.a, "A") @ parse(config.b, "B"))


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"a": "1 2/3"}, "same number"),
        ({"a": "1 x/3 4"}, "not a number"),
        ({"a": ""}, "1 to 4"),
        ({"a": "__import__('os')"}, "not a number"),
        ({"a": "1e9"}, "not a number"),
        ({"a": "1 2 3 4 5"}, "1 to 4"),
    ],
)
def test_what_cannot_be_read_is_said(given: dict[str, str], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Config(**given)


def test_sizes_that_do_not_fit_are_said_and_drawn() -> None:
    for given, word in (
        ({"a": "1 2/3 4"}, "as many"),
        ({"a": "1 2 3", "way": "hadamard"}, "equal shapes"),
    ):
        config = Config(**given)
        frame = answer(config)
        assert word in frame.note
        assert np.isnan(frame["whole"]).all()
        assert lab.readout(config, frame)["Ringed cell"] == "–"
        figures = lab.panels(config, frame)
        for name in ("product", "term"):
            traces = {trace.uid: trace for trace in figures[name].data}
            for uid, properties in lab.draw(config, frame)[name]["traces"].items():
                if "x" not in properties:
                    assert len(properties["text"]) == len(traces[uid].x)
        assert not any(c.check(config, list(run(config))).passed for c in lab.LAB.challenges)


@pytest.mark.parametrize(
    ("a", "b"), [("5", "2"), ("1 2 3 4", "1/2/3/4"), ("1/2/3/4", "1 2 3 4"), ("0 0/0 0", "1 1/1 1")]
)
def test_every_shape_is_drawn(a: str, b: str) -> None:
    for axis in ("0", "1", "all"):
        for keepdim in (True, False):
            for way in ("entries", "outer", "rows", "columns"):
                config = Config(a=a, b=b, axis=axis, keepdim=keepdim, way=way, row=4, column=4)
                figures = lab.panels(config, next(run(config)))
                for step in (0, 31, LAST):
                    patches = lab.draw(config, look(config, step))
                    back = patches["back"]["traces"]["back"]["text"]
                    assert len(back) == len(figures["back"].data[0].x)
                    assert all(lab.readout(config, look(config, step)).values())


def test_challenges_can_be_won_and_are_not_by_default() -> None:
    won = {
        "reach": {"weights": ((1.0, -0.86), (2.0, 1.0), (3.0, 0.4))},
        "round": {"square": ((1.0, 1.0), (-1.0, 1.0))},
        "lucky": {"a": "1 2 3/2 3 1/3 1 2", "keepdim": False},
        "undone": {"a": "2 1/1 1", "b": "1 -1/-1 2"},
    }
    a = np.array(Config().columns).T
    x = np.linalg.lstsq(a, np.array([-2.0, 1.5]), rcond=None)[0]
    free = np.linalg.svd(a)[2][-1]  # along it the product stays
    x = max((x + t * free for t in np.linspace(-2, 2, 401)
             if np.abs(x + t * free).max() <= 2), key=lambda y: np.abs(y).min())  # fmt: skip
    won["reach"] = {"weights": tuple((i + 1.0, float(n)) for i, n in enumerate(x))}
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(run(Config()))).passed
        config = Config(**won[challenge.slug])
        verdict = challenge.check(config, list(run(config)))
        assert verdict.passed, verdict.says
