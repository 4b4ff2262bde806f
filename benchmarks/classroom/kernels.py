"""One Jupyter kernel for each learner, torch imported: what a learner costs there.

Run by `measure` in an interpreter that finds `ipykernel`, which the house does not need.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KERNELS = 5
SETTLE_SECONDS = 3.0


def measure() -> dict[str, float]:
    """Megabytes of a kernel: its own (USS), and with its share of what all share (PSS)."""
    with tempfile.TemporaryDirectory() as place:
        install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--target", place]
        subprocess.run([*install, "ipykernel"], check=True)
        told = subprocess.run(
            [sys.executable, __file__],
            env={**os.environ, "PYTHONPATH": place, "OMP_NUM_THREADS": "1"},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(told.stdout.splitlines()[-1])


def sizes(pid: int) -> dict[str, float]:
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kb = {row.split(":")[0]: int(row.split()[1]) for row in rows}
    own = kb["Private_Clean"] + kb["Private_Dirty"]
    return {"own": own / 1024, "share": kb["Pss"] / 1024}


def main() -> None:
    from jupyter_client.manager import start_new_kernel  # ty: ignore[import-not-found]

    started = [start_new_kernel(startup_timeout=120) for _ in range(KERNELS)]
    try:
        for _, client in started:
            reply = client.execute_interactive("import torch", timeout=120)
            assert reply["content"]["status"] == "ok"
        time.sleep(SETTLE_SECONDS)
        found = [sizes(manager.provisioner.process.pid) for manager, _ in started]
        print(json.dumps({k: sum(one[k] for one in found) / KERNELS for k in found[0]}))
    finally:
        for manager, client in started:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
