"""The example in `deploy/` on this machine: its own units and site, with other ports and paths."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers import ROOT, until
from tools.served import free_port
from tools.services import nginx

DEPLOY = ROOT / "deploy"
PORTS = ("8501", "8502")


def adapted(name: str, changes: Mapping[str, str]) -> str:
    """A file of the example with other ports and paths, as an administrator does it with sed."""
    text = (DEPLOY / name).read_text()
    for old, new in changes.items():
        assert old in text, f"{name} says nothing of {old}"
        text = text.replace(old, new)
    return text


def unit() -> tuple[list[str], dict[str, str]]:
    """What lab@.service executes, and its environment, before `%i` is put in."""
    text = adapted("lab@.service", {"/opt/lab/.venv/bin/": f"{Path(sys.executable).parent}/"})
    command: list[str] = []
    environment: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name == "ExecStart":
            command = shlex.split(value)
        elif name == "Environment":
            environment |= dict(setting.split("=", 1) for setting in shlex.split(value))
    return command, environment


@dataclass
class FrontEnd:
    """One app process, as lab@PORT starts it."""

    port: str
    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command, environment = unit()
        given = {name: value.replace("%i", self.port) for name, value in environment.items()}
        quick = {
            "LAB_DATA": str(self.folder),
            "HOME": os.environ["HOME"],
            "LAB_WARM": "0",
            "LAB_PRELOAD": "0",
            "LAB_WORKERS": "1",
            "LAB_EXTRA_LABS": "tests.labs.trouble",
            "STREAMLIT_SERVER_COOKIE_SECRET": "one-for-both",
        }
        self.process = subprocess.Popen(
            [part.replace("%i", self.port) for part in command],
            cwd=ROOT,
            env={**os.environ, **given, **quick},
        )

    def is_warm(self) -> bool:
        assert self.process.poll() is None, f"lab@{self.port} ended"
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/lab/health", timeout=2):
            return True
        return False

    def sessions(self) -> int:
        """Learners whose pages live in this process."""
        address = f"{self.url}/_stcore/metrics?families=active_sessions"
        with urllib.request.urlopen(address, timeout=5) as reply:
            rows = reply.read().decode().splitlines()
        return sum(int(float(row.split()[-1])) for row in rows if row.startswith("active_sessions"))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass
class Campus:
    """nginx and the app processes behind it, by port."""

    url: str
    folder: Path
    front_ends: dict[str, FrontEnd]


@contextmanager
def campus(folder: Path) -> Generator[Campus, None, None]:
    """Two warm app processes behind a real nginx."""
    ports = dict(zip(PORTS, (str(free_port()) for _ in PORTS), strict=True))
    entry = f"127.0.0.1:{free_port()}"
    site = adapted(
        "nginx.conf",
        {
            **ports,
            "listen 80 default_server;": f"listen {entry};",
            "    listen [::]:80 default_server;\n": "",
            "/var/lib/nginx/lab": "cache",
        },
    )
    front_ends: dict[str, FrontEnd] = {}
    with nginx(site) as house:
        try:
            for port in ports.values():  # one after the other: each start keeps two cores busy
                front_ends[port] = FrontEnd(port, folder)
                until(front_ends[port].is_warm, 120, f"lab@{port} warm")
            yield Campus(f"http://{entry}", house, front_ends)
        finally:
            for front_end in front_ends.values():
                front_end.end()
