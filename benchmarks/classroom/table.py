"""The figures of a room in words."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from tests.load.scenario import Figures

MB = 2**20


def rows(met: Figures, after: int) -> dict[str, str]:
    """What was met, row by row; `after` is the memory some time after all have left."""
    there, memory = met.few
    extra = (met.idle.memory - memory) / max(1, len(met.opened) - there)
    return {
        "errors": str(len(met.errors)),
        "disconnects": str(len(met.disconnects)),
        "page there, p50 / p95": both(met.opened),
        "a control moved, p50 / p95": both(met.moved),
        "moves answered / due": f"{met.answered} / {len(met.moved)}",
        "first frame of a cached preset, p50 / p95": both(met.cached),
        "Train to first frame, p50 / p95": both(met.trained),
        "frames watched": str(met.frames),
        "memory before": f"{met.before.memory / MB:.0f} MB",
        "memory at the peak": f"{met.peak / MB:.0f} MB",
        "memory after they left": f"{after / MB:.0f} MB ({after / met.before.memory - 1:+.0%})",
        "memory per extra idle learner": f"{extra / MB:.2f} MB",
        "cores: server / clients / others": f"{met.busy:.2f} / {met.client:.2f} / {met.others:.2f}",
    }


def both(times: Sequence[float]) -> str:
    """The median and the 95th percentile, in seconds."""
    return f"{statistics.median(times):.2f} / {p95(times):.2f} s" if times else "–"


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else max(times, default=0.0)


def show(columns: dict[str, dict[str, str]]) -> None:
    """Print a table in Markdown, a column for each system."""
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    table = [["", *columns], ["---"] * (len(columns) + 1)]
    table += [[name, *(c.get(name, "–") for c in columns.values())] for name in names]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    for line in table:
        print("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |")


def most_frequent(texts: Iterable[str], most: int = 3) -> list[str]:
    """The first words of what was said most often."""
    counted: dict[str, int] = {}
    for text in texts:
        counted[text[:200]] = counted.get(text[:200], 0) + 1
    ranked = sorted(counted.items(), key=lambda item: -item[1])[:most]
    return [f"{count} × {text}" for text, count in ranked]
