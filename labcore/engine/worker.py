"""What a worker does: run a lab and send what it yields, or answer at once.

`execute` is the same for a forked process and for the inline engine: it calls the lab's
functions in order and hands out packets. Everything is encoded here, once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import ValidationError

from labcore import catalog, device, own, wire
from labcore.config import Accepts, sentence
from labcore.engine.protocol import Kind
from labcore.lab import Challenge, Frame, LabModule, Start

Send = Callable[[Kind, bytes], None]


class Stopped(BaseException):
    """Raised inside a run when its last learner has pressed Stop."""


class Limit(Exception):
    """A run has reached a limit; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to compute, and how much of it at most.

    starts: how many checkpoints come with it: one to go on from, or with `observe` all those
            that are to be observed.
    own:    tokens of the learner's own files that come with it.
    """

    slug: str
    config: Mapping[str, Any]
    offset: int = 0
    frames: int = 2000
    size: int = 64 * 2**20
    memory: int = 0
    starts: int = 0
    observe: bool = False
    own: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        return orjson.dumps({name: getattr(self, name) for name in self.__slots__})


def execute(job: Job, send: Send, starts: Iterable[Start] = ()) -> None:
    """Run a job to its end, whatever that is, and say so in the last packet."""
    module = catalog.load(job.slug)
    frames: list[Frame] = []
    state, reason = "done", ""
    try:
        config = module.Config(**job.config)
        _stream(module, config, starts, job, send, frames)
    except Stopped:
        state = "cancelled"
    except Exception as error:  # the run fails with its reason, and nothing else does
        state, reason = "failed", explain(error, len(frames), job.memory)
    try:
        if frames:
            send(Kind.ARRAYS, wire.pack(frames))
    except ValueError as error:  # values that no table can hold
        state, reason = "failed", explain(error, len(frames), job.memory)
    send(Kind.END, orjson.dumps({"state": state, "reason": reason}))


def _stream(
    module: LabModule,
    config: Any,
    starts: Iterable[Start],
    job: Job,
    send: Send,
    frames: list[Frame],
) -> None:
    size = 0
    make = _observed if job.observe else _trained
    for frame in make(module, config, starts):
        if len(frames) >= job.frames:
            raise Limit(f"The run was ended after {job.frames} frames, the limit of a run.")
        if not frames:
            figures = module.panels(config, frame)
            keeps = bool(frame.checkpoint)
            send(Kind.PANELS, wire.panels_message(module.LAB, config, figures, keeps=keeps))
        number = job.offset + len(frames)
        message = wire.frame_message(
            number, frame, module.draw(config, frame), module.readout(config, frame)
        )
        if frame.checkpoint is not None and not job.observe:  # the server has those
            send(Kind.CHECKPOINT, pack_checkpoint(number, frame))
        send(Kind.FRAME, message)
        frames.append(replace(frame, checkpoint=None))
        size += len(message)
        if size > job.size:
            raise Limit(
                f"The run was ended after {len(frames)} frames: "
                f"they took {size / 2**20:.0f} MB, the limit of a run."
            )
    if not frames:
        raise Limit("There is nothing left to compute after that frame.")
    verdicts = {c.slug: c.check(config, frames) for c in module.LAB.challenges}
    thrift = {
        c.slug: fewest_steps(c, config, frames)
        for c in module.LAB.challenges
        if verdicts[c.slug].passed
    }
    send(Kind.VERDICTS, wire.verdicts_message(verdicts, thrift))


def fewest_steps(challenge: Challenge, config: Any, frames: Sequence[Frame]) -> int:
    """The training step at which a challenge that the whole run passes was first passed.

    Found by halving, so it is the first for goals that stay reached once they are.
    """

    def passed(count: int) -> bool:
        try:
            return challenge.check(config, frames[:count]).passed
        except Exception:  # some checks need more frames than one
            return False

    low, high = 1, len(frames)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if passed(middle) else (middle + 1, high)
    return frames[high - 1].step


def _trained(module: LabModule, config: Any, starts: Iterable[Start]) -> Iterable[Frame]:
    return module.run(config, next(iter(starts), None))


def _observed(module: LabModule, config: Any, starts: Iterable[Start]) -> Iterable[Frame]:
    for start in starts:
        frame = module.observe(config, start)
        yield replace(frame, checkpoint=start.checkpoint)


def answer(request: Mapping[str, Any], start: Start | None = None) -> tuple[Kind, bytes]:
    """The immediate answer of a lab to a config, or a sentence that says why there is none.

    Args:
        start: the frame on screen, if it has a checkpoint and fits the config.
    """
    module = catalog.load(request["slug"])
    reply = getattr(module, "answer", None)
    if reply is None:
        return Kind.FAILURE, b"This lab gives no immediate answers."
    try:
        config = module.Config(**request["config"])
        frame = reply(config, start)
        patches = module.draw(config, frame)
        if start is not None:  # growing lines stand as they are: nothing was trained
            for patch in patches.values():
                patch.pop("append", None)
        message = {
            "patch": patches,
            "readout": module.readout(config, frame),
            "note": frame.note,
        }
        return Kind.ANSWER, wire.encode(message)
    except ValidationError as error:
        return Kind.FAILURE, " ".join(sentence(error, module.Config)).encode()
    except Exception as error:  # one wrong answer must not end the worker
        return Kind.FAILURE, explain(error, 0, request.get("memory", 0)).encode()


def read_own(accepts: Accepts, body: bytes) -> tuple[Kind, bytes]:
    """A learner's own file as an npz, or a sentence that says what is wrong with it."""
    try:
        return Kind.ANSWER, wire.npz(own.read(accepts, body))
    except ValueError as error:
        return Kind.FAILURE, str(error).encode()
    except MemoryError:
        return Kind.FAILURE, b"The file is too large to be read here."


def explain(error: Exception, frames: int, memory: int) -> str:
    """Why a run failed, for a learner: what happened, and where."""
    if isinstance(error, Limit):
        return str(error)
    where = f" after {frames} frames" if frames else " before its first frame"
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if type(error).__name__ == "OutOfMemoryError":  # torch's, on a GPU
        had = f"{device.memory_limit() / 2**20:.0f} MB of" if device.memory_limit() else "all of"
        return (
            f"The run needed more than {had} the GPU’s memory{where}. "
            "Choose a smaller model or a smaller batch."
        )
    if isinstance(error, MemoryError) or "can't allocate memory" in text:
        return f"The run needed more than {memory / 2**20:.0f} MB of memory{where}."
    return f"The computation failed{where}: {text.rstrip('.')}."


def pack_checkpoint(number: int, frame: Frame) -> bytes:
    """A frame's checkpoint: number, step, npz."""
    return struct.pack(">II", number, frame.step) + wire.npz(frame.checkpoint or {})


def unpack_start(block: bytes) -> Start:
    """A start from step and npz. Pickled objects are refused."""
    (step,) = struct.unpack_from(">I", block)
    return Start(step, wire.unpack(block[4:]))
