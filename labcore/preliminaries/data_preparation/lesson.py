"""From a table to a tensor, and from a tensor to an error that can be believed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from labcore.preliminaries.data_preparation.config import Config
from labcore.preliminaries.data_preparation.sheet import Sheet, levels
from labcore.rng import numpy_generator

DESCENT, NEIGHBOURS, NOISE_COLUMNS, PICKED = 100, 10, 300, 10


class Table(NamedTuple):
    """Numbers only: (n, C), with the names of the columns; which are 0 and 1 by nature."""

    values: np.ndarray
    names: tuple[str, ...]
    flags: np.ndarray


def fill_values(sheet: Sheet, config: Config, fitted: np.ndarray) -> np.ndarray:
    """What stands in the gaps of each column of numbers, from the rows `fitted` alone: (A,)."""
    known = np.isfinite(sheet.numbers) & fitted[:, None]
    if config.fill in ("median", "mode"):
        middle = {"median": np.median, "mode": most_frequent}[config.fill]
        columns = zip(sheet.numbers.T, known.T, strict=True)
        return np.array([middle(column[k]) if k.any() else 0.0 for column, k in columns])
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, sheet.numbers, 0).sum(0) / count
    if config.fill != "hand":
        return mean
    variance = (np.where(known, sheet.numbers - mean, 0) ** 2).sum(0) / count
    return mean + config.value * variance**0.5


def most_frequent(seen: np.ndarray) -> float:
    """The number that comes most often; the smallest of several."""
    values, counts = np.unique(seen, return_counts=True)
    return float(values[counts.argmax()])


def filled(sheet: Sheet, config: Config, fitted: np.ndarray) -> Table:
    """Columns of numbers without gaps, with the indicators if asked for."""
    gaps = np.isnan(sheet.numbers)
    values = np.where(gaps, fill_values(sheet, config, fitted), sheet.numbers)
    names, flags = sheet.number_names, np.zeros(values.shape[1], bool)
    if config.indicator:
        some = gaps[fitted].any(0)
        values = np.hstack([values, gaps[:, some].astype(float)])
        names += tuple(f"{n}?" for n, s in zip(sheet.number_names, some, strict=True) if s)
        flags = np.append(flags, np.ones(some.sum(), bool))
    return Table(values, names, flags)


def encoded(sheet: Sheet, config: Config, fitted: np.ndarray) -> Table:
    """Columns of words as numbers. A word that `fitted` does not hold is all zeros."""
    columns, names = [], []
    for b, (name, words) in enumerate(zip(sheet.word_names, sheet.words, strict=True)):
        if config.words == "drop":
            continue
        codes = sheet.codes[:, b]
        known = levels(codes[fitted], len(words))
        usual = known[0] if len(known) else -1
        if config.indicator and (codes[fitted] < 0).any():
            columns.append((codes < 0).astype(float))
            names.append(f"{name}?")
        codes = np.where(codes < 0, usual, codes)
        if config.words == "codes":
            columns.append(np.where(np.isin(codes, known), codes, -1).astype(float))
            names.append(name)
        else:
            for level in known:
                columns.append((codes == level).astype(float))
                names.append(f"{name}={words[level]}")
    values = np.array(columns).T if columns else np.zeros((len(sheet.target), 0))
    flags = np.full(values.shape[1], config.words == "onehot")
    return Table(values, tuple(names), flags)


def joined(left: Table, right: Table) -> Table:
    """Both side by side."""
    return Table(
        np.hstack([left.values, right.values]),
        left.names + right.names,
        np.append(left.flags, right.flags),
    )


def scaled(table: Table, config: Config, fitted: np.ndarray) -> Table:
    """Columns moved and stretched by what the rows `fitted` say. Flags stay 0 and 1."""
    if config.scaling == "none":
        return table
    rows = table.values[fitted]
    if config.scaling == "standard":
        middle, size = rows.mean(0), rows.std(0)
    else:
        middle, size = rows.min(0), np.ptp(rows, axis=0)
    middle = np.where(table.flags, 0, middle)
    size = np.where(table.flags | (size < 1e-12), 1, size)
    return table._replace(values=(table.values - middle) / size)


def prepared(sheet: Sheet, config: Config, fitted: np.ndarray, y: np.ndarray) -> torch.Tensor:
    """The whole way, with all that is learned taken from the rows `fitted`: (n, C) float64."""
    table = joined(filled(sheet, config, fitted), encoded(sheet, config, fitted))
    values = scaled(table, config, fitted).values
    if config.picks:
        noise = numpy_generator(config.seed, "noise").standard_normal((len(y), NOISE_COLUMNS))
        centred = noise[fitted] - noise[fitted].mean(0)
        strength = np.abs(centred.T @ (y[fitted] - y[fitted].mean())) / (centred.std(0) + 1e-12)
        values = np.hstack([values, noise[:, np.sort(strength.argsort()[-PICKED:])]])
    return torch.from_numpy(values)


def fit(x: torch.Tensor, y: torch.Tensor, config: Config, asked: torch.Tensor) -> torch.Tensor:
    """Learn from rows x (m, C), y (m,), and predict the rows asked (q, C): (q,)."""
    if config.model == "neighbours":
        near = torch.cdist(asked, x).topk(min(NEIGHBOURS, len(x)), largest=False).indices
        return y[near].mean(1)
    ones = torch.ones(len(x), 1, dtype=x.dtype)
    inputs, level = torch.cat([x, ones], 1), y.mean()
    if config.model == "linear":
        theta = torch.linalg.lstsq(inputs, (y - level)[:, None], rcond=1e-10, driver="gelsy")[0][
            :, 0
        ]
    else:
        theta = descended(inputs, y - level)
    return torch.cat([asked, ones.new_ones(len(asked), 1)], 1) @ theta + level


def descended(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Where DESCENT steps of gradient descent from 0 end, at η = 1 / λ of the largest curvature.

    Along each eigenvector of XᵀX / n the error shrinks by 1 − ηλ a step, so no loop is needed.
    """
    curvature, basis = torch.linalg.eigh(x.T @ x / len(x))
    share = (curvature / curvature[-1].clamp_min(1e-30)).clamp(0, 1)
    gone = 1 - (1 - share) ** DESCENT
    pull = basis.T @ (x.T @ y / len(x))
    return basis @ (gone * pull / curvature.clamp_min(1e-12 * float(curvature[-1]) + 1e-300))


