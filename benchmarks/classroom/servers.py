"""The servers that are compared, each started as its own command says and ended at the end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from tests.load.footprint import footprint
from tools.served import Served, served

PLAIN = Path(__file__).parent / "plain.py"
QUIET_CORES = 0.05
OSCILLATION = "schedule=constant&k_g=5&restraint=none&ema=0&lr_d=0.0005&lr_g=0.005&steps=1200"


@dataclass(frozen=True)
class Contestant:
    """A server, the page that all of the class open, and links to what is computed already."""

    name: str
    serve: Callable[[], AbstractContextManager[Served]]
    path: str = ""
    presets: tuple[str, ...] = ()


@contextmanager
def ours() -> Generator[Served, None, None]:
    """As `make run` serves it, with a store of its own."""
    with (
        tempfile.TemporaryDirectory() as data,
        served({"LAB_DATA": data, "LAB_STORE": ""}) as house,
    ):
        wait_until_quiet(house)
        yield house


@contextmanager
def plain() -> Generator[Served, None, None]:
    """As its author would start it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-W", "ignore", "-m", "streamlit", "run", str(PLAIN),
        "--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", str(port),
        "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as elsewhere:  # none of our settings
        process = subprocess.Popen(command, cwd=elsewhere, stdout=subprocess.DEVNULL)
        house = Served(f"http://127.0.0.1:{port}", process)
        try:
            wait_until_there(house)
            yield house
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_there(house: Served, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{house.url}/_stcore/health", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError("the plain page did not become ready")


def wait_until_quiet(house: Served, seconds: float = 240) -> None:
    """The server has nothing left to warm."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = footprint(house.process.pid).seconds
        time.sleep(4)
        if footprint(house.process.pid).seconds - before < 4 * QUIET_CORES:
            return


CONTESTANTS = {
    "ours": Contestant("this house, one process", ours, "gan", ("", OSCILLATION)),
    "live": Contestant(
        "this house, every move trains", ours, "optimizer_trajectories", ("", "lr=0.075&steps=100")
    ),
    "plain": Contestant("plain page, trains in the script", plain),
}
