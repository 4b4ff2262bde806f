"""How frames become bytes: once, in the worker, for however many browsers watch.

Arrays travel as Plotly's own typed arrays (`{"dtype", "bdata", "shape"}`), which cost a
base64 instead of a list of decimals. A message is JSON; a run is a list of messages:

    panels    what stands still, the grabs and formulas; always the first
    frame     a patch for each panel, the readout, the note
    verdicts  how the run did on each challenge
    end       done, failed or cancelled, and why
"""

from __future__ import annotations

import base64
import functools
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import orjson

from labcore.config import Config
from labcore.lab import Boxes, Frame, Grab, Hand, Lab, Points, Verdict

SMALL = 6
"""Arrays of at most this many numbers travel as a list; the typed form is longer."""

_DTYPES = {"float32": "f4", "float64": "f8", "uint8": "u1", "int8": "i1", "int16": "i2",
           "uint16": "u2", "int32": "i4", "uint32": "u4"}  # fmt: skip


def _array(value: Any) -> Any:
    """orjson's hook for what JSON does not know: arrays, tuples' NumPy scalars."""
    if isinstance(value, np.generic):
        return value.item()
    if not isinstance(value, np.ndarray):
        if hasattr(value, "to_plotly_json"):
            return value.to_plotly_json()
        raise TypeError(f"cannot send a {type(value).__name__}")
    value = value.astype(value.dtype.newbyteorder("="), copy=False)
    if value.dtype in (np.float64, np.float16):
        value = value.astype(np.float32)
    elif value.dtype in (np.int64, np.uint64):
        fits = not value.size or (value.min() >= -(2**31) and value.max() < 2**31)
        value = value.astype(np.int32 if fits else np.float32)
    if value.size <= SMALL or value.dtype.name not in _DTYPES:
        return value.tolist()
    packed: dict[str, Any] = {
        "dtype": _DTYPES[value.dtype.name],
        "bdata": base64.b64encode(np.ascontiguousarray(value).data).decode("ascii"),
    }
    if value.ndim > 1:
        packed["shape"] = ", ".join(str(n) for n in value.shape)
    return packed


def encode(message: Any) -> bytes:
    """JSON bytes; not-a-number becomes null, which Plotly shows as a gap."""
    return orjson.dumps(message, default=_array)


@functools.cache
def mathml(latex: str) -> str:
    r"""LaTeX as MathML, which every browser draws. `\slot{name}` becomes a named blank."""
    from latex2mathml.converter import convert

    names: list[str] = []
    while r"\slot{" in latex:
        before, rest = latex.split(r"\slot{", 1)
        name, after = rest.split("}", 1)
        latex = f"{before}\\text{{slot{len(names)}}}{after}"
        names.append(name)
    drawn = convert(latex, display="block")
    for i, name in enumerate(names):
        drawn = drawn.replace(f"<mtext>slot{i}</mtext>", f'<mn data-slot="{name}">·</mn>')
    return drawn


def panels_message(
    lab: Lab, config: Config, figures: Mapping[str, Any], *, keeps: bool = False
) -> bytes:
    """Message 0 of a run: all that stands still; keeps: there are weights to take home."""
    return encode(
        {
            "slug": lab.slug,
            "length": lab.length(config),
            "config": config.model_dump(mode="json"),
            "panels": {name: figure.to_plotly_json() for name, figure in figures.items()},
            "grabs": [_hand(hand, config) for hand in lab.grabs if _holds(hand, figures)],
            "views": {
                title: names for title, names in lab.views.items() if set(names) & set(figures)
            },
            "tells": lab.tells,
            "formulas": {title: mathml(latex) for title, latex in lab.formulas.items()},
            "resumable": lab.resumable,
            "keeps": keeps,
        }
    )


def _holds(hand: Hand, figures: Mapping[str, Any]) -> bool:
    """Whether what a hand takes hold of is there."""
    if hand.panel not in figures:
        return False
    uid = getattr(hand, "uid", None)
    return uid is None or uid in {trace.uid for trace in figures[hand.panel].data}


