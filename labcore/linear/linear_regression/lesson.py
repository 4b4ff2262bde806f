"""Linear regression: the model, its loss, the exact answer, and minibatch SGD twice.

From scratch each line can be read below; `Concise` is the same by PyTorch's own layer, loss and
optimizer. Both go through the same minibatches, and the tests hold them equal.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from labcore import Frame, Start
from labcore.data import housing
from labcore.linear.linear_regression.config import Config
from labcore.linear.linear_regression.robust import best_lines
from labcore.rng import numpy_generator

LOST = 1e4
"""Beyond this the descent is lost."""
MOST, SEEN, AHEAD = 2000, 100, 600
"""Steps of a run, frames of a run, and steps shown while a hand moves."""


class Examples(NamedTuple):
    """X: (n, d) features; y: (n,) targets."""

    X: np.ndarray
    y: np.ndarray


@functools.lru_cache(maxsize=16)
def examples(config: Config) -> Examples:
    """The points of the picture, one feature each."""
    if config.data == "houses":
        return houses((config.feature,))
    if config.data == "own":
        x, y = np.array(config.points, float).T
        return Examples(x[:, None], y)
    X, y = make(config.seed, config.n, config.w, config.b, config.noise, config.centre)
    return Examples(np.vstack([X, [[config.x1]]]), np.append(y, config.y1))


def make(seed: int, n: int, w: float, b: float, noise: float, centre: float) -> Examples:
    """Synthetic data: x around its middle, y = w x + b + ε with ε normal."""
    random = numpy_generator(seed, "points")
    X = centre + np.clip(random.normal(size=(n, 1)), -2.4, 2.4)
    return Examples(X, w * X[:, 0] + b + noise * random.normal(size=n))


@functools.lru_cache(maxsize=8)
def houses(features: tuple[str, ...]) -> Examples:
    """546 houses: chosen features and the logarithm of the price, all standardised."""
    table = housing()
    X = np.stack([table[name] for name in features], axis=1)
    y = np.log(table["price"])
    return Examples((X - X.mean(0)) / X.std(0), (y - y.mean()) / y.std())


@functools.lru_cache(maxsize=16)
def lowest(config: Config) -> np.ndarray:
    """The best lines of each loss through these points, (3, 2); all frames of a run ask."""
    return best_lines(examples(config).X[:, 0], examples(config).y)


@functools.lru_cache(maxsize=8)
def orders(seed: int, n: int, epochs: int) -> np.ndarray:
    """All examples in a new order for each epoch: (epochs, n)."""
    return np.array([numpy_generator(seed, f"epoch/{e}").permutation(n) for e in range(epochs)])


def minibatch(order: np.ndarray, batch: int, step: int) -> np.ndarray:
    """The examples that step `step`, from 1, reads; an epoch's last minibatch may be smaller."""
    each = -(-order.shape[1] // batch)
    epoch, place = divmod(step - 1, each)
    return order[epoch % len(order), place * batch : (place + 1) * batch]


def cost(r: np.ndarray, loss: str) -> np.ndarray:
    """What a residual costs, elementwise."""
    if loss == "squared":
        return 0.5 * r * r
    size = np.abs(r)
    return size if loss == "absolute" else np.where(size < 1, 0.5 * r * r, size - 0.5)


def slope(r: np.ndarray, loss: str) -> np.ndarray:
    """The derivative of that cost."""
    if loss == "squared":
        return r
    return np.sign(r) if loss == "absolute" else np.clip(r, -1, 1)


def sgd_step(theta: np.ndarray, X: np.ndarray, y: np.ndarray, lr: float, loss: str) -> np.ndarray:
    """One step from scratch: predict, compare, gradient, update. theta: (d + 1,), b last."""
    prediction = X @ theta[:-1] + theta[-1]
    s = slope(prediction - y, loss)
    return theta - lr * np.append(s @ X, s.sum()) / len(y)


class Concise:
    """The same by PyTorch: nn.Linear, a loss, torch.optim.SGD and autograd."""

    def __init__(self, theta: np.ndarray, config: Config) -> None:
        self.net = nn.utils.skip_init(nn.Linear, len(theta) - 1, 1, dtype=torch.float64)
        with torch.no_grad():
            self.net.weight.copy_(torch.tensor(theta[None, :-1]))
            self.net.bias.copy_(torch.tensor(theta[-1:]))
        self.loss = {"squared": nn.MSELoss(), "absolute": nn.L1Loss(), "huber": nn.HuberLoss()}[
            config.loss
        ]
        self.half = 0.5 if config.loss == "squared" else 1.0  # MSELoss leaves the ½ out
        self.trainer = torch.optim.SGD(self.net.parameters(), lr=config.lr)

    def step(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """One step; the parameters after it, (d + 1,)."""
        loss = self.half * self.loss(self.net(torch.tensor(X)).squeeze(1), torch.tensor(y))
        self.trainer.zero_grad()
        loss.backward()
        self.trainer.step()
        return np.append(self.net.weight.detach().numpy()[0], self.net.bias.detach().numpy())


def normal_equations(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The least-squares answer, XᵀX θ = Xᵀy with a column of ones; the shortest one of many."""
    ones = np.column_stack([X, np.ones(len(y))])
    return np.linalg.lstsq(ones, y, rcond=None)[0]


def last_step(config: Config, n: int) -> int:
    """How many steps the epochs make."""
    return min(config.epochs * -(-n // config.batch), MOST)


def observed(config: Config) -> np.ndarray:
    """The steps that are shown, evenly; not every step is, where there are many."""
    last = last_step(config, len(examples(config).y))
    return np.unique(np.linspace(0, last, min(last, SEEN) + 1).astype(int))


def wide_step(config: Config, step: int) -> int:
    """The step of the network when the line has made `step`: both are as far in their epochs."""
    mine = last_step(config, len(examples(config).y))
    return step * last_step(config, len(houses(config.features).y)) // mine


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Minibatch SGD on the points of the picture, and beside it on houses with many features."""
    here, many = examples(config), houses(config.features)
    order = orders(config.seed, len(here.y), config.epochs)
    others = orders(config.seed, len(many.y), config.epochs)
    theta, wide = np.array([config.w0, config.b0]), np.zeros(len(config.features) + 1)
    same, first = theta, 0
    if start:
        theta, same, first = start.checkpoint["theta"], start.checkpoint["same"], start.step
        if len(start.checkpoint["wide"]) == len(wide):
            wide = start.checkpoint["wide"]
    concise, looks = Concise(same, config), set(observed(config).tolist())
    path = [theta]
    if not start:
        yield look(config, 0, np.array(path), wide, same)
    for step in range(first + 1, max(looks) + 1):
        chosen = minibatch(order, config.batch, step)
        X, y = here.X[chosen], here.y[chosen]
        theta = sgd_step(theta, X, y, config.lr, config.loss)
        same = concise.step(X, y)
        for at in range(wide_step(config, step - 1) + 1, wide_step(config, step) + 1):
            chosen = minibatch(others, config.batch, at)
            wide = sgd_step(wide, many.X[chosen], many.y[chosen], config.lr, config.loss)
            wide = np.clip(wide, -LOST, LOST)
        path.append(theta)
        lost = not np.abs(theta).max() < LOST
        if step in looks or lost:
            yield look(config, step, np.array(path), wide, same)
            path = [theta]
        if lost:
            return


def look(config: Config, step: int, path: np.ndarray, wide: np.ndarray, same: np.ndarray) -> Frame:
    """What there is after a step. path: (k, 2), where theta was since the last frame."""
    values = seen(config, step, path)
    many = houses(config.features)
    r = many.X @ wide[:-1] + wide[-1] - many.y
    values["wide"] = wide.astype(np.float32)
    values["wide loss"] = float(cost(r, config.loss).mean())
    values["apart"] = float(np.abs(path[-1] - same).max())
    checkpoint = {"theta": path[-1], "same": same, "wide": wide}
    return Frame(step, values, trouble(config, path[-1], wide), checkpoint)


def seen(config: Config, step: int, path: np.ndarray) -> dict[str, np.ndarray | float]:
    """One line's part of a frame: path (k, 2), losses after its steps (k,), and where it stands."""
    here = examples(config)
    theta, best = path[-1], lowest(config)
    r = path[:, :1] * here.X[:, 0] + path[:, 1:] - here.y  # (k, n)
    losses = cost(r, config.loss).mean(1)
    least = best[("squared", "absolute", "huber").index(config.loss)]
    floor = float(cost(here.X[:, 0] * least[0] + least[1] - here.y, config.loss).mean())
    batch = minibatch(orders(config.seed, len(here.y), config.epochs), config.batch, max(step, 1))
    return {
        "theta": theta.astype(np.float32), "path": path.astype(np.float32),
        "losses": losses.astype(np.float32), "loss": float(losses[-1]), "least": floor,
        "best": best.astype(np.float32), "batch": batch.astype(np.int32),
    }  # fmt: skip


def limit(config: Config) -> float:
    """The η beyond which full-batch descent of the squared loss grows: 2 / λmax."""
    x = examples(config).X[:, 0]
    return 2 / float(np.linalg.eigvalsh([[x @ x / len(x), x.mean()], [x.mean(), 1.0]])[-1])


def trouble(config: Config, theta: np.ndarray, wide: np.ndarray) -> str:
    """What a learner should know now, in a sentence."""
    x = examples(config).X[:, 0]
    if not np.abs(theta).max() < LOST:
        return (
            f"The line is lost: steps of η = {config.lr:g} overshoot. Over all examples 2/λmax = "
            f"{limit(config):.2g} is the limit; a minibatch may have a lower one."
        )
    if not np.abs(wide).max() < LOST:
        return f"The network on houses is lost: η = {config.lr:g} overshoots with these features."
    if np.ptp(x) < 1e-9:
        return (
            "All points have the same x: many lines fit equally well, a valley and no lowest point."
        )
    if config.epochs * -(-len(x) // config.batch) > MOST:
        return f"The run ends after {MOST:,} steps, before all epochs are done."
    return ""


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same descent at once while a hand moves, up to the step on screen."""
    here = examples(config)
    order = orders(config.seed, len(here.y), config.epochs)
    last = min(start.step if start else MOST, last_step(config, len(here.y)), AHEAD)
    path = [np.array([config.w0, config.b0])]
    for step in range(1, last + 1):
        chosen = minibatch(order, config.batch, step)
        path.append(sgd_step(path[-1], here.X[chosen], here.y[chosen], config.lr, config.loss))
        if not np.abs(path[-1]).max() < LOST:
            break
    values = seen(config, len(path) - 1, np.array(path)) | {"whole": True}
    note = trouble(config, path[-1], np.zeros(1))
    return Frame(len(path) - 1, values, note, {"theta": path[-1]})
