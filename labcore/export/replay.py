"""Exported runs, read again. Nothing in a file is ever executed: it is parsed as JSON, and what
is shown is a page made anew around its messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from labcore import catalog, wire
from labcore.config import Config
from labcore.engine.inline import InlineEngine
from labcore.engine.run import Refused
from labcore.engine.settings import settings
from labcore.export.made import FORM, Made
from labcore.export.page import MADE, RUN, page

MOST_BYTES = 512 * 2**20
BLOCK = r'<script type="application/json" id="%s">(.*?)(</script>|\Z)'
Messages = list[tuple[str, Any]]


class Unreadable(Exception):
    """A file that is no exported run, or cannot be computed again; the message is a sentence."""


class Record(BaseModel):
    """`Made` as a file tells it: nothing is taken on trust."""

    model_config = ConfigDict(strict=True, extra="ignore")
    form: int
    lab: str = Field(pattern=r"^\w{1,64}$")
    settings: dict[str, str]
    trunk: list[tuple[dict[str, str], int]] = Field(max_length=16)
    own: list[str]
    version: int
    key: str = Field(pattern="^[0-9a-f]{32}$")
    source: str
    versions: dict[str, str]


class Replay:
    """An exported run: what it was made of, and its messages."""

    def __init__(self, path: Path) -> None:
        """Read a file.

        Raises:
            Unreadable: a sentence.
        """
        self.path = path
        record, messages = _blocks(path)
        self.made = _record(record)
        self.messages = _messages(messages, path)
        try:
            self.module = catalog.load(self.made.lab)
        except KeyError:
            raise Unreadable(
                f"“{path.name}” is a run of the lab “{self.made.lab}”, which is not in this house."
            ) from None

    @property
    def frames(self) -> list[Any]:
        return [payload for event, payload in self.messages if event == "frame"]

    def page(self) -> str:
        """A page of the messages, with the stage and the formulas of this house."""
        drawn = {name: wire.mathml(latex) for name, latex in self.module.LAB.formulas.items()}
        messages = [
            (event, {**payload, "formulas": drawn} if event == "panels" else payload)
            for event, payload in self.messages
        ]
        return page(self.module.LAB.question, self.made, orjson.dumps(messages))

    def computed(self) -> list[Any]:
        """The frames of the same run, computed here and now.

        Raises:
            Unreadable: a sentence, if its settings are not those of this house any more.
        """
        import torch

        torch.set_num_threads(1)  # as in the server's workers: the same frames
        if self.made.own:
            raise Unreadable(
                "It was computed on a file of the learner's own, which is not part of the export; "
                "it cannot be computed again."
            )
        house, parent = InlineEngine(settings()), None
        steps = [*self.made.trunk, (self.made.settings, 0)]
        try:
            for texts, frame in steps:
                run = house.submit(self.made.lab, self._config(texts), parent=parent)
                if run.state != "done" and not run.frames:
                    raise Unreadable(f"It cannot be computed again: {run.reason}")
                parent = run.key, frame
        except Refused as refusal:
            raise Unreadable(f"It cannot be computed again: {refusal}") from None
        return [orjson.loads(message.data) for message in run.log if message.event == "frame"]

    def _config(self, texts: Mapping[str, str]) -> Config:
        kind = self.module.Config
        if self.made.version != kind.version:
            raise Unreadable(
                f"It was made with version {self.made.version} of the lab's settings, and this "
                f"house has version {kind.version}; it can be played, not computed again."
            )
        config, notices = kind.parse(texts)
        if notices:
            raise Unreadable(f"Its settings are not those of this house. {notices[0]}")
        return config


def first_difference(before: list[Any], now: list[Any]) -> int | None:
    """The number of the first frame that is not the same; None if all are."""
    for number, (ours, theirs) in enumerate(zip(before, now, strict=False)):
        if ours != theirs:
            return number
    return None if len(before) == len(now) else min(len(before), len(now))


def _blocks(path: Path) -> tuple[Any, Any]:
    """The record and the messages of a file, as JSON."""
    name = path.name
    if path.suffix not in (".html", ".json"):
        raise Unreadable(f"“{name}” is no exported run: those end in .html or .json.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"“{name}” has more than {MOST_BYTES // 2**20} MB.")
        text = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"“{name}” cannot be opened: {error.strerror}.") from None
    try:
        if path.suffix == ".json":
            blocks = orjson.loads(text)
            if not isinstance(blocks, dict) or MADE not in blocks or RUN not in blocks:
                raise Unreadable(f"“{name}” is not an exported run.")
            return blocks[MADE], blocks[RUN]
        page = text.decode()
        if f'id="{MADE}"' not in page:
            raise Unreadable(
                f"“{name}” is not a page of this house, or one of an older version, which did not "
                "say what it was made of."
            )
        found = [re.search(BLOCK % name, page, re.DOTALL) for name in (MADE, RUN)]
        if not all(block and block[2] for block in found) or "</html>" not in page[-64:]:
            raise Unreadable(f"“{name}” is cut off; export it once more.")
        made, run = (orjson.loads(block[1]) for block in found if block)
        return made, run
    except UnicodeDecodeError:
        raise Unreadable(f"“{name}” is not an exported run: it is no text.") from None
    except orjson.JSONDecodeError:
        raise Unreadable(f"“{name}” is damaged or cut off; export it once more.") from None


def _record(block: Any) -> Made:
    form = block.get("form") if isinstance(block, dict) else None
    if isinstance(form, int) and form != FORM:
        word = "an older" if form < FORM else "a newer"
        raise Unreadable(f"It was exported by {word} version of the house, in another form.")
    try:
        told = Record.model_validate_json(orjson.dumps(block))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise Unreadable(f"What it was made of is not told as it should be: {where}.") from None
    trunk = tuple((settings, frame) for settings, frame in told.trunk)
    return Made(
        told.lab, told.settings, trunk, tuple(told.own), told.version, told.key, told.source,
        told.versions, told.form,
    )  # fmt: skip


def _messages(block: Any, path: Path) -> Messages:
    """The messages, if they have the shape of a run: panels, frames, and how it ended."""
    fits = isinstance(block, list) and all(
        isinstance(item, list) and len(item) == 2 and isinstance(item[1], dict) for item in block
    )
    events = [item[0] for item in block] if fits else []
    if events[:1] != ["panels"] or events[-1:] != ["end"] or "frame" not in events:
        raise Unreadable(f"“{path.name}” holds no whole run; export it once more.")
    return [(event, payload) for event, payload in block]
