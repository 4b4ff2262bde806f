"""The numbers of a frame in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Frame, format_number
from labcore.attention.attention_heads.config import LAYERS, Config, shape_of, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.head_view import name_of
from labcore.attention.attention_heads.marks import words
from labcore.attention.attention_heads.similarity_view import chosen_word
from labcore.attention.attention_heads.stages_view import divisor, mask_of
from labcore.attention.attention_heads.surgery import changed_heads, operates, switched
from labcore.attention.attention_heads.tasks import decode_text


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """How well it does, what it writes, the chosen head and cell; with a dot: formula slots."""
    if config.task == "sentence":
        return sentence_words(config, frame)
    right = f"{100 * float(frame['accuracy']):.1f} %, loss {format_number(float(frame['loss']))}"
    elsewhere = switched(config) or set(changed_heads(config).values()) & set("0m1")
    if operates(config) and not elsewhere:
        held = "this input alone is changed"
    elif elsewhere:
        held = f"{100 * float(frame['operated']):.0f} % of held-out inputs right"
    else:
        held = "nothing is changed"
    return {
        "Held-out right": right,
        "Sees" if config.task == "patches" else "Writes": output(config, frame),
        **of_chosen(config, frame),
        "With your changes": held,
    } | slots(config, frame)


def of_chosen(config: Config, frame: Frame) -> dict[str, str]:
    """The chosen head, its chosen cell, and its most looked at key."""
    rows, columns = words(config)
    i, j = min(config.query, len(rows) - 1), min(config.key, len(columns) - 1)
    return {
        "Chosen head": f"{name_of(config)}: {float(frame['entropy'].mean()):.2f} bits a row, "
        f"rank {int(frame['rank'])} of {min(len(rows), len(columns))}",
        "Chosen cell": f"{rows[i]} looks at {columns[j]}: {100 * float(frame['line'][j]):.1f} %",
        "Most looked at": sink(columns, frame),
    }


def sentence_words(config: Config, frame: Frame) -> dict[str, str]:
    """The same of two sentences."""
    word, alike = chosen_word(config), float(frame["word"])
    held = f"similarity {float(frame['changed']):.3f}" if operates(config) else "nothing is changed"
    return {
        "Similarity": f"{float(frame['similarity']):.3f} after {frame.step} of {LAYERS} layers",
        "Chosen word": f"“{word}” in both: {alike:.3f}" if word else "not in the second text",
        **of_chosen(config, frame),
        "With your changes": held,
    } | slots(config, frame)


def output(config: Config, frame: Frame) -> str:
    """What the model makes of the input by itself, and whether that is right."""
    example = example_of(config.task, texts(config)[0])
    said = frame["written"].tolist()
    right = said == example.target[0].tolist()
    if config.task == "patches":
        return f"{said[0]}, {'right' if right else f'wrong: it is {example.written[0]}'}"
    text = decode_text(config.task, said)
    shown = text if len(text) <= 24 else text[:23] + "…"
    return f"{shown or 'nothing'}, {'right' if right else 'wrong'}"


def sink(columns: Sequence[str], frame: Frame) -> str:
    """The key that draws most weight from all queries, and how long its value is."""
    share, lengths = frame["columns"], frame["lengths"]
    k = int(np.argmax(share))
    ratio = float(lengths[k] / max(float(np.delete(lengths, k).mean()), 1e-9))
    return f"{columns[k]}, {100 * float(share[k]):.0f} % of all weight, value {ratio:.2f} × as long"


def slots(config: Config, frame: Frame) -> dict[str, str]:
    """What fills the formulas."""
    shape, mask = shape_of(config), mask_of(config)
    rows, columns = words(config)
    i, j = min(config.query, len(rows) - 1), min(config.key, len(columns) - 1)
    logits = frame["raw"].astype(np.float64) / divisor(config)
    if mask is not None:
        logits = np.where(mask[i].numpy(), logits, -np.inf)
    top = float(logits.max())
    total = top + math.log(np.exp(logits - top).sum()) if math.isfinite(top) else -math.inf
    weight = math.exp(logits[j] - total) if math.isfinite(logits[j]) else 0.0
    bits, n = float(frame["entropy"][min(i, len(frame["entropy"]) - 1)]), len(logits)
    numbers = {
        "cell.dot": float(frame["raw"][j]),
        "cell.divisor": divisor(config),
        "cell.logit": float(logits[j]),
        "cell.total": total,
        "cell.weight": weight,
        "cell.final": float(frame["line"][j]),
        "row.bits": bits,
        "row.most": math.log2(n),
        "row.keys": 2.0**bits,
        "rank.effective": float(frame["effective"]),
    }
    if shape.pretrained:
        numbers |= {
            "alike.product": float(frame["product"]),
            "alike.first": float(frame["norms"][0]),
            "alike.second": float(frame["norms"][1]),
            "alike.cosine": float(frame["changed"]),
        }
    else:
        numbers |= {
            "lead.before": float(frame["before"].min()),
            "lead.after": float(frame["after"].min()),
        }
    filled = {name: format_number(number) for name, number in numbers.items()}
    whole = {"cell.d": shape.width // shape.heads, "row.n": n, "rank.above": int(frame["rank"])}
    return filled | {name: str(number) for name, number in whole.items()}
