"""The numbers in words."""

from __future__ import annotations

import numpy as np

from labcore import Frame, format_number, shown
from labcore.linear.image_data.config import CLASSES, SIZES, Config
from labcore.linear.image_data.figure import RUNNERS, SHORT


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    if config.part == "batches":
        mean, deviation = frame["moments"]
        counts = frame["counts"]
        return {
            "Batch": f"{frame['batch']}", "Epoch": f"{frame['epoch']:.2f}",
            "Classes in it": f"{int((counts > 0).sum())}",
            "Mean pixel": format_number(float(mean)), "Spread": format_number(float(deviation)),
            "b.n": f"{int(counts.sum())}", "b.fair": format_number(counts.sum() / CLASSES),
            "b.wide": format_number(float(np.sqrt(counts.sum() * 0.09))),
            "b.most": f"{int(counts.max())}",
        }  # fmt: skip
    if config.part == "map":
        return {
            "Nearest": SHORT[int(frame["labels"][0])],
            "Variance shown": f"{100 * frame['kept']:.1f} %",
            "Neighbours alike": f"{100 * frame['pure']:.1f} %",
            "m.kept": format_number(frame["kept"]), "m.pure": format_number(frame["pure"]),
        }  # fmt: skip
    if config.part == "labels":
        many, found = frame["many"], frame["found"]
        return {
            "Looked at": f"{many} of 2000", "Wrong ones found": f"{found} of {frame['bad']}",
            "Test right": f"{100 * frame['right']:.1f} %",
            "With all true labels": f"{100 * frame['clean']:.1f} %",
            "l.found": f"{found}", "l.many": f"{many}",
            "l.hit": shown(found / many if many else np.nan),
            "l.chance": format_number(config.wrong / 100),
        }  # fmt: skip
    blank = np.full((len(RUNNERS), len(SIZES)), np.nan)
    table = np.asarray(frame.values.get("table", blank))
    unit = "a second" if config.clock else "calls"
    return {f"{name}, batch 64": f"{shown(row[2])} {unit}"
            for name, row in zip(RUNNERS, table, strict=True)}  # fmt: skip
