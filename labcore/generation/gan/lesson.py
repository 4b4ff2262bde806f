"""run: rounds of training, and what is seen of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from labcore import Frame, Start
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State
from labcore.generation.gan.diagnosis import COLUMNS_OF_RECORD, diagnose
from labcore.generation.gan.images import Gallery
from labcore.generation.gan.models import MODELS
from labcore.generation.gan.observe import Watch
from labcore.generation.gan.plan import interval, length, planar, rounds
from labcore.generation.gan.slow import in_slow_motion
from labcore.generation.gan.worlds import Source
from labcore.rng import torch_generator

KEPT_BYTES = 24 * 2**20
"""Checkpoints of a run together are hardly larger: of large networks only some frames have one."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Trains, and shows what has been learnt every `interval` steps.

    A run that goes on takes over all weights that still fit; networks of another size are fresh.
    """
    source = Source(config)
    model = MODELS[config.model]
    generator = torch_generator(config.seed, "training")
    state = model.begin(config)
    frames = Frames(config, source)
    first = 0
    if start:
        first = start.step
        take_over(state, start.checkpoint)
        frames.take_over(start.checkpoint)
        generator.set_state(torch.from_numpy(start.checkpoint["rng"].copy()))
    else:
        yield frames.make(0, state, (np.nan, np.nan), generator)
    losses = []
    for step in range(first + 1, rounds(config) + 1):
        if frames.alive:
            losses.append(torch.stack(model.learn(config, state, source, generator, step))[:, 0])
        if step % interval(config) == 0:
            recent = torch.stack(losses).numpy() if losses else np.full((1, 2), np.nan)
            yield frames.make(step, state, mean_of(recent), generator)
            losses = []


def mean_of(losses: np.ndarray) -> tuple[float, float]:
    """The mean of both losses over some steps (n, 2), without those in which a network rested."""
    there = [column[~np.isnan(column)] for column in losses.T]
    first, second = (float(c.mean()) if c.size else np.nan for c in there)
    return first, second


def take_over(state: State, kept: Mapping[str, np.ndarray]) -> None:
    """Weights and memory from a checkpoint, where their shapes still fit.

    Where races become more, all go on from the first.
    """
    for name in ("g", "d", "shown", "right"):
        row = kept.get(f"state/{name}")
        if name not in state or row is None or row.shape[1] != state[name].shape[1]:
            continue
        count = len(state[name])
        state[name] = torch.from_numpy(_fit(row, count))
        for key in ("m", "v", "t"):
            memory = kept.get(f"state/{name}.{key}")
            if memory is not None:
                state[f"{name}.{key}"] = torch.from_numpy(_fit(memory, count))


def _fit(row: np.ndarray, races: int) -> np.ndarray:
    if not row.ndim or len(row) == races:
        return row.copy()
    return np.repeat(row[:1], races, 0)


class Frames:
    """Makes frames, and remembers what a diagnosis needs: the numbers of the last few.

    Values, for R races of which the first is shown, and K parts of the data:
        critic, maker: mean losses since the frame before; of other models their two losses.
        extent: (2,), the least and largest loss so far.
        w2, mmd, good, modes: (R,). shares: (K,). floor: W₂ of two real samples.
        signal: mean |∂L_G/∂x| at the fakes. of_real, of_fake: mean verdict of D. terms: (5, 3).
        gap: mean |D − D*|, weighted with p + q. w2_raw: W₂ of G as it is.
        copies: distance to the nearest training point, that of real ones = 1.
        near: (K,), the share of all fakes nearest to each part. swing: half the sum of its
        |changes| since the frame before: what share of the fakes must have moved.
        fakes (n, 2), arrows (n, 4), warp (n, 2), mark (2,), field and best (cells, cells) uint8,
        push (n, 4), the pull on G at places all over the plane.
        star (2,), said, owes, slope (2,), trace: the chosen latent in G as it is, see `way_back`.
        change (cells, cells) uint8, change_reach: what D's next step changes, as a share of its
        scale; moves (n, 4): what G's next step does, times gain; round: L_D and L_G (2, 3) now,
        after D's next step, and after G's too.
        parts (3,): the loss of another model by term, see `held_out_terms`.
        of images: mosaic, walk (uint8), said_of_real, said_of_fake (bins,), frechet.
    """

    def __init__(self, config: Config, source: Source) -> None:
        self.config, self.source = config, source
        self.watch: Watch | Gallery = (
            Watch(config, source) if planar(config) else Gallery(config, source)
        )
        self.record = np.zeros((0, len(COLUMNS_OF_RECORD)), np.float32)
        self.extent = np.array([np.inf, -np.inf], np.float32)
        self.near: np.ndarray | None = None
        self.parts = 10 if source.world is None else len(source.world.names)
        self.last: dict[str, Any] = {}
        self.alive, self.lost_at = True, 0

    def take_over(self, kept: Mapping[str, np.ndarray]) -> None:
        """What a frame before has left."""
        self.record, self.extent = kept["record"], kept["extent"]
        near = kept["value/near"]
        self.near = near if len(near) == self.parts else None

    def make(
        self, step: int, state: State, losses: tuple[float, float], generator: torch.Generator
    ) -> Frame:
        """The frame of a step."""
        if self.alive and not all(bool(row.isfinite().all()) for row in state.values()):
            self.alive, self.lost_at = False, step
        if self.alive:
            self.last = self.watch.look(state)
            if planar(self.config):
                self.last |= in_slow_motion(self.config, state, self.source, generator, step)
        values = dict(self.last)
        near = values["near"]
        before = near if self.near is None else self.near
        values["swing"] = float(np.abs(near - before).sum() / 2)
        self.near = near
        known = [loss for loss in losses if np.isfinite(loss)]
        self.extent = np.array(
            [min([self.extent[0], *known]), max([self.extent[1], *known])], np.float32
        )
        seen = self.extent if np.isfinite(self.extent).all() else np.array([0, 1])
        values |= {"critic": losses[0], "maker": losses[1], "extent": seen.astype(np.float32)}
        row = [float(np.ravel(values.get(name, np.nan))[0]) for name in COLUMNS_OF_RECORD]
        self.record = np.concatenate([self.record, np.array([row], np.float32)])[-20:]
        note = diagnose(self.config, self.record, values, self.lost_at)
        checkpoint = self.checkpoint(step, state, values, note, generator)
        return Frame(step, values, note, checkpoint)

    def checkpoint(
        self,
        step: int,
        state: State,
        values: Mapping[str, Any],
        note: str,
        generator: torch.Generator,
    ) -> dict[str, np.ndarray] | None:
        """All that a run needs to go on from here, and the frame itself to be looked at anew."""
        size = 4 * sum(row.numel() for row in state.values())
        frames = length(self.config)
        every = -(-size * frames // KEPT_BYTES)
        number = step // interval(self.config)
        if not self.alive or (number % every and number != frames - 1):
            return None
        return {
            **{f"state/{name}": row.numpy() for name, row in state.items()},
            **{f"value/{name}": np.asarray(value) for name, value in values.items()},
            "record": self.record,
            "extent": self.extent,
            "rng": generator.get_state().numpy(),
            "note": np.array(note, dtype=np.str_),
        }
