"""The database of the run store: opened, brought up to date, and who else has it open."""

from __future__ import annotations

import fcntl
import os
import platform
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Engine, create_engine, delete, event, insert, make_url, select, text, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from labcore.engine.store.model import RunRow, ServerRow

BEAT_SECONDS = 5.0
DEAD_SECONDS = 30.0
"""A server of another machine that has not said so for so long does not live."""
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x1AB
INTERRUPTED = "The server that computed this run has ended. Try again."


def connect(url: str, folder: Path) -> Engine:
    """An engine for a database that is up to date.

    Args:
        url: SQLAlchemy's; empty for a SQLite file in the folder.

    Raises:
        SystemExit: it cannot be used; the message is a sentence.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        place = make_url(url or f"sqlite:///{folder / 'lab.sqlite'}")
        if place.get_backend_name() == "sqlite":
            engine = create_engine(place, connect_args={"timeout": 10})
            event.listen(engine, "connect", _prepare_sqlite)
        else:
            engine = create_engine(
                place,
                pool_size=8,
                max_overflow=8,
                pool_pre_ping=True,  # a database that was restarted is found again
                pool_timeout=5,
                connect_args={"connect_timeout": 5},
            )
        with _one_at_a_time(engine, folder):
            migrate(engine)
    except (SQLAlchemyError, ArgumentError, ImportError) as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise SystemExit(f"The run store cannot be used: {why.rstrip('.')}.") from error
    return engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, the newest by default."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def _prepare_sqlite(connection, _) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _one_at_a_time(engine: Engine, folder: Path) -> Generator[None]:
    """Two servers that start together do not both make the tables."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
    else:
        with open(folder / "migration.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Servers:
    """This server among those that share the database."""

    def __init__(self, engine: Engine, address: str) -> None:
        self.name = uuid.uuid4().hex
        self._engine = engine
        self._machine = _machine()
        with engine.begin() as connection:
            connection.execute(
                insert(ServerRow).values(
                    name=self.name,
                    address=address,
                    machine=self._machine,
                    process=_process(os.getpid()),
                    beat=time.time(),
                )
            )

    def beat(self) -> None:
        """Say that this server lives."""
        with self._engine.begin() as connection:
            mine = update(ServerRow).where(ServerRow.name == self.name)
            connection.execute(mine.values(beat=time.time()))

    def living(self) -> dict[str, str]:
        """The address of every server that lives, this one among them, by name."""
        now = time.time()
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    ServerRow.name,
                    ServerRow.address,
                    ServerRow.machine,
                    ServerRow.process,
                    ServerRow.beat,
                )
            ).all()
        return {row.name: row.address for row in rows if self._lives(row, now)}

    def bury(self) -> None:
        """Mark what dead servers were computing as interrupted, and forget them."""
        living = self.living()
        with self._engine.begin() as connection:
            under_way = (RunRow.state == "running") & RunRow.server.not_in(living)
            connection.execute(
                update(RunRow).where(under_way).values(state="interrupted", reason=INTERRUPTED)
            )
            connection.execute(delete(ServerRow).where(ServerRow.name.not_in(living)))

    def leave(self) -> None:
        """This server ends."""
        with self._engine.begin() as connection:
            connection.execute(delete(ServerRow).where(ServerRow.name == self.name))

    def _lives(self, row, now: float) -> bool:
        if row.machine == self._machine and not row.process.endswith("@"):  # known at once
            return _process(int(row.process.partition("@")[0])) == row.process
        return abs(now - row.beat) < DEAD_SECONDS


def _machine() -> str:
    """Where process numbers mean the same: a machine, or a container in it."""
    try:
        return f"{platform.node()} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return platform.node()


def _process(pid: int) -> str:
    """A process and when it began, so that a number used again is not taken for it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return f"{pid}@"
    return f"{pid}@" if fields[0] in "ZX" else f"{pid}@{fields[19]}"
