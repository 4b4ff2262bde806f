"""A finished run as one block of bytes: a digest that tells damage, then a ZIP archive.

run.json         slug, config, seconds and the like
log.json.gz      its messages, in the form in which browsers fetch them
arrays.npz       its numbers
checkpoints/n    what frame n can be gone on from
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile

import orjson

from labcore.engine.run import Message, Run

DIGEST_BYTES = 16


def pack(run: Run) -> bytes:
    """The block of a run that has ended."""
    facts = {
        "key": run.key,
        "slug": run.slug,
        "config": run.config,
        "training": run.training,
        "state": run.state,
        "reason": run.reason,
        "seconds": run.seconds,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # stored: the parts are compressed already
        archive.writestr("run.json", orjson.dumps(facts))
        archive.writestr("log.json.gz", run.compressed())
        archive.writestr("arrays.npz", run.arrays)
        for number, checkpoint in run.checkpoints.items():
            archive.writestr(f"checkpoints/{number}", checkpoint)
    return _digest(file.getbuffer()) + file.getbuffer()


def unpack(block: bytes) -> Run:
    """The run of a block.

    Raises:
        ValueError: the block is damaged.
    """
    digest, archived = block[:DIGEST_BYTES], block[DIGEST_BYTES:]
    if digest != _digest(archived):
        raise ValueError("The block is damaged.")
    try:
        with zipfile.ZipFile(io.BytesIO(archived)) as archive:
            facts = orjson.loads(archive.read("run.json"))
            run = Run(facts["key"], facts["slug"], facts["config"], "", training=facts["training"])
            run.seconds = facts["seconds"]
            run.packed = archive.read("log.json.gz")
            run.log = _messages(gzip.decompress(run.packed))
            run.size = sum(len(message.data) for message in run.log)
            run.shown = sum(message.event == "frame" for message in run.log)
            run.arrays = archive.read("arrays.npz")
            for name in archive.namelist():
                folder, _, number = name.partition("/")
                if folder == "checkpoints":
                    run.checkpoints[int(number)] = archive.read(name)
            run.state, run.reason = facts["state"], facts["reason"]
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError("The block is of another version.") from error
    return run


def _digest(block: bytes | memoryview) -> bytes:
    return hashlib.blake2b(block, digest_size=DIGEST_BYTES).digest()


def _messages(resource: bytes) -> list[Message]:
    """The messages of `Run.resource`: one a line, `["event",data]`, with no line end in it."""
    messages = []
    for number, line in enumerate(resource[1:-1].split(b",\n")):
        event, data = line[2:-1].split(b'",', 1)
        messages.append(Message.at(number, event.decode(), data))
    return messages
