"""The app as `make run` serves it, on a port of its own, for tests, benchmarks and pictures."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parents[1]


@dataclass
class Served:
    """A running server: where it answers, and its process."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(
    environment: Mapping[str, str] | None = None, seconds: float = 90, port: int = 0
) -> Generator[Served, None, None]:
    """The app; ended by SIGTERM, and by SIGKILL if that does not help in 10 s.

    Unless told otherwise it keeps its runs in memory, so that nothing is found from before.
    """
    port = port or free_port()
    command = [
        sys.executable, "-W", "ignore", "-m", "uvicorn", "app:app", "--host", "127.0.0.1",
        "--port", str(port), "--timeout-graceful-shutdown", "2", "--log-level", "warning",
        "--no-access-log", "--ws-per-message-deflate", "false",
    ]  # fmt: skip
    given = {"LAB_STORE": "memory", **os.environ, **(environment or {})}
    process = subprocess.Popen(command, cwd=ROOT, env=given)
    house = Served(f"http://127.0.0.1:{port}", process)
    try:
        wait_until_warm(house, seconds)
        yield house
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_warm(house: Served, seconds: float) -> None:
    """Return when the engine says that it is ready."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if house.process.poll() is not None:
            raise RuntimeError(f"the server ended with {house.process.returncode}")
        try:
            with urllib.request.urlopen(f"{house.url}/lab/health", timeout=5) as reply:
                if reply.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError("the server did not become ready")
