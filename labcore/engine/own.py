"""Learners' own files, while their learners are here: in memory, by tokens no one can guess."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from labcore import catalog, own
from labcore.engine.run import Refused
from labcore.engine.settings import Settings

GONE = "Your file is no longer kept here; choose it once more."


@dataclass(slots=True)
class _File:
    learner: str
    block: bytes
    used: float = field(default_factory=time.monotonic)


class OwnFiles:
    """Files as npz, each with its learner. Any thread may call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._lock = threading.Lock()
        self._dropped: list[str] = []

    def put(self, block: bytes, learner: str) -> str:
        """Keep a file; its token."""
        token = own.new_token()
        with self._lock:
            self._files[token] = _File(learner, block)
            mine = [t for t, file in self._files.items() if file.learner == learner]
            for old in mine[: -self._settings.own_per_learner]:
                self._drop(old)
            while len(self._files) > 1 and self._bytes() > self._settings.own_bytes:
                self._drop(next(iter(self._files)))
        return token

    def get(self, token: str) -> bytes | None:
        """A file, if it is kept; it has been used now."""
        with self._lock:
            file = self._files.get(token)
            if file is None:
                return None
            file.used = time.monotonic()
            self._files.move_to_end(token)
            return file.block

    def of(self, slug: str, config: Mapping[str, object]) -> dict[str, bytes]:
        """The files a config names, by token.

        Raises:
            Refused: one of them is not kept any more.
        """
        found = {token: self.get(token) for token in tokens(slug, config)}
        if None in found.values():
            raise Refused(GONE)
        return {token: block for token, block in found.items() if block is not None}

    def holds_all(self, slug: str, config: Mapping[str, object]) -> bool:
        """Whether all files that a config names are still kept."""
        with self._lock:
            return all(token in self._files for token in tokens(slug, config))

    def drop(self, token: str) -> None:
        """The learner wants it gone."""
        with self._lock:
            self._drop(token)

    def swept(self) -> list[str]:
        """Tokens of the files that have gone since this was asked last, by age or otherwise."""
        long_ago = time.monotonic() - self._settings.own_seconds
        with self._lock:
            for token in [t for t, file in self._files.items() if file.used < long_ago]:
                self._drop(token)
            gone, self._dropped = self._dropped, []
        return gone

    def _drop(self, token: str) -> None:
        if self._files.pop(token, None):
            self._dropped.append(token)

    def _bytes(self) -> int:
        return sum(len(file.block) for file in self._files.values())


def tokens(slug: str, config: Mapping[str, object]) -> list[str]:
    """The files that a config names."""
    controls = catalog.load(slug).Config.controls()
    names = [control.name for control in controls if control.kind == "own"]
    return [str(config[name]) for name in names if config.get(name)]
