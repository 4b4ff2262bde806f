"""The places for runs that a Ray cluster has: which nodes there are, and how full each is."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import AuthenticationError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from labcore.engine.cluster.node import Node, release, share
from labcore.engine.settings import Settings

SURVEY_SECONDS = 2.0
REACH_SECONDS = 5.0
AVOID_SECONDS = 10.0
"""A node that was lost is left alone so long: Ray may take a while to know that it is dead."""
UNUSABLE = (
    "A machine of the cluster cannot be used. It may lack packages of this server, "
    "or ask for no token while this server does."
)


class Unreachable(Exception):
    """The cluster cannot be used; the message is a sentence."""


def connect(address: str) -> None:
    """Join the cluster as a driver.

    Raises:
        Unreachable: a sentence.
    """
    if not address:
        raise Unreachable("There is no cluster to compute on: RAY_ADDRESS is not set.")
    where, _, port = address.rpartition(":")
    if where and port.isdigit():
        try:
            socket.create_connection((where.strip("[]"), int(port)), REACH_SECONDS).close()
        except OSError as error:
            raise Unreachable(
                f"The cluster at {address} cannot be reached: {error.strerror or error}."
            ) from None
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, namespace="labcore")
    except AuthenticationError:
        raise Unreachable(
            "No token is set for the cluster, by RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH. "
            "RAY_AUTH_MODE=disabled goes without, where nobody else reaches the cluster."
        ) from None
    except (ConnectionError, RuntimeError, ValueError):
        raise Unreachable(
            f"The cluster at {address} lets this server not in. Its token may be another, or "
            "Ray does not run on this machine."
        ) from None


@dataclass(slots=True, eq=False)
class Place:
    """A node that is ready, and how many more runs it takes."""

    key: str
    node: Any
    size: int
    free: int


class Places:
    """Follows the nodes as they come and go, and hands out the emptiest."""

    def __init__(self, settings: Settings, tell: Callable[[int, str], None]) -> None:
        self.settings = settings
        self._tell = tell
        self._places: dict[str, Place] = {}
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._avoided: dict[str, float] = {}
        self._changed = asyncio.Condition()
        self._trouble = ""

    async def watch(self) -> None:
        """Survey the cluster for ever."""
        while True:
            nodes = await asyncio.to_thread(ray.nodes)
            now = time.monotonic()
            alive = {n["NodeID"]: n["Resources"] for n in nodes if n["Alive"]}
            for key in self._places.keys() - alive.keys():
                self.lose(self._places[key])
            for key, resources in alive.items():
                known = key in self._places or key in self._opening
                useful = share(resources, self.settings)[2] > 0
                if not known and useful and self._avoided.get(key, 0) < now:
                    self._opening[key] = asyncio.create_task(self._open(key, resources))
            await asyncio.sleep(SURVEY_SECONDS)

    async def take(self) -> Place | None:
        """A place for one run, on the emptiest node; None if no node is left."""
        async with self._changed:
            while True:
                place = max(self._places.values(), key=lambda p: p.free, default=None)
                if place and place.free > 0:
                    place.free -= 1
                    return place
                if place is None and not self._opening:
                    return None
                await self._changed.wait()

    async def give_back(self, place: Place) -> None:
        """The run is over, however it ended."""
        async with self._changed:
            place.free += 1
            self._changed.notify_all()

    def lose(self, place: Place) -> None:
        """The node does not answer any more."""
        if self._places.get(place.key) is place:
            del self._places[place.key]
            self._avoided[place.key] = time.monotonic() + AVOID_SECONDS
            ray.kill(place.node)
            self._count()

    def _count(self) -> None:
        self._tell(sum(place.size for place in self._places.values()), self._trouble)

    async def _open(self, key: str, resources: Mapping[str, float]) -> None:
        """Start an actor on a node, and offer its places once it can fork."""
        cpus, gpus, size = share(resources, self.settings)
        node: Any = ray.remote(Node)
        node = node.options(
            num_cpus=cpus,
            num_gpus=gpus,
            scheduling_strategy=NodeAffinitySchedulingStrategy(key, soft=False),
        ).remote(
            os.environ.get("LAB_EXTRA_LABS", ""),
            self.settings.model_dump(include={"warm", "preload", "gpu_fraction"}),
        )
        try:
            if await node.open.remote() == await asyncio.to_thread(release):
                self._places[key] = Place(key, node, size, size)
                self._trouble = ""
            else:
                self._trouble = "A machine of the cluster has other code and is left out."
        except RayError as error:
            print(f"Node {key}: {error!r}", file=sys.stderr)
            if key not in self._avoided:  # else it was lost, and Ray has not noticed yet
                self._trouble = UNUSABLE
        finally:
            del self._opening[key]
            if key not in self._places:
                self._avoided[key] = time.monotonic() + AVOID_SECONDS
                ray.kill(node)
            self._count()
            async with self._changed:
                self._changed.notify_all()
