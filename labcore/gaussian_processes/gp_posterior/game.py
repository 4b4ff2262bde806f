"""Bayesian optimization as a game: a hidden function, the learner's looks and the machine's.

Both begin with the same look, and both hold the same belief: the kernel, ℓ and a of the
controls. The machine looks where its acquisition function is highest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.special import ndtr

from labcore import Frame, format_number
from labcore.gaussian_processes.gp_posterior.config import ROUNDS, Config, tree_of
from labcore.gaussian_processes.gp_posterior.inference import condition, factorize
from labcore.gaussian_processes.gp_posterior.kernels import Array, diagonal, gram
from labcore.rng import numpy_generator

SLACK = 0.02
"""Standard deviation granted to each look, though looks are exact: it keeps K invertible."""

KAPPA = 2.0
"""The upper confidence bound is mean + κ standard deviations."""

WAVES = 80


def places() -> Array:
    """Where the game can be looked at, (241,)."""
    return np.linspace(-5, 5, 241)


def hidden(seed: int) -> Callable[[Array], Array]:
    """A smooth function by seed: 80 random waves with the spectrum of an RBF of ℓ = 0.8.

    Nearly a draw from that Gaussian process (Rahimi & Recht, 2008), known at every x.
    """
    random = numpy_generator(seed, "hidden")
    frequency = random.standard_normal(WAVES) / 0.8
    phase = random.uniform(0, 2 * np.pi, WAVES)

    def height(x: Array) -> Array:
        waves = np.cos(np.multiply.outer(x, frequency) + phase)
        return np.clip(waves.sum(-1) * np.sqrt(2 / WAVES), -2.9, 2.9)

    return height


def expected_improvement(mean: Array, sd: Array, best: float) -> Array:
    """E[max(f − best, 0)] for f ~ N(mean, sd²) (Jones, Schonlau & Welch, 1998, eq. 15)."""
    sd = np.maximum(sd, 1e-12)
    z = (mean - best) / sd
    return (mean - best) * ndtr(z) + sd * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)


def believed(config: Config, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Mean and standard deviation on all places, and the covariance there: (M,), (M,), (M, M)."""
    tree, scale, grid, ell = tree_of(config), config.amplitude**2, places(), config.lengthscale
    K, K_star = scale * gram(tree, x, x, ell), scale * gram(tree, x, grid, ell)
    told = condition(K, K_star, scale * diagonal(tree, grid, ell), y, SLACK**2)
    return told.mean, np.sqrt(told.variance), K_star


def acquisition(config: Config, x: Array, y: Array, turn: int) -> Array:
    """How much the machine wants to look at each place, (M,)."""
    mean, sd, K_star = believed(config, x, y)
    if config.rival == "ei":
        return expected_improvement(mean, sd, float(y.max()))
    if config.rival == "ucb":
        return mean + KAPPA * sd
    tree, scale, grid, ell = tree_of(config), config.amplitude**2, places(), config.lengthscale
    K = scale * gram(tree, x, x, ell)
    L, _ = factorize(K + SLACK**2 * np.eye(len(x)))
    V = np.linalg.solve(L, K_star)
    spread, _ = factorize(
        scale * gram(tree, grid, grid, ell) - V.T @ V + 1e-8 * scale * np.eye(len(grid))
    )
    return mean + spread @ numpy_generator(config.seed, f"turn/{turn}").standard_normal(len(grid))


def first_look(config: Config) -> float:
    """Where both begin: somewhere that is not already near the top."""
    height, grid = hidden(config.seed)(places()), places()
    low = grid[height < np.quantile(height, 0.6)]
    return float(numpy_generator(config.seed, "first").choice(low))


def machine(config: Config, rounds: int) -> tuple[Array, Array]:
    """Places the machine looks at, (rounds + 1,), and its wants before each next look."""
    height, grid = hidden(config.seed), places()
    x, wants = np.array([first_look(config)]), []
    for turn in range(rounds + 1):
        want = acquisition(config, x, height(x), turn)
        wants.append(want)
        x = np.append(x, grid[np.argmax(want)])
    return x[:-1], np.array(wants)


