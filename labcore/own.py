"""A learner's own file: read within bounds, kept for the stay, never executed.

`read` turns the bytes of a picture, a table or a text into plain arrays or says in a sentence
what is wrong with them; the engine has it done in a process of its own. A control of kind “own”
holds a token; a lab asks `image`, `table` or `text` for what stands behind it. A file of weights
is kept as the bytes it is, for `weights`: what is wrong with it is what its lab is about.

In an exported script, `load(accepts, path)` reads a file of the machine it runs on.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import secrets
import unicodedata
import warnings
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labcore.config import Accepts

MOST_BYTES = 8 * 2**20
MOST_PIXELS = 40_000_000
"""Of a picture as it comes; it is then made to fit `SIDE`."""
SIDE = 640
MOST_ROWS, MOST_COLUMNS = 20_000, 60
MOST_CHARACTERS = 200_000
LONGEST_CELL = 200

ENDINGS = {
    "image": ("png", "jpg", "jpeg", "webp", "gif", "bmp"),
    "table": ("csv", "tsv", "txt"),
    "text": ("txt", "md", "csv"),
    "weights": ("safetensors",),
}
Arrays = Mapping[str, np.ndarray]
_held: OrderedDict[str, Arrays] = OrderedDict()
_MOST_HELD = 8
"""Files a process keeps at hand; a worker is sent what it lacks."""


@dataclass(frozen=True)
class Table:
    """Columns of a table: numbers with not-a-number for a gap, or words with "" for a gap."""

    numbers: Mapping[str, np.ndarray]
    words: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        columns = (*self.numbers.values(), *self.words.values())
        return max(map(len, columns), default=0)


def read(accepts: Accepts, body: bytes) -> dict[str, np.ndarray]:
    """The bytes of a file as arrays without objects.

    Raises:
        ValueError: a sentence that says what is wrong and what is admitted.
    """
    if not body:
        raise ValueError("The file is empty.")
    if len(body) > MOST_BYTES:
        raise ValueError(
            f"The file has {len(body) / 2**20:.1f} MB; at most {MOST_BYTES // 2**20} MB are read."
        )
    if accepts == "weights":
        return {"weights": np.frombuffer(body, np.uint8)}
    return {"image": _read_image, "table": _read_table, "text": _read_text}[accepts](body)


def _read_image(body: bytes) -> dict[str, np.ndarray]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a large picture: it is refused below
            opened = Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP", "GIF", "BMP"))
    except UnidentifiedImageError:
        raise ValueError(
            "This is no picture that can be read: PNG, JPEG, WebP, GIF, BMP."
        ) from None
    except Image.DecompressionBombError:
        raise ValueError(_too_many_pixels("more than any camera makes")) from None
    except (OSError, ValueError, SyntaxError, TypeError, OverflowError, EOFError):
        raise ValueError("The picture is damaged; save it once more and try again.") from None
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise ValueError(_too_many_pixels(f"{width} × {height} pixels"))
    if min(width, height) < 8 or max(width, height) > 40 * min(width, height):
        raise ValueError(f"The picture has {width} × {height} pixels; that is too narrow.")
    try:
        opened.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at about the size wanted
        turned = ImageOps.exif_transpose(opened)
        if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
            ground = Image.new("RGBA", turned.size, "white")
            turned = Image.alpha_composite(ground, turned.convert("RGBA"))
        picture = turned.convert("RGB")
        picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, TypeError, OverflowError, EOFError, IndexError):
        raise ValueError("The picture is damaged; save it once more and try again.") from None
    return {"image": np.asarray(picture, np.uint8)}


def _too_many_pixels(has: str) -> str:
    return f"The picture has {has}; at most {MOST_PIXELS // 10**6} million pixels are read."


def _read_text(body: bytes) -> dict[str, np.ndarray]:
    text = unicodedata.normalize("NFC", _decoded(body))
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            f"The text has {len(text)} characters; at most {MOST_CHARACTERS} are read."
        )
    if not text.strip():
        raise ValueError("The text is empty.")
    return {"text": np.frombuffer(text.encode(), np.uint8)}


def _decoded(body: bytes) -> str:
    """Text as UTF-8, as UTF-16 if it says so, or else as Western European."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
             (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
    named = next((name for mark, name in marks if body.startswith(mark)), None)
    if named is None and b"\0" in body:
        raise ValueError("This is no text; it may be a picture or a spreadsheet. Save it as CSV.")
    try:
        text = body.decode(named or "utf-8")
    except UnicodeDecodeError:
        if named:
            raise ValueError("The text is damaged; save it as UTF-8 and try again.") from None
        text = body.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    strange = sum(unicodedata.category(c) == "Cc" and c not in "\n\t\f" for c in text)
    if strange > len(text) / 100:
        raise ValueError("This is no text; it may be a picture or a spreadsheet. Save it as CSV.")
    return "".join(c for c in text if unicodedata.category(c) != "Cc" or c in "\n\t")


def _read_table(body: bytes) -> dict[str, np.ndarray]:
    text = _decoded(body)
    try:
        rows = _rows(text)
    except csv.Error:
        raise ValueError("The table cannot be read: a quotation mark is never closed.") from None
    if len(rows) < 2:
        raise ValueError("A table needs a heading and one row at least.")
    width = max(map(len, rows))
    if width > MOST_COLUMNS:
        raise ValueError(f"The table has {width} columns; at most {MOST_COLUMNS} are read.")
    names = _headings(rows, width)
    body_rows = rows if names is None else rows[1:]
    names = names or [f"column {i + 1}" for i in range(width)]
    block: dict[str, np.ndarray] = {}
    for i, name in enumerate(names):
        cells = [row[i].strip() if i < len(row) else "" for row in body_rows]
        numbers = [_number(cell) for cell in cells]
        if all(number is not None for number in numbers):
            block[f"number/{i:02d}/{name}"] = np.array(numbers, np.float32)
        else:
            words = "\n".join(cell[:LONGEST_CELL].replace("\n", " ") for cell in cells)
            block[f"word/{i:02d}/{name}"] = np.frombuffer(words.encode(), np.uint8)
    return block


def _rows(text: str) -> list[list[str]]:
    """The rows that hold something, by whichever of comma, semicolon, tab parts them best."""
    head = "\n".join(text.splitlines()[:5])
    delimiter = max(",;\t", key=head.count)
    if head.count(delimiter) == 0 and " " in head.strip():
        text, delimiter = re.sub(r"[ \t]+", ",", text), ","
    csv.field_size_limit(MOST_BYTES)
    found: list[list[str]] = []
    for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
        if any(cell.strip() for cell in row):
            found.append(row)
            if len(found) > MOST_ROWS + 1:
                raise ValueError(f"The table has more than {MOST_ROWS} rows; leave some out.")
    return found


def _headings(rows: list[list[str]], width: int) -> list[str] | None:
    """The first row, if it is no row of numbers; names are made different where they are not."""
    first = [cell.strip()[:LONGEST_CELL] for cell in rows[0]]
    if all(_number(cell) is not None for cell in first):
        return None
    names: list[str] = []
    for i in range(width):
        name = (first[i] if i < len(first) else "") or f"column {i + 1}"
        name = re.sub(r"[/\\\0]", " ", name)
        while name in names:
            name += "′"
        names.append(name)
    return names


GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})