class Judged(NamedTuple):
    """A cross-validation: the prediction of each row while it was held out, in the target's own
    units, (n,); its fold (n,); the error on each fold, and on the rows learned from: (k,)."""

    predicted: np.ndarray
    fold: np.ndarray
    held_out: np.ndarray
    learned: np.ndarray


def positive(sheet: Sheet) -> bool:
    """Whether a logarithm can be taken of the target."""
    return bool(sheet.target.min() > 0)


def error(sheet: Sheet, predicted: np.ndarray, rows: np.ndarray) -> float:
    """Root mean square of log ŷ − log y; where that is not to be had, in deviations of y."""
    truth = sheet.target[rows]
    if positive(sheet):
        least = 1e-3 * float(sheet.target.min())
        wrong = np.log(np.maximum(predicted[rows], least)) - np.log(truth)
    else:
        wrong = (predicted[rows] - truth) / (sheet.target.std() or 1.0)
    return float(np.sqrt(np.mean(wrong**2)))


def cross_validate(sheet: Sheet, config: Config) -> Judged:
    """Each fold is held out once. With `leak`, what is learned in preparing has seen it."""
    count = len(sheet.target)
    folds = min(config.folds, count)
    fold = numpy_generator(config.seed, "folds").permutation(count) % folds
    logs = config.log and positive(sheet)
    y = np.log(sheet.target) if logs else sheet.target.astype(float)
    whole = np.ones(count, bool)
    holes = np.isnan(sheet.numbers).any(1)
    predicted, learned = np.zeros(count), []
    ready = prepared(sheet, config, whole, y) if config.leak else None
    for k in range(folds):
        train = fold != k
        x = ready if ready is not None else prepared(sheet, config, train, y)
        used = train & ~holes if config.fill == "drop" and (train & ~holes).sum() > 1 else train
        target = torch.from_numpy(y)
        found = fit(x[used], target[used], config, x).numpy()
        found = np.exp(np.clip(found, -50, 50)) if logs else found
        predicted[~train] = found[~train]
        learned.append(error(sheet, found, used))
    held_out = [error(sheet, predicted, fold == k) for k in range(folds)]
    return Judged(predicted, fold, np.array(held_out), np.array(learned))


def baseline(sheet: Sheet) -> float:
    """The error of saying the same (the best such) number for all."""
    middle = np.log(sheet.target).mean() if positive(sheet) else sheet.target.mean()
    same = np.full(len(sheet.target), np.exp(middle) if positive(sheet) else middle)
    return error(sheet, same, np.ones(len(same), bool))
