"""The numbers in words."""

from __future__ import annotations

from labcore import Frame, shown
from labcore.cnn.lenet.config import HEARD, Config, looked_into, mutes, rate
from labcore.cnn.lenet.hierarchy import picked, seen
from labcore.cnn.lenet.pictures import names

TELLS = {
    "Learning": ("Epoch", "Modern reads", "Original reads", "Loss, modern", "Loss, original",
                 "A step", "Parameters"),
    "Response": ("Modern says", "Original says", "The picture is", "Shapes"),
    "Silence": ("Modern says", "Original says", "Maps silenced", "Reads with silence",
                "Read rightly"),
    "Reasons": ("Explained", "Its probability", "With your patch", "Saliency", "Grad-CAM"),
    "Mistakes": ("In this cell", "All images judged"),
    "Pretrained": ("It takes it for", "Map", "Its strongest cell sees"),
}  # fmt: skip


def said(config: Config, frame: Frame, net: str) -> str:
    """A network's answer and how sure it is."""
    if f"sure.{net}" not in frame.values:
        return "not trained"
    p = frame[f"sure.{net}"]
    best = int(p.argmax())
    return f"{names(config)[best]}, {shown(100 * p[best], 2)} %"


def percent(share: float) -> str:
    """A share in percent, or a dash."""
    return f"{100 * share:.1f} %" if share == share else "–"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    stage, _, _ = picked(config)
    found = seen(config.photo, config.own_photo)
    told = {
        "Epoch": "–", "Modern reads": "–", "Original reads": "–", "Loss, modern": "–",
        "Loss, original": "–", "Modern says": "–", "Original says": "–", "The picture is": "–",
        "Maps silenced": "–", "Reads with silence": "–", "Explained": "–", "Its probability": "–",
        "With your patch": "–", "In this cell": "–", "All images judged": "–",
        "It takes it for": f"{found.says[0][0]}, {100 * found.says[0][1]:.0f} %",
        "Map": f"{found.numbers[config.map_y][config.map_x] + 1} of {stage.title}",
        "Its strongest cell sees": f"{stage.sees} × {stage.sees} pixels",
        "n.lr": "–", "n.momentum": shown(config.momentum), "n.right": "–", "n.judged": "–",
        "n.logit": "–",
    }  # fmt: skip
    if "confusion" not in frame.values:
        return told
    labels, net = names(config), looked_into(config)
    truth, about = int(frame["truth"]), int(frame["about"])
    cell, judged = frame["confusion"][config.truth, config.says], int(frame["judged"])
    silent = int(mutes(config).sum())
    return told | {
        "Epoch": shown(frame["epoch"]),
        "Modern reads": percent(frame["right.modern"]),
        "Original reads": percent(frame["right.original"]),
        "Loss, modern": shown(frame["test_loss.modern"]),
        "Loss, original": shown(frame["test_loss.original"]),
        "Modern says": said(config, frame, "modern"),
        "Original says": said(config, frame, "original"),
        "The picture is": labels[truth] if truth >= 0 else "your own",
        "Maps silenced": f"{silent} of 22",
        "Reads with silence": f"{percent(frame['right_silent'])} "
        f"(whole {percent(frame['right_whole'])})",
        "Explained": labels[about],
        "Its probability": percent(float(frame[f"sure.{net}"][about])),
        "With your patch": percent(float(frame["shut"][about])),
        "In this cell": f"{labels[config.truth]} as {labels[config.says]}: {cell}",
        "All images judged": str(judged),
        "n.lr": shown(rate(config, max(frame.step - 1, 0))),
        "n.right": str(round(frame["right_silent"] * HEARD)), "n.judged": str(HEARD),
        "n.logit": shown(frame["logits"][about]),
    }  # fmt: skip