def _number(cell: str) -> float | None:
    """A number, not-a-number for a gap, None for a word."""
    if cell.lower() in GAPS:
        return float("nan")
    try:
        value = float(cell.replace("−", "-"))
    except ValueError:
        return None
    return value if abs(value) < 1e30 else None


def new_token() -> str:
    """What stands for a file in a config and a link; no one can guess it."""
    return f"own-{secrets.token_urlsafe(16)}"


def hold(token: str, arrays: Arrays) -> None:
    """Keep a file at hand in this process; the longest unused goes first."""
    _held[token] = arrays
    _held.move_to_end(token)
    while len(_held) > _MOST_HELD:
        _held.popitem(last=False)


def load(accepts: Accepts, path: str | Path) -> str:
    """Read a file of this machine and hold it, for exported scripts.

    Raises:
        ValueError: a sentence.
    """
    token = new_token()
    try:
        body = Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"The file {path} cannot be opened: {error.strerror}.") from None
    hold(token, read(accepts, body))
    return token


def image(token: str) -> np.ndarray:
    """A picture, (h, w, 3) uint8, its longer side at most `SIDE`."""
    return _find(token)["image"]


def text(token: str) -> str:
    """A text, lines parted by \\n."""
    return _find(token)["text"].tobytes().decode()


def weights(token: str) -> bytes:
    """A file of weights, as it is."""
    return _find(token)["weights"].tobytes()


def table(token: str) -> Table:
    """A table by columns."""
    numbers: dict[str, np.ndarray] = {}
    words: dict[str, Sequence[str]] = {}
    for key, column in _find(token).items():
        kind, _, name = key.split("/", 2)
        if kind == "number":
            numbers[name] = column
        else:
            words[name] = column.tobytes().decode().split("\n")
    return Table(numbers, words)


def _find(token: str) -> Arrays:
    if token not in _held:
        raise ValueError("your file is no longer here; choose it once more")
    _held.move_to_end(token)
    return _held[token]
