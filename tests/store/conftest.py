"""A store on each kind of database, and servers that share one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from labcore.engine.settings import Settings
from labcore.engine.store.sql import SqlStore
from tests.helpers import ROOT, environment
from tools import services

Open = Callable[..., SqlStore]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with services.postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'lab.sqlite'}"
        return
    address = request.getfixturevalue("postgres_url")
    yield address
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


@pytest.fixture
def open_store(url: str, tmp_path: Path) -> Iterator[Open]:
    """Opens stores that share one database; closes them."""
    opened: list[SqlStore] = []

    def open_one(**more: object) -> SqlStore:
        store = SqlStore(Settings(store=url, data=tmp_path, warm=False, **more))
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@contextmanager
def other_server(
    url: str, folder: Path, *configs: dict[str, object]
) -> Generator[tuple[subprocess.Popen[str], str], None, None]:
    """Another server on the same store, which has begun to compute these; and its address."""
    address = f"http://127.0.0.1:{services.free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.other_server", *map(json.dumps, configs)],
        cwd=ROOT,
        env=environment(
            LAB_STORE=url, LAB_DATA=str(folder), LAB_ADDRESS=address, LAB_WARM="0", LAB_PRELOAD="0"
        ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == "serving\n"
        for _ in configs:
            assert process.stdout.readline().startswith("computing")
        yield process, address
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
