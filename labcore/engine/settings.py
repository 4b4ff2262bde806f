"""Every setting of the engine, by environment variable: `LAB_WORKERS=4 make run`."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_TOKEN = 20


def _hard_to_guess(token: SecretStr) -> SecretStr:
    if 0 < len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"a token has at least {SHORTEST_TOKEN} characters")
    return token


Token = Annotated[SecretStr, AfterValidator(_hard_to_guess)]
"""A secret of this server, which none of its words ever show; empty: there is none."""


class Settings(BaseSettings):
    """Limits and places. The defaults suit two cores; see each field."""

    model_config = SettingsConfigDict(
        env_prefix="LAB_", use_attribute_docstrings=True, hide_input_in_errors=True
    )

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

    answer_workers: int = Field(max(2, (os.cpu_count() or 2) // 4), ge=1, le=256)
    """Warm processes for immediate answers."""

    answer_seconds: float = Field(3, gt=0)
    """An immediate answer that takes longer is given up and its process replaced."""

    answers_waiting: int = Field(200, ge=1)
    """Immediate answers that may wait, over all learners; each learner has one at most."""

    stop_seconds: float = Field(0.3, gt=0)
    """How long a stopped run may take to put its numbers away before it is killed."""

    lease_seconds: float = Field(120, gt=0)
    """How long a run goes on after its last watcher has vanished without pressing Stop."""

    lease_crowded_seconds: float = Field(15, gt=0)
    """The same while another run waits for its turn."""

    stream_seconds: float = Field(30, gt=0)
    """A stream of frames ends itself after this long; the browser resumes it."""

    data: Path = Path(__file__).parents[2] / ".lab"
    """The folder of what this server keeps."""

    store: str = ""
    """Where finished runs are kept: “memory”, or SQLAlchemy's URL of a database, such as
    `postgresql+psycopg://lab@db/lab`. Empty: SQLite in the data folder."""

    store_files: Path | None = None
    """A folder for the bytes of runs, which all servers see, instead of the database."""

    store_bytes: int = Field(8 * 2**30, ge=2**20)
    """Bytes of finished runs that are kept; the longest unused go first."""

    store_days: float = Field(90, gt=0)
    """Days after its last use that a finished run is kept."""

    store_memory: int = Field(256 * 2**20, ge=2**20)
    """Bytes of finished runs kept in memory as well; the longest unused go first."""

    address: str = ""
    """Where other servers that share the store reach this one, such as `http://10.0.0.3:8501`:
    what one computes, the others then show as it happens."""

    hosts: str = ""
    """The names by which this server may be asked, by commas, such as `lab.example.edu,*.local`.
    Empty: any."""

    warm: bool = True
    """Whether, after the start, default runs are computed and every lab and preset is taken
    through its first frames."""

    preload: bool = True
    """Whether all labs are imported before the first page is served. Without, the server is there
    in a few seconds, and each lab takes longer: for those who write one."""

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

    instructor_token: Token = SecretStr("")
    """Opens the console where nobody signs in: twenty characters or more that no one guesses,
    as `python -c "import secrets; print(secrets.token_urlsafe())"` prints them."""

    auth: bool = False
    """Whether everyone signs in first, by OpenID Connect: `[auth]` in `.streamlit/secrets.toml`,
    and the packages of the extra `auth`."""

    auth_hours: float = Field(12, gt=0)
    """A sign-in counts for so long."""

    instructors: str = ""
    """Who of those who sign in opens the console: e-mail addresses and claims, by commas, such as
    `ada@example.org,role=instructor`. An address counts if the provider says it is verified."""

    quiet: str = ""
    """Unless empty, runs of learners that are not there already are refused with this sentence."""

    metrics_token: Token = SecretStr("")
    """Opens `/lab/metrics`, as a bearer token. Without one, only a program on this machine may
    read it, and not through a proxy."""

    log: Literal["json", "plain", "off"] = "off"
    """One line an event on standard error, as JSON or for a terminal; `off`: only warnings."""

    node_share: float = Field(1, gt=0, le=1)
    """The share of each cluster node's CPUs and GPUs that this server takes, a run for each CPU;
    two servers on one cluster take a half each."""

    gpu_fraction: float = Field(0, ge=0, le=1)
    """On a cluster, the share of a GPU each run takes, on nodes that have one; with
    `LAB_DEVICE=cuda`, labs that can gain from it compute there. 0: no GPU is taken."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where labs compute that can gain from a GPU: `auto` takes one where it was measured to be
    faster."""

    gpu_slots: int | None = Field(None, ge=0, le=64)
    """Runs that share this machine's GPUs. Empty: one for each 4 GB of a GPU, at most 8."""


@functools.cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
