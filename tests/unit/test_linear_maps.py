"""The lab against numpy.linalg, on random matrices and on those that have no inverse or basis."""

from __future__ import annotations

import numpy as np
import pytest

from labcore.mathematics import linear_maps as lab
from labcore.mathematics.linear_maps import Config
from labcore.mathematics.linear_maps.algebra import eigen, iterate, off, rank, rotation, solve, svd
from labcore.mathematics.linear_maps.lesson import LAST, answer, look, matrix, run

ODD = (
    np.zeros((2, 2)),
    np.eye(2),
    -2 * np.eye(2),
    np.array([[1.0, 1.0], [0.0, 1.0]]),
    np.array([[1.0, 2.0], [0.5, 1.0]]),
    np.array([[0.0, -1.0], [1.0, 0.0]]),
    np.array([[0.0, 1.0], [1.0, 0.0]]),
    np.array([[0.0, 1.0], [0.0, 0.0]]),
    np.array([[2.0, 0.0], [0.0, -2.0]]),
)


def matrices(count: int = 300) -> list[np.ndarray]:
    """Odd ones, and random ones of either sign."""
    rng = np.random.default_rng(7)
    return [*ODD, *rng.uniform(-2.5, 2.5, (count, 2, 2)), *rng.integers(-2, 3, (count, 2, 2)) * 1.0]


def test_eigenvalues_and_vectors() -> None:
    """Against numpy to 1e-7 (a double root is known to the root of rounding only)."""
    for a in matrices():
        mine, theirs = eigen(a), np.linalg.eigvals(a).astype(complex)
        assert np.allclose(np.sort_complex(mine.values), np.sort_complex(theirs), atol=3e-8)
        assert abs(mine.values[0]) >= abs(mine.values[1]) - 1e-12
        for value, vector in zip(mine.values, mine.vectors.T, strict=True):
            if np.isfinite(vector).all():
                assert np.allclose(a @ vector, value.real * vector, atol=1e-9)
                assert np.hypot(*vector) == pytest.approx(1)
        assert mine.diagonalizable == (
            mine.real and (mine.every or mine.values[0] != mine.values[1])
        )


def test_singular_values() -> None:
    """σ and A = R diag(σ₁, ±σ₂) R to 1e-12; the sign is that of the determinant."""
    for a in matrices():
        mine = svd(a)
        assert np.allclose(np.abs(mine.stretch), np.linalg.svd(a)[1], atol=1e-12)
        again = rotation(mine.after) @ np.diag(mine.stretch) @ rotation(mine.before)
        assert np.allclose(again, a, atol=1e-12)
        assert np.prod(mine.stretch) == pytest.approx(np.linalg.det(a), abs=1e-12)
        assert rank(a) == np.linalg.matrix_rank(a)


def test_a_system_is_solved() -> None:
    """Against numpy.linalg.solve, relative to the condition; singular ones give NaN."""
    b = np.array([1.3, -0.7])
    for a in matrices():
        of_b, of_x, x = solve(a, b, eigen(a))
        if rank(a) < 2:
            assert np.isnan(x).all()
            continue
        assert np.allclose(x, np.linalg.solve(a, b), rtol=1e-7, atol=1e-9)
        if eigen(a).diagonalizable:
            assert np.allclose(eigen(a).vectors @ of_b, b, atol=1e-7)
            assert np.allclose(eigen(a).values.real * of_x, of_b, atol=1e-9)


def test_power_iteration_arrives_at_the_rate_of_theory() -> None:
    """The angle after k steps is that of the parts c₁λ₁ᵏ and c₂λ₂ᵏ of the start."""
    a, start = np.array([[2.0, 1.0], [0.5, 1.5]]), np.array([-0.5, 1.0])
    parts = eigen(a)
    direct = np.stack([np.linalg.matrix_power(a, k) @ start for k in range(21)])
    path = iterate(a, start)
    assert np.allclose(path, direct / np.hypot(*direct.T)[:, None], atol=1e-12)
    degrees = off(path, parts)
    assert degrees[10] / degrees[9] == pytest.approx(
        abs(parts.values[1] / parts.values[0]), rel=1e-3
    )
    assert np.allclose(iterate(np.zeros((2, 2)), start)[1:], 0)


def test_the_time_line_leads_where_it_says() -> None:
    config = Config(act="twice", a=1.0, b=-1.0, c=0.3, d=0.5)
    a = matrix(config)
    first, last = look(config, 0), look(config, LAST)
    assert np.allclose(first["map"], np.eye(2))
    assert np.allclose(first["svd"], np.eye(2))
    assert np.allclose(last["map"], a @ a, atol=1e-6)
    assert np.allclose(last["svd"], a, atol=1e-6)
    back = look(config.model_copy(update={"act": "back"}), LAST)
    assert np.allclose(back["map"], np.eye(2), atol=1e-6)
    inverse = look(config.model_copy(update={"act": "inverse"}), LAST)
    assert np.allclose(inverse["map"], np.linalg.inv(a), atol=1e-5)
    assert np.allclose(a @ last["x"], [config.bx, config.by], atol=1e-6)
    assert np.allclose(last["sum"], last["x"])


@pytest.mark.parametrize("a", ODD, ids=str)
def test_odd_matrices_are_named_and_drawn(a: np.ndarray) -> None:
    config = Config(a=a[0, 0], b=a[0, 1], c=a[1, 0], d=a[1, 1])
    for act in ("once", "inverse", "back", "twice"):
        for frame in run(config.model_copy(update={"act": act})):
            assert lab.draw(config, frame)
            assert all(lab.readout(config, frame).values())
            assert np.isfinite(frame["map"]).all()
    said = answer(config).note
    singular = rank(a) < 2
    assert ("Rank" in said) == singular
    assert said


def test_a_start_on_the_other_eigenvector_is_named() -> None:
    assert "other eigenvector" in answer(Config(vx=1.0, vy=-1.0)).note
    assert "no direction" in answer(Config(vx=0.0, vy=0.0)).note
    assert answer(Config()).note == ""


def test_challenges_can_be_won_and_are_not_by_default() -> None:
    won = {
        "flip": {"a": 0.5, "b": 1.5, "c": 1.0, "d": 1.0},
        "spiral": {"a": 1.5, "b": -2.0, "c": 1.0, "d": -0.66},
        "slow": {"vx": 1.0, "vy": -1.0},
        "hidden": {"a": 1.2, "b": 2.5, "c": -0.4, "d": -1.2},
    }
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(run(Config()))).passed
        config = Config(**won[challenge.slug])
        verdict = challenge.check(config, list(run(config)))
        assert verdict.passed, verdict.says
