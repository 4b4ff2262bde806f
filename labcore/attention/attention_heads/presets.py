"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset
from labcore.attention.attention_heads.config import NO_PAINT, NO_SURGERY


def marked(blank: str, *places: tuple[int, int, str]) -> str:
    """A painting with a few letters in it: row, column, letter."""
    rows = [list(row) for row in blank.split("/")]
    for row, column, letter in places:
        rows[row][column] = letter
    return "/".join("".join(row) for row in rows)


PRESETS = (
    Preset(
        "A head that does nothing",
        "Cross head 4 spends two thirds of its weight on the end sign. It is cut here: compare "
        "its bar with the others, and the two lines of accuracy.",
        {"head": 4, "operated": marked(NO_SURGERY, (3, 4, "0"))},
        view="Changes",
    ),
    Preset(
        "One cell, another century",
        "One weight of one head is painted: the first 2 is written while looking at the day. "
        "Read what is written now, and where the lead has turned.",
        {"head": 1, "query": 0, "key": 0, "painted": marked(NO_PAINT, (0, 0, "1"))},
        view="Changes",
    ),
    Preset(
        "Reversing is an anti-diagonal",
        "Lines that cross in one point: each output looks as far from the end as it is from the "
        "start. Scrub to see them fall into place.",
        {"task": "reverse", "steps": 384, "head": 1, "key": 8, "query": 0},
        view="Lines",
    ),
    Preset(
        "Sorting needs no positions",
        "Without positions a Transformer sees a bag of letters. Copying and reversing are lost, "
        "but sorting is learnt. Try the three.",
        {"task": "sort", "position": "none", "steps": 960, "lr": 0.012},
    ),
    Preset(
        "Trained without the mask, it cheats",
        "The decoder sees the letter it shall write and only learns to repeat it: the loss falls "
        "to almost 0, and left to itself it writes nonsense.",
        {"task": "reverse", "trained_mask": False, "steps": 288, "row": 2},
    ),
    Preset(
        "Ten times too warm",
        "All scores are divided by 10 once more: rows blur, and no date survives. At 0.1 they "
        "harden and a quarter survives; without √d, two thirds.",
        {"temperature": 10.0, "scope": "all"},
        view="Stages",
    ),
    Preset(
        "One word, two banks",
        "MiniLM, trained by others, reads two sentences. Before the first block both banks are "
        "the same vector. Step through the layers: they part a little, the sentences far. This "
        "head lets each word look at river, or at closed.",
        {"task": "sentence", "query": 2, "key": 5, "row": 6, "head": 8},
        view="Two inputs",
    ),
    Preset(
        "A sink has nothing to say",
        "Two thirds of this head’s weight lie on [CLS], whose value is almost 0 long: the head "
        "does nothing unless it finds something. Cut it and see what is lost.",
        {"task": "sentence", "query": 2, "key": 0, "row": 3, "head": 3},
        view="Sink",
    ),
    Preset(
        "Who bit whom?",
        "The same words in another order: the two vectors stay nearly the same. Change a word and "
        "compare.",
        {"task": "sentence", "text": "The dog bit the man.", "second": "The man bit the dog.",
         "query": 2, "key": 5, "row": 5},
        view="Changes",
    ),
    Preset(
        "Longer than it ever saw",
        "Trained on up to 10 letters, asked for 16. Positions 11 to 17 were never trained; rotary "
        "positions fail in another way.",
        {"task": "reverse", "text": "transformerheads", "steps": 384, "head": 1, "query": 0},
    ),
    Preset(
        "Sixteen patches are a sentence",
        "A digit cut into 2 × 2 pixels. The class token’s row says which patches the answer looks "
        "at. Choose other queries and other pictures.",
        {"task": "patches", "layers": 2, "row": 2, "query": 0, "key": 6},
        view="Lines",
    ),
)  # fmt: skip
