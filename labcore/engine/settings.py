"""Every setting of the engine, by environment variable: `LAB_WORKERS=4 make run`."""

from __future__ import annotations

import functools
import os
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Limits and places. The defaults suit two cores; see each field."""

    model_config = SettingsConfigDict(env_prefix="LAB_", use_attribute_docstrings=True)

    engine: Literal["local", "ray", "inline"] = "local"
    """`local`: a process per run, forked from a warm worker host. `ray`: runs on a Ray cluster.
    `inline`: in the calling thread, for tests."""

    workers: int = Field(os.cpu_count() or 2, ge=1, le=1024)
    """Runs that compute at the same time; each uses one core."""

    queue: int = Field(500, ge=1)
    """Runs that may wait. One more is refused with a sentence."""

    queue_per_learner: int = Field(8, ge=1)
    """Runs one learner may have waiting."""

    running_per_learner: int = Field(max(1, (os.cpu_count() or 2) // 4), ge=1)
    """Runs one learner may have computing while others are here; alone, all workers are theirs."""

    run_seconds: float = Field(120, gt=0)
    """A run is ended after this long by the clock."""

    run_frames: int = Field(2000, ge=1)
    """A run is ended after this many frames."""

    run_bytes: int = Field(64 * 2**20, ge=1024)
    """A run is ended once its messages are larger than this in all."""

    run_memory: int = Field(1024 * 2**20, ge=2**24)
    """Bytes a run's process may allocate beyond what it shares with the worker host."""

    answer_workers: int = Field(2, ge=1, le=256)
    """Warm processes for immediate answers."""

    answer_seconds: float = Field(3, gt=0)
    """An immediate answer that takes longer is given up and its process replaced."""

    answers_waiting: int = Field(200, ge=1)
    """Immediate answers that may wait, over all learners; each learner has one at most."""

    stop_seconds: float = Field(0.3, gt=0)
    """How long a stopped run may take to put its numbers away before it is killed."""

    lease_seconds: float = Field(120, gt=0)
    """How long a run goes on after its last watcher has vanished without pressing Stop."""

    stream_seconds: float = Field(30, gt=0)
    """A stream of frames ends itself after this long; the browser resumes it."""

    store_memory: int = Field(512 * 2**20, ge=2**20)
    """Bytes of finished runs kept in memory; the longest unused go first."""

    warm: bool = True
    """Whether every lab and preset is taken through its first frames after the start."""

    board: bool = False
    """Whether the server is a class: learners may put their challenges on a board, by a name
    they choose."""

    own_seconds: float = Field(1800, gt=0)
    """A learner's own file is forgotten, with the runs on it, so long after its last use."""

    own_per_learner: int = Field(6, ge=1)
    """Files of their own that are kept for one learner; the longest unused goes first."""

    own_bytes: int = Field(256 * 2**20, ge=2**20)
    """All learners' own files together; the longest unused go first."""

    own_read_seconds: float = Field(10, gt=0)
    """Reading a file that takes longer is given up."""


@functools.cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