def _hand(hand: Hand, config: Config) -> dict[str, Any]:
    """What a hand can do on a panel, with the bounds and values of the controls it moves."""
    controls = {control.name: control for control in config.controls()}
    told: dict[str, Any] = {"kind": type(hand).__name__.lower(), **asdict(hand)}
    if isinstance(hand, Grab):
        for axis, name in (("x", hand.x), ("y", hand.y)):
            control = controls.get(name)
            told[axis] = control and {
                "name": name, "low": control.low, "high": control.high,
                "whole": control.kind == "int",
            }  # fmt: skip
        told["at"] = [getattr(config, name) if name else None for name in (hand.x, hand.y)]
        return told
    told["at"] = getattr(config, hand.control)
    if isinstance(hand, Points | Boxes):
        control = controls[hand.control]
        told |= {"least": control.least, "most": control.most}
        for axis, (low, high) in (("x", control.x), ("y", control.y)):
            told[axis] = {"low": low, "high": high}
    return told


def frame_message(
    number: int, frame: Frame, patch: Mapping[str, Any], readout: Mapping[str, str]
) -> bytes:
    """One frame, ready to be drawn."""
    return encode(
        {
            "n": number,
            "step": frame.step,
            "patch": patch,
            "readout": readout,
            "note": frame.note,
            "resume": frame.checkpoint is not None,
        }
    )


def verdicts_message(verdicts: Mapping[str, Verdict], steps: Mapping[str, int]) -> bytes:
    """How the run did on each challenge, and after how many steps it had passed."""
    return encode(
        {
            slug: {"passed": verdict.passed, "says": verdict.says, "steps": steps.get(slug)}
            for slug, verdict in verdicts.items()
        }
    )


def pack(frames: Sequence[Frame]) -> bytes:
    """The numbers of a run as one compressed npz: `step`, and each value over all frames.

    Values whose shape is the same in every frame are stacked, frames first; the others
    stand one by one as `name/0007`.
    """
    block: dict[str, Any] = {"step": np.array([frame.step for frame in frames], np.int32)}
    for name in dict.fromkeys(name for frame in frames for name in frame.values):
        if name == "step":
            raise ValueError("a value may not be named “step”")
        series = [np.asarray(frame.values.get(name, np.nan)) for frame in frames]
        if len({array.shape for array in series}) == 1:
            block[name] = np.stack(series)
        else:
            block |= {f"{name}/{i:04d}": array for i, array in enumerate(series)}
    return npz(block, zipfile.ZIP_DEFLATED)


def npz(arrays: Mapping[str, Any], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Arrays of any names as an npz; NumPy's own `savez` forbids some. Objects are refused."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def safetensors(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays by name as a safetensors file; what is no number stands in its metadata."""
    from safetensors.numpy import save

    numbers = {n: np.ascontiguousarray(a) for n, a in arrays.items() if a.dtype.kind in "biuf"}
    words = {name: str(array) for name, array in arrays.items() if name not in numbers}
    return save(numbers, words or None)


def unpack(block: bytes) -> dict[str, np.ndarray]:
    """The arrays of `pack`. Pickled objects are refused."""
    with np.load(io.BytesIO(block), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def table(arrays: Mapping[str, np.ndarray], widest: int = 64) -> tuple[list[str], np.ndarray]:
    """The numbers as one row a frame. Wider arrays than `widest` are left to the npz.

    Returns:
        The column names, such as `position[0,1]`, and the rows, shape (frames, columns).
    """
    steps = arrays["step"]
    names, columns = ["step"], [steps.astype(np.float64)]
    for name, series in arrays.items():
        if name == "step" or "/" in name or series.ndim == 0 or len(series) != len(steps):
            continue
        flat = series.reshape(len(steps), -1)
        if flat.shape[1] > widest:
            continue
        for i, index in enumerate(np.ndindex(series.shape[1:])):
            where = f"[{','.join(map(str, index))}]" if index else ""
            names.append(name + where)
            columns.append(flat[:, i].astype(np.float64))
    return names, np.stack(columns, axis=1)


def csv(arrays: Mapping[str, np.ndarray]) -> str:
    """`table` as comma-separated values."""
    names, rows = table(arrays)
    lines = [",".join(f'"{name}"' if "," in name else name for name in names)]
    lines += [",".join(f"{value:.7g}" for value in row) for row in rows]
    return "\n".join(lines) + "\n"
