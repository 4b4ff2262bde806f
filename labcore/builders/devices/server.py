"""What this server is, and what it says of tensors on two devices."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch

from labcore import device


def two_devices() -> str:
    """What PyTorch says if a sum has its parts on two devices. “meta” has shapes and no numbers."""
    other = "meta" if device.here().type == "cpu" else "cuda"
    try:
        torch.ones(2) + torch.ones(2, device=other)
    except RuntimeError as error:
        return str(error).strip().splitlines()[0]
    return "no error"


def server() -> dict[str, str]:
    """What this machine is, as far as it tells."""
    name = platform.processor() or platform.machine()
    told = Path("/proc/cpuinfo")
    if told.exists():
        names = [line.split(":")[1].strip() for line in told.read_text().splitlines()
                 if line.startswith("model name")]  # fmt: skip
        name = names[0] if names else name
    memory = "–"
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB"
    found = device.gpus()
    return {
        "Processor": name, "Cores": str(os.cpu_count()), "Memory": memory,
        "Vector units": torch.backends.cpu.get_cpu_capability(),
                "GPUs": ", ".join(f"{g.name}, {g.memory / 2**30:.0f} GB" for g in found) or "none",
        "This run": str(device.here()),
        "On two devices": two_devices(),
    }  # fmt: skip
