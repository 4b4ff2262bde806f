"""A safetensors file, byte by byte: eight bytes of length, a header of JSON, the data.

`read` does from scratch what `safetensors.numpy.load` does; where the library refuses a file,
`diagnose` says in a sentence why.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

KINDS = {"F32": np.float32, "F16": np.float16, "F64": np.float64, "U64": np.uint64,
         "I64": np.int64, "I32": np.int32, "U8": np.uint8}  # fmt: skip
Tensors = Mapping[str, np.ndarray]


class Entry(NamedTuple):
    """A tensor as the header has it; begin and end count bytes of the whole file."""

    name: str
    kind: str
    shape: tuple[int, ...]
    begin: int
    end: int


def header(raw: bytes) -> tuple[int, list[Entry]]:
    """Where the data begin, and what the header says of each tensor.

    Raises:
        ValueError: a sentence.
    """
    if len(raw) < 8:
        raise ValueError(f"The file has {len(raw)} bytes; the length of its header alone takes 8.")
    length = int.from_bytes(raw[:8], "little")
    if length > len(raw) - 8:
        raise ValueError(f"The first 8 bytes promise a header of {length} bytes; only "
                         f"{len(raw) - 8} follow.")  # fmt: skip
    try:
        table = json.loads(raw[8 : 8 + length].decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"Byte {8 + error.start} of the header is no letter.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"The header is no JSON from byte {8 + error.pos} on.") from None
    begin = 8 + length
    try:
        entries = [
            Entry(name, told["dtype"], tuple(told["shape"]), begin + told["data_offsets"][0],
                  begin + told["data_offsets"][1])
            for name, told in table.items() if name != "__metadata__"
        ]  # fmt: skip
    except (AttributeError, KeyError, TypeError, IndexError):
        raise ValueError("A tensor in the header lacks its dtype, shape or data_offsets.") from None
    return begin, entries


def read(raw: bytes) -> dict[str, np.ndarray]:
    """The tensors of a file, from scratch.

    Raises:
        ValueError: a sentence.
    """
    _, entries = header(raw)
    found = {}
    for name, kind, shape, begin, end in entries:
        if kind not in KINDS:
            raise ValueError(f"“{name}”: there is no dtype “{kind}”.")
        size = int(np.prod(shape, dtype=object)) * np.dtype(KINDS[kind]).itemsize
        if size != end - begin:
            raise ValueError(f"“{name}”: {kind} of shape {list(shape)} takes {size} bytes; the "
                             f"offsets leave {end - begin}.")  # fmt: skip
        if end > len(raw):
            raise ValueError(f"“{name}” ends at byte {end}; the file has {len(raw)}: it was cut.")
        found[name] = np.frombuffer(raw[begin:end], KINDS[kind]).reshape(shape)
    return found


def diagnose(raw: bytes) -> str:
    """Why a file that the library refuses cannot be read."""
    try:
        read(raw)
    except (ValueError, OverflowError, RecursionError) as error:
        return str(error)
    _, entries = header(raw)
    ends = sorted((entry.begin, entry.end) for entry in entries)
    if any(a[1] != b[0] for a, b in itertools.pairwise(ends)):
        return "The tensors overlap, or leave holes between them: an offset is wrong."
    return "The header says something else than the data are."


def loaded(raw: bytes) -> tuple[Tensors | None, str, str]:
    """What the library reads, or None; our sentence, and the library's own words."""
    try:
        return load(raw), "", ""
    except (SafetensorError, ValueError, TypeError, KeyError, OverflowError) as error:
        return None, diagnose(raw), str(error) or type(error).__name__


def at_byte(raw: bytes, place: int) -> tuple[str, Entry | None, int]:
    """What a byte of a sound file is, the tensor it lies in, and its index among the numbers."""
    begin, entries = header(raw)
    if place < 8:
        return "length of the header", None, 0
    if place < begin:
        return "header", None, 0
    for entry in entries:
        if entry.begin <= place < entry.end:
            return "data", entry, (place - entry.begin) // np.dtype(KINDS[entry.kind]).itemsize
    return "data", None, 0


def spoil(raw: bytes, damage: str, place: int, bit: int) -> bytes:
    """The file after an accident at a byte."""
    if damage == "flip":
        return raw[:place] + bytes([raw[place] ^ (1 << bit)]) + raw[place + 1 :]
    return raw[:place] if damage == "cut" else raw


def spoiled(tensors: dict[str, Any], damage: str) -> dict[str, np.ndarray]:
    """The tensors as another program might have saved them."""
    names = list(tensors)
    if damage == "missing":
        return {name: tensors[name] for name in names if name != names[min(1, len(names) - 1)]}
    if damage == "renamed":
        return {(f"module.{n}" if n == names[0] else n): t for n, t in tensors.items()}
    if damage == "shape":
        first = tensors[names[0]]
        return {**tensors, names[0]: np.concatenate([first, first[:1]])}
    if damage == "dtype":
        return {n: t.astype(np.float16) if t.dtype == np.float32 else t for n, t in tensors.items()}
    return tensors
