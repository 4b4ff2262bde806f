"""The app as it is served, with room for many runs at once, labs that misbehave, and a clock
that can be set wrong."""

from __future__ import annotations

import resource
from collections.abc import Generator
from pathlib import Path

import pytest

from tools.served import Served, served

RUNS_AT_ONCE = 20
LEASE_SECONDS = 8.0
USUAL_FILES = 1024
"""What a shell or systemd lets a process open, if nothing is said."""


@pytest.fixture(scope="package")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that says by how many seconds the server's time of day is wrong."""
    file = tmp_path_factory.mktemp("clock") / "offset"
    file.write_text("0")
    return file


@pytest.fixture(scope="package")
def house(clock: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Served, None, None]:
    settings = {
        "LAB_EXTRA_LABS": "tests.labs.trouble,benchmarks.probe",
        "LAB_WORKERS": str(RUNS_AT_ONCE),
        "LAB_LEASE_SECONDS": str(LEASE_SECONDS),
        "LAB_WARM": "0",
        "LAB_STORE": "",  # on a disk, as by default
        "LAB_DATA": str(tmp_path_factory.mktemp("data")),
        "PYTHONPATH": str(Path(__file__).parent / "wrong_clock"),
        "WRONG_CLOCK": str(clock),
    }
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(USUAL_FILES, hard), hard))
    try:
        with served(settings) as running:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            yield running
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="package")
def place(house: Served) -> str:
    """Host and port of the house."""
    return house.url.removeprefix("http://")
