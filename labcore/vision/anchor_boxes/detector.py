"""A small single-shot detector (after Liu et al., 2016), trained by tools/detector.py.

190,916 weights. It sees scenes at half their size; at strides 16, 32 and 64 of the scene each
cell has four anchors, and each anchor says a class and four offsets.
"""

from __future__ import annotations

import functools

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import Tensor, nn

from labcore.data import ASSETS
from labcore.vision.anchor_boxes.anchors import level
from labcore.vision.anchor_boxes.matching import decode
from labcore.vision.anchor_boxes.scenes import CLASSES, HEIGHT, WIDTH, Scene

WEIGHTS = ASSETS / "models" / "anchor_boxes.safetensors"
LEVELS = ((16, 0.19), (32, 0.31), (64, 0.5))
"""Stride in pixels and size, as a share of the picture's height, of each level."""
CELL_RATIOS, PER_CELL = (1.0, 2.0, 0.5), 4


@functools.cache
def anchors() -> np.ndarray:
    """All anchors of the detector, level after level, (2016, 4)."""
    found = [level("d2l", s, 2, CELL_RATIOS, stride, WIDTH, HEIGHT).boxes() for stride, s in LEVELS]
    return np.concatenate(found)


def block(inward: int, outward: int, stride: int = 2) -> nn.Sequential:
    """Convolution, normalisation, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inward, outward, 3, stride, 1, bias=False), nn.BatchNorm2d(outward), nn.ReLU()
    )


class TinySSD(nn.Module):
    """(B, 3, 128, 192) in 0 … 1 → class scores (B, 2016, 11), background first, offsets (…, 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(block(3, 16), block(16, 32), block(32, 40))
        self.deeper = nn.ModuleList([block(40, 64, 1), block(64, 64), block(64, 40)])
        outward = PER_CELL * (len(CLASSES) + 1 + 4)
        self.heads = nn.ModuleList([nn.Conv2d(wide, outward, 3, 1, 1) for wide in (64, 64, 40)])

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        x, found = self.stem(images - 0.5), []
        for deeper, head in zip(self.deeper, self.heads, strict=True):
            x = deeper(x)
            said = head(x).permute(0, 2, 3, 1)  # (B, rows, columns, A · 15)
            found.append(said.reshape(len(images), -1, len(CLASSES) + 5))
        whole = torch.cat(found, 1)
        return whole[..., :-4], whole[..., -4:]


def prepared(images: np.ndarray) -> Tensor:
    """Scenes (B, 256, 384, 3) uint8 as the network sees them: each 2 × 2 pixels averaged."""
    small = images.reshape(len(images), HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean((2, 4)) / 255
    return torch.from_numpy(small.astype(np.float32)).permute(0, 3, 1, 2).contiguous()


@functools.cache
def trained() -> TinySSD:
    """The detector with its trained weights."""
    net = TinySSD()
    kept = load_file(WEIGHTS)
    kept.pop("shapes")  # those of the boxes it was trained on
    weights = {name: torch.from_numpy(value.astype(np.float32)) for name, value in kept.items()}
    net.load_state_dict(weights, strict=False)  # counts of batches are not kept
    return net.eval()


def detect(
    scenes: list[Scene], least: float = 0.05, most: int = 100, net: TinySSD | None = None
) -> list[np.ndarray]:
    """What the detector finds before any suppression, surest first: (n, 6) for each scene.

    Each row is x0, y0, x1, y1, score and class; each anchor tells its likeliest class, if that is
    at least `least` sure, and of those the `most` surest are kept. `net` is the trained one
    if not given.
    """
    with torch.no_grad():
        scores, offsets = (net or trained())(prepared(np.stack([one.image for one in scenes])))
        sure, label = scores.softmax(-1)[..., 1:].max(-1)
    found = []
    for p, c, t in zip(sure.numpy(), label.numpy(), offsets.numpy(), strict=True):
        keep = np.argsort(-p, kind="stable")[:most]
        keep = keep[p[keep] >= least]
        boxes = decode(anchors()[keep], t[keep].astype(np.float64))
        boxes = boxes.clip(0, [WIDTH, HEIGHT, WIDTH, HEIGHT])
        found.append(np.column_stack([boxes, p[keep], c[keep]]))
    return found
