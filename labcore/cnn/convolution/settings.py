"""What the controls offer: parts of the lab, pictures, and kernels one meets everywhere."""

from __future__ import annotations

from labcore import control

PARTS = {
    "window": "1 A window and its numbers",
    "photograph": "2 A photograph, filtered",
    "channels": "3 Channels add up",
    "shapes": "4 Shapes and costs",
    "learn": "5 Learn a kernel",
    "shift": "6 Shift, turn, zoom",
}
CLASSICS: dict[str, tuple[str, tuple[int, ...], int]] = {
    "sobel_x": ("Sobel: left to right", (-1, 0, 1, -2, 0, 2, -1, 0, 1), 1),
    "sobel_y": ("Sobel: top to bottom", (-1, -2, -1, 0, 0, 0, 1, 2, 1), 1),
    "diagonal": ("Diagonal edge", (-2, -1, 0, -1, 0, 1, 0, 1, 2), 1),
    "laplace": ("Edges all round (Laplace)", (0, 1, 0, 1, -4, 1, 0, 1, 0), 1),
    "line": ("Thin upright line", (-1, 2, -1, -1, 2, -1, -1, 2, -1), 1),
    "box": ("Blur: mean of nine", (1,) * 9, 9),
    "gauss": ("Blur: binomial", (1, 2, 1, 2, 4, 2, 1, 2, 1), 16),
    "sharpen": ("Sharpen", (0, -1, 0, -1, 5, -1, 0, -1, 0), 1),
    "emboss": ("Emboss", (-2, -1, 0, -1, 1, 1, 0, 1, 2), 1),
    "identity": ("Identity", (0, 0, 0, 0, 1, 0, 0, 0, 0), 1),
    "corner": ("Look up left", (1, 0, 0, 0, 0, 0, 0, 0, 0), 1),
}
"""By name: what it is called, its weights row by row, and what the sum is divided by."""

CELLS = tuple(f"w{row}{column}" for row in (1, 2, 3) for column in (1, 2, 3))
"""The controls that hold the 3 × 3 weights, row by row."""
MOST = 9
"""No weight that is pulled is larger."""
PULLED = ("window", "photograph", "channels", "learn", "shift")
"""Parts that have a kernel of one's own."""
SIDE, COARSE, CROP = 128, 64, 10
"""Pixels of a photograph; of the coarse one that numbers are cut from; of that cut."""
TILE = 36
"""Pixels of a photograph where its channels stand side by side."""
CANVAS, REACH = 40, 6
"""Pixels of the plane that garments move on, and how far they go at most."""
BLENDS, AMOUNTS, STEPS = 24, 24, 100
"""Time lines: from identity to kernel, from rest to the full move, steps of descent."""
MODES = {"zeros": "zeros", "reflect": "the picture, mirrored", "replicate": "the edge, repeated",
         "circular": "the other side"}  # fmt: skip


def weight(index: int) -> int:
    """A cell of the 3 × 3 kernel; the lab opens with Sobel's."""
    return control(
        CLASSICS["sobel_x"][1][index],
        title=f"Weight in row {index // 3 + 1}, column {index % 3 + 1}",
        low=-MOST, high=MOST, more=True, only={"part": PULLED},
    )  # fmt: skip
