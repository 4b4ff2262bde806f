"""What a server takes of the machine: memory and processor time of it and all it has started."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tests.helpers import descendants

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Footprint:
    """Bytes, each shared page counted once over all processes (PSS), and seconds of processor."""

    memory: int = 0
    seconds: float = 0.0


def footprint(pid: int) -> Footprint:
    """Of a process and its descendants. The seconds are those of processes that still live, and
    of ended ones that a living one has waited for."""
    memory = ticks = 0
    for one in {pid} | descendants(pid):
        try:
            rows = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
        memory += next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)
        ticks += sum(map(int, fields[11:15]))
    return Footprint(memory * 1024, ticks / TICK)


def busy_seconds() -> float:
    """Seconds of processor that the whole machine has spent on anything."""
    fields = list(map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9]))
    return (sum(fields) - fields[3] - fields[4]) / TICK  # all but idle and waiting for a disk
