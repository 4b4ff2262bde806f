"""Train the detector of the lab on anchor boxes: `python -m tools.detector`.

Seed 0, one thread, 2,400 scenes, about two minutes on one CPU core. The weights are stored as
half-precision numbers in the safetensors format, which holds numbers only and runs no code.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import torch
from safetensors.numpy import save_file

from labcore.rng import numpy_generator
from labcore.vision.anchor_boxes.detector import WEIGHTS, TinySSD
from labcore.vision.anchor_boxes.training import examples, fresh, loss_of

SCENES, BATCH, EPOCHS, RATE, MINED = 2400, 24, 6, 5e-3, 3


def main() -> int:
    """Train, and write the weights."""
    torch.set_num_threads(1)
    began = time.process_time()
    images, classes, goals, sizes = examples(SCENES)
    print(f"{SCENES} scenes in {time.process_time() - began:.0f} s of CPU", flush=True)
    random = numpy_generator(0, "detector")
    net = fresh(0).train()
    print(f"{sum(p.numel() for p in net.parameters())} weights", flush=True)
    steps = EPOCHS * (SCENES // BATCH)
    rule = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    pace = torch.optim.lr_scheduler.OneCycleLR(rule, RATE, total_steps=steps, pct_start=0.15)
    for epoch in range(EPOCHS):
        order, total = random.permutation(SCENES), 0.0
        for k in range(SCENES // BATCH):
            pick = torch.from_numpy(order[k * BATCH : (k + 1) * BATCH])
            light = torch.from_numpy(random.uniform(0.8, 1.2, (BATCH, 3, 1, 1)).astype(np.float32))
            seen = (images[pick] / 255 * light).clamp(0, 1)
            scores, offsets = net(seen)
            named, moved = loss_of(scores, offsets, classes[pick], goals[pick], MINED)
            loss = named + moved
            rule.zero_grad()
            loss.backward()
            rule.step()
            pace.step()
            total += float(loss.detach())
        spent = time.process_time() - began
        print(f"epoch {epoch}: loss {total / (SCENES // BATCH):.3f}, {spent:.0f} s", flush=True)
        keep(net, sizes)
    return 0


def keep(net: TinySSD, sizes: np.ndarray) -> None:
    """Write the weights, without the counts of batches, and the shapes of the true boxes."""
    weights = {
        name: value.numpy().astype(np.float16)
        for name, value in net.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    WEIGHTS.parent.mkdir(parents=True, exist_ok=True)
    weights["shapes"] = sizes.astype(np.int16)
    save_file(weights, WEIGHTS, metadata={"net": "TinySSD", "made by": "tools/detector.py"})


if __name__ == "__main__":
    sys.exit(main())
