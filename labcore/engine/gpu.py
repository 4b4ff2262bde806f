"""GPU slots: warm processes that wait for one run each, and which labs are worth one.

A slot is a process that the worker host has forked and that has initialised CUDA ahead; when
its run has ended it is replaced. A GPU that cannot be used costs no run: without a measurement
a lab computes on the processor. Everything here belongs to the engine's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from labcore import catalog, device
from labcore.engine.key import source_hash
from labcore.engine.log import logger
from labcore.engine.processes import Child, Processes
from labcore.engine.protocol import Kind
from labcore.engine.settings import Settings

OnPacket = Callable[[Kind, bytes], None]
OnExit = Callable[[int | None], None]
HEADROOM = 0.9
"""The part of a slot's share that is left beside CUDA's own."""


@dataclass(slots=True, eq=False)
class Slot:
    """A share of a GPU, the process that is warm there, and the run it has been given to."""

    gpu: device.Gpu
    share: float
    child: Child | None = None
    warm: bool = False
    on_packet: OnPacket | None = None
    on_exit: OnExit | None = None


class GpuSlots:
    """All slots of this machine; none where there is no GPU."""

    def __init__(
        self,
        settings: Settings,
        processes: Processes,
        slots: Sequence[device.Gpu],
        on_change: Callable[[], None],
        on_broken: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._processes = processes
        self._slots = [Slot(gpu, HEADROOM / slots.count(gpu)) for gpu in slots]
        self._on_change = on_change
        self._on_broken = on_broken
        self._measuring = False

    @property
    def count(self) -> int:
        return len(self._slots)

    def open(self) -> None:
        """The host can fork: measure what was not, and warm all slots."""
        if self._slots and not self._measuring:
            self._measuring = True
            self._measure(self._slots[0])
        for slot in self._slots:
            if slot.child is None:
                self._fork(slot)

    def has_place(self, slug: str) -> bool:
        """Whether a run of a lab can start now, as far as GPUs go."""
        return device.of(slug) == "cpu" or any(self._free(slot) for slot in self._slots)

    def take(self, on_packet: OnPacket, on_exit: OnExit) -> Child:
        """A warm process for a run, which ends with it; `has_place` says that there is one."""
        slot = next(slot for slot in self._slots if self._free(slot))
        assert slot.child is not None
        slot.on_packet, slot.on_exit = on_packet, on_exit
        return slot.child

    def _free(self, slot: Slot) -> bool:
        return slot.warm and slot.on_exit is None

    def _fork(self, slot: Slot) -> None:
        """Start the process of a slot; its first packet says that it is warm."""

        def packet(kind: Kind, payload: bytes) -> None:
            if slot.on_packet:
                slot.on_packet(kind, payload)
            else:
                slot.warm = True
                self._on_change()

        def gone(code: int | None) -> None:
            given, was_warm = slot.on_exit, slot.warm
            slot.child, slot.warm, slot.on_packet, slot.on_exit = None, False, None, None
            if was_warm and code is not None:
                self._fork(slot)
            elif code is not None and not any(other.child for other in self._slots):
                self._give_up()  # CUDA fails wherever it is tried
            if given:
                given(code)

        order = {"gpu": slot.gpu.uuid, "share": slot.share}
        slot.child = self._processes.fork("gpu", packet, gone, order)

    def _give_up(self) -> None:
        """No slot works: all labs compute on the processor from now on."""
        logger.warning("no GPU can be used")
        for entry in (*catalog.LABS, *catalog.extra()):
            device.settle(entry.slug, "cpu")
        self._on_broken()

    def _measure(self, slot: Slot) -> None:
        """Have a process time the labs that were not timed on this GPU, as they are now."""
        file = self._settings.data / "devices.json"
        known = _read(file)
        slugs = [entry.slug for entry in (*catalog.LABS, *catalog.extra())]
        places = {slug: f"{slug} {source_hash(slug)} {slot.gpu.name}" for slug in slugs}

        def measured(_: Kind, payload: bytes) -> None:
            """Seconds by lab and device; empty for a lab that has no use for a GPU."""
            fresh = {places[slug]: told for slug, told in orjson.loads(payload).items()}
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(orjson.dumps(_read(file) | fresh, option=orjson.OPT_INDENT_2))
            self._settle(places, known | fresh, slot)

        self._settle(places, known, slot)
        missing = [slug for slug in slugs if places[slug] not in known]
        if missing and self._settings.device != "cpu":
            order = {"gpu": slot.gpu.uuid, "share": slot.share}
            child = self._processes.fork("measure", measured, lambda code: None, order)
            child.packets.send(Kind.JOB, orjson.dumps(missing))

    def _settle(self, places: dict[str, str], known: dict[str, Any], slot: Slot) -> None:
        for slug, place in places.items():
            told = known.get(place)
            chosen = device.choose(self._settings.device, told) if told else "cpu"
            device.settle(slug, f"cuda {slot.gpu.name}" if chosen == "cuda" else "cpu")


def _read(file: Path) -> dict[str, Any]:
    try:
        return orjson.loads(file.read_bytes())
    except (OSError, ValueError):  # the first time, or a torn file: measured anew
        return {}
