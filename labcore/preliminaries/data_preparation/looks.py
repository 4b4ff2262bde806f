"""From a table to frames: run, and the answer while a hand moves."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import torch

from labcore import Frame, Start
from labcore.preliminaries.data_preparation.config import FILLS, Config
from labcore.preliminaries.data_preparation.lesson import (
    Judged,
    Table,
    baseline,
    cross_validate,
    encoded,
    fill_values,
    filled,
    joined,
    prepared,
    scaled,
)
from labcore.preliminaries.data_preparation.sheet import Sheet, sheet

STAGES = ("As it comes", "Gaps filled", "Words as numbers", "Scaled", "A tensor")
SHOWN = 14
"""Rows of the table that are drawn."""
BINS = np.arange(-3.25, 3.3, 0.5)


def folds_of(config: Config) -> int:
    """How many folds there are; never more than rows."""
    return min(config.folds, len(sheet(config).target))


@functools.lru_cache(maxsize=16)
def stage_table(config: Config, stage: int) -> Table:
    """The table as it stands at a stage; not-a-number for a gap or a word."""
    here = sheet(config)
    everything = np.ones(len(here.target), bool)
    words = np.full(here.codes.shape, np.nan)
    spelled = Table(words, here.word_names, np.ones(len(here.word_names), bool))
    if stage == 0:
        flags = np.zeros(len(here.number_names), bool)
        return joined(Table(here.numbers, here.number_names, flags), spelled)
    if stage > 2:
        return scaled(stage_table(config, 2), config, everything)
    numbers = filled(here, config, everything)
    return joined(numbers, spelled if stage == 1 else encoded(here, config, everything))


def widest(config: Config) -> int:
    """The number of columns of the broadest stage."""
    return max(len(stage_table(config, stage).names) for stage in (0, 1, 2))


def look(config: Config, step: int, judged: Judged, more: dict[str, np.ndarray]) -> Frame:
    """The table at a stage, or after so many folds; `more` is what only a run has."""
    here = sheet(config)
    stage, done = min(step, len(STAGES) - 1), max(step - len(STAGES) + 1, 0)
    table = stage_table(config, stage)
    picture = np.full((SHOWN, widest(config)), np.nan, np.float32)
    rows = min(SHOWN, len(table.values))
    picture[:rows, : len(table.names)] = table.values[:rows]
    gone = np.isin(judged.fold, np.arange(done))
    predicted = np.where(gone, judged.predicted, np.nan).astype(np.float32)
    held, learned = (np.full(len(judged.held_out), np.nan, np.float32) for _ in range(2))
    held[:done], learned[:done] = judged.held_out[:done], judged.learned[:done]
    everything = np.ones(len(here.target), bool)
    y = np.log(here.target) if config.log and here.target.min() > 0 else here.target
    tensor = prepared(here, config, everything, y).to(torch.float32)
    values = {
        "picture": picture,
        "columns": len(table.names),
        "predicted": predicted,
        "held_out": held,
        "learned": learned,
        "error": float(judged.held_out.mean()),
        "fit_error": float(judged.learned.mean()),
        "baseline": baseline(here),
        "gaps": int(np.isnan(here.numbers).sum() + (here.codes < 0).sum()),
        "rows": len(here.target),
        "width": tensor.shape[1],
        **column_values(here, config, stage > 0),
        **more,
    }
    return Frame(step, values, trouble(here, config, judged), {})


def column_values(here: Sheet, config: Config, full: bool) -> dict[str, np.ndarray | float]:
    """The histogram of the column watched, in its own deviations, and what fills its gaps."""
    if not here.numbers.shape[1]:
        return {"bars": np.zeros(len(BINS) - 1, np.float32), "spike": 0.0, "at": 0.0}
    a = min(config.watch, here.numbers.shape[1]) - 1
    column = here.numbers[:, a]
    known = column[np.isfinite(column)]
    size = float(known.std()) or 1.0 if len(known) else 1.0
    middle = float(known.mean()) if len(known) else 0.0
    put = fill_values(here, config, np.ones(len(column), bool))[a]
    bars = np.histogram(np.clip((known - middle) / size, -3.2, 3.2), BINS)[0]
    return {
        "bars": bars.astype(np.float32),
        "spike": float(len(column) - len(known)) if full and config.fill != "drop" else 0.0,
        "at": float(np.clip((put - middle) / size, -3.2, 3.2)),
    }


def trouble(here: Sheet, config: Config, judged: Judged) -> str:
    """What the learner should know of this table, in a sentence or two."""
    said = [here.note] if here.note else []
    if config.table and not here.note:
        said.append(f"Predicted is “{here.target_name}”, the last column of numbers.")
    if config.log and here.target.min() <= 0:
        said.append("The target has values of 0 or less: no logarithm, errors in deviations.")
    left = int((~np.isnan(here.numbers).any(1)).sum())
    if config.fill == "drop" and left < len(here.target) / 4:
        said.append(f"Only {left} of {len(here.target)} rows have no gap among their numbers.")
    if judged.held_out.mean() > 3 * judged.learned.mean() + 1e-9 and len(here.target) >= 20:
        said.append("Held-out rows are missed by far more than those learned from: overfitting.")
    return " ".join(said)


def extras(config: Config) -> dict[str, np.ndarray]:
    """The error of each way to fill gaps, without and with indicators, and with and without leak.

    fills: (5, 2); leaks: (2,), prepared inside each fold and before the split.
    """

    def judged(**changed: object) -> float:
        other = config.model_copy(update=changed)
        return float(cross_validate(sheet(other), other).held_out.mean())

    fills = [[judged(fill=fill, indicator=i) for i in (False, True)] for fill in FILLS]
    leaks = [judged(leak=False), judged(leak=True)]
    return {"fills": np.array(fills, np.float32), "leaks": np.array(leaks, np.float32)}


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Stage after stage, then fold after fold."""
    judged, more = cross_validate(sheet(config), config), extras(config)
    for step in range(len(STAGES) + folds_of(config)):
        yield look(config, step, judged, more)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same at the place on screen, while a hand moves."""
    last = len(STAGES) + folds_of(config) - 1
    step = min(start.step, last) if start else last
    return look(config, step, cross_validate(sheet(config), config), {})
