"""Where finished runs are kept, and the little that servers tell each other.

base.py      what the engine asks of a store
memory.py    runs of this process, gone with it
sql.py       runs that outlive it: SQLite and files, or PostgreSQL for many servers
model.py     the tables of both; migrations/ brings an older database to them
contents.py  where the bytes of a run lie
packing.py   a run as one block of bytes
"""

from __future__ import annotations

from labcore.engine.settings import Settings
from labcore.engine.store.base import Elsewhere, Store
from labcore.engine.store.memory import MemoryStore


def open_store(settings: Settings) -> Store:
    """The store the settings name: “memory”, or a database by its URL.

    Raises:
        SystemExit: the database cannot be used; the message is a sentence.
    """
    if settings.store == "memory":
        return MemoryStore(settings.store_memory)
    from labcore.engine.store.sql import SqlStore

    return SqlStore(settings)


__all__ = ["Elsewhere", "MemoryStore", "Store", "open_store"]
