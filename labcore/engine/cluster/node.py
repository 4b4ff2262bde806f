"""A node of the cluster: a Ray actor with a worker host beside it, which forks the runs."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import math
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from labcore import catalog
from labcore.engine.gpu import HEADROOM
from labcore.engine.key import source_hash
from labcore.engine.processes import Child, Processes
from labcore.engine.protocol import Kind
from labcore.engine.settings import Settings

Packet = tuple[int, bytes]

BATCH_BYTES = 64 * 2**10
"""Ray carries up to 100 kB beside the message; more goes through the object store."""
START_SECONDS = 120.0


class HostLost(Exception):
    """The worker host of this node has died and taken the run with it."""


class Batch(NamedTuple):
    """What a run has said since the last batch; `code` is its exit and comes with the last."""

    packets: list[Packet]
    pid: int
    code: int | None = None


class Node:
    """The actor: what `Processes` is to a server, carried by Ray."""

    def __init__(self, extra_labs: str, settings: Mapping[str, Any]) -> None:
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[3])
        os.environ["LAB_EXTRA_LABS"] = extra_labs
        self._settings = Settings(**settings)
        self._gpus = itertools.cycle(os.environ.get("CUDA_VISIBLE_DEVICES", "").split(","))
        self._children: dict[int, Child] = {}
        self._processes: Processes | None = None
        self._ready = asyncio.Event()

    async def open(self) -> str:
        """Start the worker host; the release of this node."""
        self._processes = Processes(
            self._settings,
            asyncio.get_running_loop(),
            on_ready=self._ready.set,
            on_lost=lambda failures: self._ready.clear(),
        )
        self._processes.start()
        await asyncio.wait_for(self._ready.wait(), START_SECONDS)
        return release()

    async def run(
        self, identity: int, packets: Sequence[Packet], cuda: bool
    ) -> AsyncIterator[Batch]:
        """Fork a process and hand on what it says: the first packet at once, then what is there.

        Raises:
            HostLost: nothing can be said of the run any more.
        """
        await asyncio.wait_for(self._ready.wait(), START_SECONDS)
        assert self._processes is not None
        memory = orjson.loads(packets[0][1])["memory"]
        self._processes.settings = self._settings.model_copy(update={"run_memory": memory})
        said: asyncio.Queue[Packet | None] = asyncio.Queue()
        exits: list[int | None] = []

        def gone(code: int | None) -> None:
            exits.append(code)
            said.put_nowait(None)

        share = HEADROOM * self._settings.gpu_fraction
        gpu = {"gpu": next(self._gpus), "share": share} if cuda else {}
        child = self._processes.fork("run", lambda *packet: said.put_nowait(packet), gone, gpu)
        pids: list[int] = []
        child.on_fork = pids.append
        self._children[identity] = child
        for kind, payload in packets:
            child.packets.send(Kind(kind), payload)
        try:
            while not exits or not said.empty():
                if batch := await _gather(said):
                    yield Batch(batch, pids[0] if pids else 0)
            if exits[0] is None:
                raise HostLost
            yield Batch([], pids[0] if pids else 0, exits[0])
        finally:  # also when Ray cancels us
            del self._children[identity]
            self._processes.kill(child)

    async def signal(self, identity: int, number: int) -> None:
        """Signal the process of a run, if there still is one."""
        if self._processes and (child := self._children.get(identity)):
            self._processes.kill(child, number)


async def _gather(said: asyncio.Queue[Packet | None]) -> list[Packet]:
    """The next packet, and those that are there already."""
    batch: list[Packet] = []
    size = 0
    packet = await said.get()
    while packet is not None:
        batch.append(packet)
        size += len(packet[1])
        if said.empty() or size > BATCH_BYTES:
            break
        packet = said.get_nowait()
    return batch


def share(resources: Mapping[str, float], settings: Settings) -> tuple[int, float, int]:
    """What this server takes of a node: CPUs, GPUs, and how many runs that is room for."""
    cpus = math.floor(resources.get("CPU", 0) * settings.node_share)
    if not settings.gpu_fraction:
        return cpus, 0, cpus
    gpus = resources.get("GPU", 0) * settings.node_share
    if gpus > 1:
        gpus = math.floor(gpus)  # Ray shares out one, or whole ones
    runs = math.floor(gpus / settings.gpu_fraction + 1e-9)
    return cpus, gpus, min(cpus, runs)


def release() -> str:
    """Hash of all labs and what they compute with: one for all nodes, or no key would hold."""
    facts = [source_hash(entry.slug) for entry in (*catalog.LABS, *catalog.extra())]
    facts += [version(package) for package in ("torch", "numpy", "plotly")]
    return hashlib.blake2b(orjson.dumps(facts), digest_size=16).hexdigest()
