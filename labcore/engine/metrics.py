"""Figures for those who run the server, in Prometheus' words: `GET /lab/metrics`.

What has happened is heard from the log and counted; what is now is asked of the engine when
somebody asks for it. Nothing else of the engine knows of Prometheus.
"""

from __future__ import annotations

import hmac
from collections import Counter as Tally
from collections.abc import Iterator
from pathlib import Path

import anyio.to_thread
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from labcore import engine
from labcore.engine import log
from labcore.engine.log import Event, Facts

QUICK = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
SLOW = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)
PROXIED = ("x-forwarded-for", "x-real-ip", "forwarded")
LOOPBACK = ("127.0.0.1", "::1")


class Metrics:
    """All figures of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._ended = Counter(
            "lab_runs", "Runs that have ended", ("lab", "state"), registry=self.registry
        )
        self._refused = Counter(
            "lab_runs_refused", "Runs that were not taken", ("lab",), registry=self.registry
        )
        self._waited = Histogram(
            "lab_queue_wait_seconds",
            "From asking to the start of the run",
            buckets=SLOW,
            registry=self.registry,
        )
        self._first = Histogram(
            "lab_first_frame_seconds",
            "From asking to the first frame",
            buckets=QUICK,
            registry=self.registry,
        )
        self._took = Histogram(
            "lab_run_seconds", "From start to end", ("lab",), buckets=SLOW, registry=self.registry
        )
        self._relayed = Counter(
            "lab_frames_relayed", "Frames sent to watchers", registry=self.registry
        )
        self._answered = Histogram(
            "lab_answer_seconds",
            "Immediate answers",
            ("outcome",),
            buckets=QUICK,
            registry=self.registry,
        )
        self._failed = Counter(
            "lab_sign_ins_failed", "Wrong instructor tokens", registry=self.registry
        )
        self.registry.register(House())
        ProcessCollector(registry=self.registry)

    def heard(self, event: Event, facts: Facts) -> None:
        """Count one event of the log."""
        match event:
            case "run ended":
                self._ended.labels(facts["lab"], facts["state"]).inc()
                if facts["state"] == "done":
                    self._took.labels(facts["lab"]).observe(facts["seconds"])
            case "run refused":
                self._refused.labels(facts["lab"]).inc()
            case "run started":
                self._waited.observe(facts["seconds"])
            case "run first frame":
                self._first.observe(facts["seconds"])
            case "frames relayed":
                self._relayed.inc(facts["frames"])
            case "answer":
                self._answered.labels(facts["outcome"]).observe(facts["seconds"])
            case "sign-in failed":
                self._failed.inc()

    def text(self) -> bytes:
        """All figures as they are now."""
        return generate_latest(self.registry)


class House(Collector):
    """What the engine knows at the moment it is asked."""

    def describe(self) -> list[Metric]:
        return []  # it would have to start an engine to say

    def collect(self) -> Iterator[Metric]:
        house = engine.current()
        runs = house.active()
        active = GaugeMetricFamily(
            "lab_runs_active", "Runs that compute or wait", labels=["lab", "state"]
        )
        for (lab, state), count in Tally((run.slug, run.state) for run in runs).items():
            active.add_metric([lab, state], count)
        yield active
        if learners := getattr(house, "learners", None):
            yield GaugeMetricFamily("lab_learners", "Who asked for a run lately", learners())
        watchers = sum(len(run.watchers) for run in runs)
        yield GaugeMetricFamily("lab_watchers", "Open streams of frames", watchers)
        workers = house.settings.workers
        yield GaugeMetricFamily("lab_workers", "Runs that may compute at a time", workers)
        ready = getattr(house, "ready", True)
        yield GaugeMetricFamily("lab_ready", "Whether runs can start", ready)
        processes = getattr(house, "processes", None)
        if processes is not None:
            yield CounterMetricFamily(
                "lab_worker_host_restarts", "Worker hosts that were lost", processes.restarts
            )
        used = getattr(house.store, "used_bytes", None)
        if used is not None:
            yield GaugeMetricFamily("lab_store_bytes", "Finished runs as they are kept", used)
        memory = GaugeMetricFamily(
            "lab_memory_bytes", "Memory, what is shared counted once", labels=["of"]
        )
        memory.add_metric(["server"], _memory("self"))
        memory.add_metric(["workers"], sum(map(_memory, _descendants("self"))))
        yield memory


disable_created_metrics()  # of every counter a second line that says when it began
metrics = Metrics()
log.listeners.append(metrics.heard)


async def serve(request: Request) -> Response:
    """The figures, for those who may have them."""
    if not _may_read(request):
        return Response(status_code=403, headers={"Cache-Control": "no-store"})
    text = await anyio.to_thread.run_sync(metrics.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_read(request: Request) -> bool:
    """With the token, from anywhere; where there is none, from this very machine only.

    An address alone would not do: behind a proxy on this machine every visitor comes from it.
    So without a token nothing that was passed on is answered, and with one only who has it.
    """
    token = engine.settings().metrics_token.get_secret_value()
    if token:
        scheme, _, offered = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(offered.encode(), token.encode())
        return right and scheme.lower() == "bearer"
    passed_on = any(name in request.headers for name in PROXIED)
    return bool(request.client and request.client.host in LOOPBACK and not passed_on)


def _memory(pid: str) -> int:
    """Bytes of a process, each page by its share; 0 where the system does not say."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):  # it has ended meanwhile
        pass
    return 0


def _descendants(pid: str) -> Iterator[str]:
    """All processes a process has started, and those they have."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from _descendants(child)
