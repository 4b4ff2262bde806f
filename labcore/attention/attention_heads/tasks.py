"""Four tasks with a known answer: where each output must look is known too. Synthetic data."""

from __future__ import annotations

import datetime
import string
from typing import NamedTuple

import torch
from torch import Tensor

from labcore.rng import torch_generator

PAD, START, END = 0, 1, 2
"""Tokens that are no letters: filling, the first that a decoder reads, the last it writes."""
SIGNS = {PAD: "·", START: "▸", END: "■"}
LETTERS = string.ascii_lowercase
DATE_SIGNS = "0123456789" + " -.," + string.ascii_lowercase
HELD_OUT = 8
"""One sequence in so many is never trained on."""
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
FIRST_DAY, DAYS = datetime.date(1900, 1, 1), 73_049  # to the end of 2099


class Batch(NamedTuple):
    """Pairs of sequences, filled up with PAD.

    source: (N, n), with END last. target: (N, m), with END last; what the decoder shall write.
    """

    source: Tensor
    target: Tensor

    @property
    def given(self) -> Tensor:
        """What the decoder reads while it writes `target`: the same, one place later, (N, m)."""
        start = torch.full_like(self.target[:, :1], START)
        return torch.cat([start, self.target[:, :-1]], 1)


def signs(task: str) -> str:
    """The characters of a task; the code of the first is 3."""
    return DATE_SIGNS if task == "dates" else LETTERS


def vocabulary(task: str) -> int:
    """How many tokens there are, the three signs included."""
    return 3 + len(signs(task))


def encode_text(task: str, text: str) -> list[int]:
    """The tokens of a text, END last."""
    known = signs(task)
    return [3 + known.index(sign) for sign in text] + [END]


def decode_text(task: str, tokens: list[int]) -> str:
    """What the tokens say, up to the first END."""
    text = ""
    for token in tokens:
        if token == END:
            break
        text += SIGNS.get(token) or signs(task)[token - 3]
    return text


def token_words(task: str, tokens: list[int]) -> list[str]:
    """A word for each token, as it stands on an axis."""
    words = [SIGNS.get(token) or signs(task)[token - 3] for token in tokens]
    return ["␣" if word == " " else word for word in words]


def right_answer(task: str, text: str) -> str | None:
    """What should come out; None if the text is no date."""
    if task == "reverse":
        return text[::-1]
    if task == "sort":
        return "".join(sorted(text))
    if task == "dates":
        day = read_date(text)
        return day.isoformat() if day else None
    return text


def read_date(text: str) -> datetime.date | None:
    """The day a text names in one of the four styles of `write_date`."""
    words = text.replace(",", " ").replace(".", " ").split()
    if len(words) != 3:
        return None
    named = {month[:3]: i + 1 for i, month in enumerate(MONTHS)}
    if words[0][:3] in named:
        words = [words[1], words[0], words[2]]
    month = named.get(words[1][:3], 0) if words[1].isalpha() else words[1]
    try:
        return datetime.date(int(words[2]), int(month), int(words[0]))
    except ValueError:
        return None


def write_date(day: datetime.date, style: int) -> str:
    """A day in one of four styles: 12 march 2019, mar 12, 2019, 12 mar 2019, 12.03.2019."""
    month = MONTHS[day.month - 1]
    return (
        f"{day.day} {month} {day.year}",
        f"{month[:3]} {day.day}, {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        f"{day.day:02d}.{day.month:02d}.{day.year}",
    )[style]


class Letters:
    """Random letters. Whether a sequence is held out follows from the sequence itself."""

    def __init__(self, task: str, length: int, seed: int) -> None:
        self.task, self.length = task, length
        self.random = torch_generator(seed, "sequences")

    def draw(self, count: int, *, held_out: bool = False) -> Batch:
        """So many sequences of 1 to `length` letters: shorter ones are as likely as they count."""
        spare = count * (HELD_OUT + 4) if held_out else count + count // 2 + 8
        shape = (spare, self.length)
        letters = torch.randint(3, 3 + len(LETTERS), shape, generator=self.random)
        sizes = torch.randint(
            min(3, self.length), self.length + 1, (spare, 1), generator=self.random
        )
        keep = is_held_out(letters, sizes) == held_out
        letters, sizes = letters[keep][:count], sizes[keep][:count]
        return self.pairs(letters, sizes)

    def pairs(self, letters: Tensor, sizes: Tensor) -> Batch:
        """Sequences and what the task makes of them. letters: (N, n); sizes: (N, 1)."""
        place = torch.arange(letters.shape[1])
        inside = place < sizes
        if self.task == "reverse":
            target = letters.gather(1, (sizes - 1 - place) % letters.shape[1])
        elif self.task == "sort":
            target = letters.masked_fill(~inside, 99).sort(1).values
        else:
            target = letters
        return Batch(ended(letters, sizes), ended(target, sizes))


def is_held_out(letters: Tensor, sizes: Tensor) -> Tensor:
    """A rule on the sequence alone, so that no trained sequence is ever tested: (N,) of bool."""
    place = torch.arange(letters.shape[1])
    code = torch.where(place < sizes, letters * (31 + 17 * place + place * place), 0).sum(1)
    return code % HELD_OUT == 0


def ended(tokens: Tensor, sizes: Tensor) -> Tensor:
    """END behind the last token and PAD after it: (N, n) → (N, n + 1)."""
    wide = torch.nn.functional.pad(tokens, (0, 1))
    place = torch.arange(wide.shape[1])
    wide = wide.masked_fill(place > sizes, PAD)
    return wide.masked_fill(place == sizes, END)


class Dates:
    """The days of two centuries, one in eight held out, in four styles."""

    def __init__(self, seed: int) -> None:
        self.random = torch_generator(seed, "dates")
        shuffled = torch.randperm(DAYS, generator=self.random)
        self.held_out, self.trained = shuffled[: DAYS // HELD_OUT], shuffled[DAYS // HELD_OUT :]

    def draw(self, count: int, *, held_out: bool = False) -> Batch:
        """So many days, each in a style drawn anew."""
        days = self.held_out if held_out else self.trained
        chosen = days[torch.randint(len(days), (count,), generator=self.random)]
        styles = torch.randint(4, (count,), generator=self.random)
        return date_pairs(chosen.tolist(), styles.tolist())


def date_pairs(days: list[int], styles: list[int]) -> Batch:
    """Days, counted from the first, as pairs of a text and its ISO form."""
    texts, answers = [], []
    for number, style in zip(days, styles, strict=True):
        day = FIRST_DAY + datetime.timedelta(number)
        texts.append(encode_text("dates", write_date(day, style)))
        answers.append(encode_text("dates", day.isoformat()))
    return Batch(filled(texts), filled(answers))


def filled(rows: list[list[int]]) -> Tensor:
    """Rows of different length as one tensor, PAD at their ends."""
    wide = max(map(len, rows))
    return torch.tensor([row + [PAD] * (wide - len(row)) for row in rows])
