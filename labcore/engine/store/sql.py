"""Runs that outlive the process, shared by all servers that name the same database.

A run is claimed by a row before it is computed, so a class computes it once over all
servers. What it leaves is written by a thread of its own, contents first: a row says “done”
only when the bytes are safe. What is private, and what has failed, stays in memory.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from labcore.engine.run import Outcome, Run
from labcore.engine.settings import Settings
from labcore.engine.store.base import Elsewhere
from labcore.engine.store.contents import Contents, Files, Rows
from labcore.engine.store.database import BEAT_SECONDS, Servers, connect
from labcore.engine.store.memory import MemoryStore
from labcore.engine.store.model import NoteRow, RunRow
from labcore.engine.store.packing import pack, unpack

LOG = logging.getLogger(__name__)
PRUNE_SECONDS = 600.0
REST_SECONDS = 90.0
"""So long a run that is on the disk stays in memory after its last use."""
CLOSE_SECONDS = 10.0
OUTCOMES = 5000
"""Of so many runs that are not in memory it is remembered how they did."""


class SqlStore:
    """See the module and `Store`. A database that cannot be reached costs speed, never a run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = connect(settings.store, settings.data)
        on_disk = self._engine.dialect.name == "sqlite" or settings.store_files
        self._contents: Contents = (
            Files(settings.store_files or settings.data / "runs") if on_disk else Rows()
        )
        self._memory = MemoryStore(settings.store_memory)
        self._servers = Servers(self._engine, settings.address)
        self._used: dict[str, float] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._written: set[str] = set()  # what is in memory and on the disk as well
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._closed = threading.Event()
        self.trouble = ""  # why the last write failed
        self._attempt(self._servers.bury)
        self._attempt(self._prune)
        self._keeper = threading.Thread(target=self._keep, name="store-keeper", daemon=True)
        self._keeper.start()

    # Runs

    def put(self, run: Run) -> None:
        self._memory.put(run)
        if run.private:
            return
        if run.state == "done":
            self._writer.submit(self._attempt, self._write, run)
        else:
            self._writer.submit(self._attempt, self._end, run.key, run.state, run.reason)

    def get(self, key: str) -> Run | None:
        run = self._memory.get(key) or self._attempt(self._read, key)
        if run:
            self._used[key] = time.time()
        return run

    def outcome(self, key: str) -> Outcome | None:
        """Pages ask at every move of a control, also for runs that memory has no room for."""
        if found := self._memory.outcome(key):
            return found
        if (found := self._outcomes.get(key)) is None and (run := self.get(key)):
            found = self._outcomes[key] = run.outcome()
            while len(self._outcomes) > OUTCOMES:
                self._outcomes.pop(next(iter(self._outcomes)), None)
        if found:
            self._used[key] = time.time()
        return found

    def trained(self, training: str) -> Run | None:
        if run := self._memory.trained(training):
            return run
        key = self._attempt(self._trained, training)
        return self.get(key) if key else None

    def forget(self, token: str) -> None:
        self._memory.forget(token)  # they were never written

    def claim(self, run: Run, lost: str = "") -> Elsewhere | None:
        return None if run.private else self._attempt(self._claim, run, lost)

    def release(self, run: Run) -> None:
        mine = (RunRow.key == run.key) & (RunRow.server == self._servers.name)
        self._attempt(self._execute, delete(RunRow).where(mine, RunRow.state == "running"))

    # Notes

    def note(self, name: str, value: object) -> None:
        self._attempt(self._note, name, value)

    def noted(self, name: str) -> Any:
        return self._attempt(self._scalar, select(NoteRow.value).where(NoteRow.name == name))

    def notes(self, prefix: str) -> dict[str, Any]:
        return self._attempt(self._notes, prefix) or {}

    # The rest

    def flush(self) -> None:
        """Return when all that was put so far is written, or has failed to be."""
        self._writer.submit(lambda: None).result()

    def close(self) -> None:
        if not self._closed.is_set():
            self._closed.set()
            self._keeper.join(CLOSE_SECONDS)
            self._writer.shutdown()
            self._attempt(self._note_use)
            self._attempt(self._servers.leave)
            self._engine.dispose()

    def _attempt(self, call: Callable[..., Any], *args: Any) -> Any:
        """What a call returns, or None if disk or database fail; the runs in memory go on."""
        try:
            return call(*args)
        except (SQLAlchemyError, OSError, ValueError) as error:
            self.trouble = str(getattr(error, "orig", error)).strip().splitlines()[0]
            LOG.warning("The run store failed: %s", self.trouble)
            return None

    def _scalar(self, statement: Any) -> Any:
        with self._engine.connect() as connection:
            return connection.scalar(statement)

    def _execute(self, statement: Any) -> int:
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount

    def _write(self, run: Run) -> None:
        block = pack(run)
        row = {
            "slug": run.slug,
            "training": run.training,
            "state": "done",
            "reason": "",
            "server": self._servers.name,
            "size": len(block),
            "used": time.time(),
        }
        with self._engine.begin() as connection:
            changed = connection.execute(update(RunRow).where(RunRow.key == run.key).values(row))
            if not changed.rowcount:
                connection.execute(insert(RunRow).values(key=run.key, **row))
            self._contents.write(connection, run.key, block)
        self._written.add(run.key)
        self.trouble = ""

    def _read(self, key: str) -> Run | None:
        done = (RunRow.key == key) & (RunRow.state == "done")
        with self._engine.connect() as connection:
            if connection.scalar(select(RunRow.key).where(done)) is None:
                return None
            block = self._contents.read(connection, key)
        try:
            run = unpack(block) if block is not None else None
        except ValueError:
            run = None
        if run is None:  # lost or damaged: as if it had never been
            self._execute(delete(RunRow).where(done))
            return None
        self._memory.put(run)
        self._written.add(key)
        return run

    def _trained(self, training: str) -> str | None:
        same = (RunRow.training == training) & (RunRow.state == "done")
        return self._scalar(select(RunRow.key).where(same).limit(1))

    def _end(self, key: str, state: str, reason: str) -> None:
        mine = (RunRow.key == key) & (RunRow.server == self._servers.name)
        self._execute(
            update(RunRow).where(mine, RunRow.state == "running").values(state=state, reason=reason)
        )

    def _claim(self, run: Run, lost: str) -> Elsewhere | None:
        living = self._servers.living()
        living.pop(lost, None)
        row = {"state": "running", "reason": "", "server": self._servers.name, "used": time.time()}
        free = or_(
            RunRow.state != "running",
            RunRow.server.not_in(living),
            RunRow.server == self._servers.name,
        )
        for _ in range(3):  # who is first to write the row has it
            taken = update(RunRow).where(RunRow.key == run.key, free, RunRow.state != "done")
            if self._execute(taken.values(row)):
                return None
            mine = {"key": run.key, "slug": run.slug, "training": run.training, **row}
            try:
                self._execute(insert(RunRow).values(mine))
                return None
            except IntegrityError:
                there = select(RunRow.server).where(RunRow.key == run.key)
                if server := self._scalar(there):
                    return Elsewhere(server, living.get(server, ""))
        return None

    def _note(self, name: str, value: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(NoteRow).where(NoteRow.name == name))
            if value is not None:
                connection.execute(insert(NoteRow).values(name=name, value=value))

    def _notes(self, prefix: str) -> dict[str, Any]:
        named = NoteRow.name.startswith(prefix, autoescape=True)
        with self._engine.connect() as connection:
            rows = connection.execute(select(NoteRow.name, NoteRow.value).where(named)).all()
        return {row.name: row.value for row in rows}

    # What a thread does now and then

    def _keep(self) -> None:
        pruned = time.monotonic()
        while not self._closed.wait(BEAT_SECONDS):
            self._attempt(self._servers.beat)
            self._attempt(self._note_use)
            self._rest()
            if time.monotonic() - pruned > PRUNE_SECONDS:
                pruned = time.monotonic()
                self._attempt(self._servers.bury)
                self._attempt(self._prune)

    def _rest(self) -> None:
        """What is on the disk need not be in memory once the class has gone."""
        gone = self._memory.drop_unused(tuple(self._written), REST_SECONDS)
        self._written.difference_update(gone)
        if gone:
            gc.collect()  # visits that have ended hold runs in circles
            give_back()

    def _note_use(self) -> None:
        used, self._used = self._used, {}
        with self._engine.begin() as connection:
            for key, at in used.items():
                connection.execute(update(RunRow).where(RunRow.key == key).values(used=at))

    def _prune(self) -> None:
        """Let go of what is old, then of the longest unused while there is too much."""
        oldest = time.time() - 86_400 * self._settings.store_days
        ended = RunRow.state != "running"
        with self._engine.begin() as connection:
            gone = list(connection.scalars(select(RunRow.key).where(ended, RunRow.used < oldest)))
            rows = select(RunRow.key, RunRow.size).where(ended, RunRow.used >= oldest)
            size = 0
            for key, bytes_ in connection.execute(rows.order_by(RunRow.used.desc())):
                size += bytes_
                if size > self._settings.store_bytes:
                    gone.append(key)
            for start in range(0, len(gone), 500):
                connection.execute(delete(RunRow).where(RunRow.key.in_(gone[start : start + 500])))
        self._contents.drop(gone)
        with self._engine.connect() as connection:
            self._contents.tidy(connection.scalars(select(RunRow.key)))

    @property
    def used_bytes(self) -> int:
        """Bytes of all runs that are kept."""
        kept = select(func.coalesce(func.sum(RunRow.size), 0)).where(RunRow.state == "done")
        return int(self._attempt(self._scalar, kept) or 0)


def give_back() -> None:
    """Return freed memory to the machine; the C library keeps it otherwise."""
    with suppress(AttributeError, OSError):  # another C library than GNU's
        ctypes.CDLL(None).malloc_trim(0)