def play(config: Config) -> Iterator[Frame]:
    """One frame a round: after so many looks of each."""
    yours, theirs, wants = looks(config)
    for turn, want in enumerate(wants):
        yield seen(config, yours[: turn + 1], theirs[: turn + 1], want, turn)


def game_now(config: Config) -> Frame:
    """The last frame alone."""
    yours, theirs, wants = looks(config)
    return seen(config, yours, theirs, wants[-1], len(wants) - 1)


def looks(config: Config) -> tuple[Array, Array, Array]:
    """Where the learner looks and where the machine does, (T,), (T,), and its wants, (T, M)."""
    yours = np.append(first_look(config), [x for x, _ in config.guesses])
    theirs, wants = machine(config, len(config.guesses))
    return yours, theirs, wants


def seen(config: Config, yours: Array, theirs: Array, want: Array, turn: int) -> Frame:
    """What is seen after a round.

    Values, for each of `you` and `machine`: x and y of looks (T,), mean and sd (M,), and
    regret (T,), how far the best look so far is below the top. want: (M,), the machine's
    acquisition; top: x and y of the highest place; hidden: (M,), or not-a-number while hidden.
    """
    height, grid = hidden(config.seed), places()
    truth = height(grid)
    over = turn == ROUNDS or config.reveal
    values: dict[str, Any] = {
        "turn": turn,
        "want": want,
        "hidden": truth if over else np.full(len(grid), np.nan),
        "top": np.array([grid[np.argmax(truth)], truth.max()]),
        "next": np.array([grid[np.argmax(want)], want.max()]),
    }
    for who, x in (("you", yours), ("machine", theirs)):
        y = height(x)
        mean, sd, _ = believed(config, x, y)
        regret = np.maximum(truth.max() - np.maximum.accumulate(y), 0)
        values |= {f"{who}.x": x, f"{who}.y": y, f"{who}.mean": mean, f"{who}.sd": sd,
                   f"{who}.regret": regret}  # fmt: skip
    at = int(np.abs(grid - config.probe).argmin())
    k_star = config.amplitude**2 * diagonal(tree_of(config), grid[at : at + 1], config.lengthscale)
    values |= {"x.star": float(grid[at]), "m.star": float(values["you.mean"][at]),
               "k.star": float(k_star[0]), "v.star": float(values["you.sd"][at] ** 2)}  # fmt: skip
    values |= terms_of_improvement(config, theirs, height(theirs), values)
    small = {k: np.asarray(v, np.float32) if np.ndim(v) else v for k, v in values.items()}
    return Frame(turn, small, verdict(values, turn) if turn == ROUNDS else "")


def terms_of_improvement(
    config: Config, x: Array, y: Array, values: dict[str, Any]
) -> dict[str, float]:
    """Numbers of the formula of expected improvement, at the place it is highest."""
    mean, sd = values["machine.mean"], np.maximum(values["machine.sd"], 1e-12)
    gain = expected_improvement(mean, sd, float(y.max()))
    at = int(np.argmax(gain))
    return {"ei.m": float(mean[at]), "ei.s": float(sd[at]), "ei.best": float(y.max()),
            "ei.z": float((mean[at] - y.max()) / sd[at]), "ei": float(gain[at])}  # fmt: skip


def verdict(values: dict[str, Any], turn: int) -> str:
    """Who won, in a sentence."""
    you, it = float(values["you.regret"][-1]), float(values["machine.regret"][-1])
    told = f"After {turn} looks you are {format_number(you)} below the top, the machine "
    told += f"{format_number(it)}. "
    if abs(you - it) < 0.01:
        return told + "A draw."
    return told + ("You win." if you < it else "The machine wins.")
