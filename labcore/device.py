"""Where a lab computes: on the processor, or on a GPU where that was measured to be faster.

A lab that can gain from a GPU puts its tensors on `device.here()`; that it imports this module
says so. A tiny model is faster on a processor than on a GPU that waits for launches, so each
such lab is timed once per server. Only a run's own process ever touches CUDA, by `enter`.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import torch

    from labcore.lab import LabModule

Kind = Literal["cpu", "cuda"]

SLOT_BYTES = 4 * 2**30
MOST_SLOTS = 8
GAIN = 1.25
"""A GPU is taken where it is so many times as fast; it is scarcer than a processor."""
TIMED_SECONDS = 2.0

_here: Kind = "cpu"
_limit = 0
_classes: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as the driver lists it."""

    index: int
    uuid: str
    name: str
    memory: int


def gpus() -> tuple[Gpu, ...]:
    """The GPUs this process may use, found without touching CUDA."""
    ask = ["nvidia-smi", "--query-gpu=index,uuid,name,memory.total",
           "--format=csv,noheader,nounits"]  # fmt: skip
    try:
        told = subprocess.run(ask, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):  # no driver, or one that does not answer
        return ()
    return listed(told, os.environ.get("CUDA_VISIBLE_DEVICES"))


def listed(told: str, visible: str | None) -> tuple[Gpu, ...]:
    """The GPUs in a list of nvidia-smi, but for those that `CUDA_VISIBLE_DEVICES` leaves out."""
    found = []
    for line in filter(None, map(str.strip, told.splitlines())):
        index, uuid, name, mebibytes = (word.strip() for word in line.split(","))
        found.append(Gpu(int(index), uuid, name, int(mebibytes) * 2**20))
    if visible is None:
        return tuple(found)
    named = {word.strip() for word in visible.split(",")}
    return tuple(gpu for gpu in found if named & {str(gpu.index), gpu.uuid})


def slots(found: Sequence[Gpu], wanted: int | None) -> tuple[Gpu, ...]:
    """The GPU of each slot: as many slots as wanted, in turn, or what their memory gives."""
    if wanted is not None:
        return tuple(found[i % len(found)] for i in range(wanted)) if found else ()
    return tuple(gpu for gpu in found for _ in range(min(MOST_SLOTS, gpu.memory // SLOT_BYTES)))


# In a run's own process


def here() -> torch.device:
    """The device of this run."""
    import torch

    return torch.device(_here)


def enter(uuid: str, share: float) -> None:
    """Move this process to a GPU: its context, its libraries, its share of the memory."""
    global _here, _limit
    os.environ["CUDA_VISIBLE_DEVICES"] = uuid
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # the same numbers each time
    import torch

    torch.cuda.init()
    torch.cuda.set_per_process_memory_fraction(share)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    square = torch.ones(64, 64, device="cuda", requires_grad=True)
    (square @ square).sum().backward()  # cuBLAS and autograd have a start of their own
    torch.cuda.synchronize()
    _here = "cuda"
    _limit = int(torch.cuda.get_device_properties(0).total_memory * share)


def memory_limit() -> int:
    """Bytes of the GPU's memory this run may take; 0 on a processor."""
    return _limit


# The choice


def uses(module: LabModule) -> bool:
    """Whether a lab can gain from a GPU."""
    return any(getattr(value, "__name__", "") == __name__ for value in vars(module).values())


def timed(module: LabModule, kind: Kind) -> float:
    """Seconds that a frame of the lab's default takes on a device, after the first."""
    global _here
    import torch

    before, _here = _here, kind
    try:
        frames = iter(module.run(module.Config()))
        next(frames)
        began, count = time.perf_counter(), 0
        for _ in frames:
            count += 1
            if time.perf_counter() - began > TIMED_SECONDS:
                break
        if kind == "cuda":
            torch.cuda.synchronize()
        return (time.perf_counter() - began) / max(1, count)
    finally:
        _here = before


def choose(wanted: Literal["auto", "cpu", "cuda"], measured: Mapping[str, Any]) -> Kind:
    """The device of a lab, by what was measured unless it is said."""
    if wanted != "auto":
        return wanted
    faster = bool(measured) and measured["cpu"] > GAIN * measured["cuda"]
    return "cuda" if faster else "cpu"


def settle(slug: str, device_class: str) -> None:
    """From now on a lab computes on devices of this class."""
    _classes[slug] = device_class


def of(slug: str) -> str:
    """The class of the devices a lab computes on: “cpu”, or “cuda” and a name."""
    return _classes.get(slug, "cpu")
