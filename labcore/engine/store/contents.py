"""Where the bytes of finished runs lie: files in a folder, or rows of the database."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, delete, insert, select

from labcore.engine.store.model import ContentRow

ORPHAN_SECONDS = 3600
"""A file so old that no row names was left by a server that was killed."""


class Contents(Protocol):
    """Blocks by key. `write` comes before the row says that the run is done."""

    def write(self, connection: Connection, key: str, block: bytes) -> None: ...
    def read(self, connection: Connection, key: str) -> bytes | None: ...
    def drop(self, keys: Iterable[str]) -> None: ...
    def tidy(self, known: Iterable[str]) -> None: ...


class Rows:
    """In the database, for servers that share nothing else; a row goes with its run's."""

    def write(self, connection: Connection, key: str, block: bytes) -> None:
        connection.execute(delete(ContentRow).where(ContentRow.key == key))
        connection.execute(insert(ContentRow).values(key=key, block=block))

    def read(self, connection: Connection, key: str) -> bytes | None:
        return connection.scalar(select(ContentRow.block).where(ContentRow.key == key))

    def drop(self, keys: Iterable[str]) -> None:
        """Gone with their runs."""

    def tidy(self, known: Iterable[str]) -> None:
        """Nothing is ever left over."""


class Files:
    """One file a run, in folders by the first two letters of the key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, connection: Connection, key: str, block: bytes) -> None:
        """Whole or not at all: written beside, brought to the disk, then renamed."""
        path = self._path(key)
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        try:
            with open(beside, "wb") as file:
                file.write(block)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def read(self, connection: Connection, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def tidy(self, known: Iterable[str]) -> None:
        kept, long_ago = set(known), time.time() - ORPHAN_SECONDS
        for path in self.folder.glob("??/*"):
            whole = path.suffix == ".run" and path.stem in kept
            if not whole and path.stat().st_mtime < long_ago:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.run"
