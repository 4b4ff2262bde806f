"""What may be given to each task, and what is looked at while nothing is given."""

from __future__ import annotations

from labcore.attention.attention_heads.tasks import right_answer, signs

LONGEST, LONGEST_TEXT = 128, 800
"""Letters, or tokens of a sentence, and characters of a sentence."""
IMAGES = 297
"""Pictures held out of training."""
FIRST_TEXTS = {
    "copy": ("attention", "intention"),
    "reverse": ("attention", "intention"),
    "sort": ("attention", "intention"),
    "dates": ("12 march 2019", "24 march 1985"),
    "patches": ("3", "15"),
    "sentence": ("The bank of the river was green.", "The bank of the city was closed."),
}
"""What is looked at while the learner gives no text."""


def check_text(task: str, text: str) -> None:
    """Refuse what a task cannot read.

    Raises:
        ValueError: a sentence.
    """
    if not text or task == "sentence":
        return
    if task == "patches":
        if not (text.isdecimal() and int(text) < IMAGES):
            raise ValueError(f"“{text[:40]}” is no picture; give a number from 0 to {IMAGES - 1}.")
        return
    if task == "dates":
        if set(text) <= set(signs(task)) and right_answer(task, text):
            return
        raise ValueError(
            f"“{text[:40]}” is no day of the calendar; write one as 12 march 2019, mar 12, 2019 "
            "or 12.03.2019."
        )
    strange = next((sign for sign in text if sign not in signs(task)), None)
    if strange:
        raise ValueError(f"“{strange}” is not a letter from a to z.")
    if len(text) > LONGEST:
        raise ValueError(f"Your input has {len(text)} letters; at most {LONGEST} fit here.")


def filled_up(text: str, blank: str) -> str:
    """A painting as large as the blank one: what links of smaller grids leave out is unchanged."""
    rows, size = text.split("/"), blank.index("/")
    rows += [""] * (blank.count("/") + 1 - len(rows))
    return "/".join(row[:size].ljust(size, ".") for row in rows[: blank.count("/") + 1])
