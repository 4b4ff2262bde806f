"""The run store on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text, update

from labcore.engine.inline import InlineEngine
from labcore.engine.run import Outcome, Run
from labcore.engine.settings import Settings
from labcore.engine.store import contents, database, sql
from labcore.engine.store import open_store as open_by_settings
from labcore.engine.store.model import Base, RunRow
from labcore.engine.store.packing import pack, unpack
from labcore.engine.store.sql import SqlStore
from tests.helpers import ROOT, environment, is_sentence
from tests.labs.trouble import Config
from tests.store.conftest import Open

_seeds = itertools.count(7000)


def a_run(frames: int = 5, **given: object) -> Run:
    """A finished run of its own."""
    config = Config(frames=frames, seed=next(_seeds), **given)
    return InlineEngine(Settings(store="memory")).submit("trouble", config)


def same(left: Run, right: Run) -> bool:
    return (
        left.resource() == right.resource()
        and left.arrays == right.arrays
        and left.checkpoints == right.checkpoints
        and (left.slug, dict(left.config), left.training, left.frames, left.shown, left.state)
        == (right.slug, dict(right.config), right.training, right.frames, right.shown, right.state)
    )


def states(store: SqlStore) -> dict[str, str]:
    with store._engine.connect() as connection:
        return dict(connection.execute(select(RunRow.key, RunRow.state)).all())


def test_a_block_holds_a_whole_run_and_damage_is_told() -> None:
    run = a_run(40)
    block = pack(run)
    assert same(unpack(block), run)
    rng = random.Random(1)
    for _ in range(200):
        cut = block[: rng.randrange(len(block))]
        with pytest.raises(ValueError, match="damaged"):
            unpack(cut)
    for _ in range(300):
        spoiled = bytearray(block)
        spoiled[rng.randrange(len(block))] ^= 1 << rng.randrange(8)
        with pytest.raises(ValueError, match="damaged"):
            unpack(bytes(spoiled))


def test_a_run_outlives_the_store_that_kept_it(open_store: Open) -> None:
    run, first = a_run(), open_store()
    assert first.claim(run) is None
    first.put(run)
    first.close()
    second = open_store()
    found = second.get(run.key)
    assert found is not None
    assert found is not run
    assert same(found, run)
    assert second.get(run.key) is found  # from memory
    assert second.get("0" * 32) is None
    assert second.used_bytes == len(pack(run))


def test_what_was_trained_is_found_by_its_training(open_store: Open) -> None:
    run, first = a_run(), open_store()
    run.training = "t" * 32
    first.put(run)
    first.flush()
    second = open_store()
    found = second.trained("t" * 32)
    assert found is not None
    assert found.key == run.key
    assert second.trained("u" * 32) is None


def test_how_a_run_failed_is_noted_and_its_numbers_are_not_kept(open_store: Open) -> None:
    first, run = open_store(), a_run(kind="raise")
    assert run.state == "failed"
    assert first.claim(run) is None
    first.put(run)
    first.flush()
    assert first.get(run.key) is run
    second = open_store()
    assert second.get(run.key) is None
    assert states(second) == {run.key: "failed"}
    assert second.claim(run) is None  # it may be tried again


def test_private_runs_are_never_written(open_store: Open, tmp_path: Path) -> None:
    store, run = open_store(), a_run()
    run.private = True
    assert store.claim(run) is None
    store.put(run)
    store.flush()
    assert store.get(run.key) is run
    assert states(store) == {}
    assert not list(tmp_path.glob("runs/??/*"))


def test_one_server_claims_a_run_and_the_others_are_told_which(open_store: Open) -> None:
    run, again = a_run(), a_run()
    here, there = open_store(address="http://127.0.0.1:1"), open_store()
    assert here.claim(run) is None
    assert here.claim(run) is None  # its own
    elsewhere = there.claim(run)
    assert elsewhere is not None
    assert elsewhere.address == "http://127.0.0.1:1"
    assert there.claim(run, lost=elsewhere.server) is None  # found dead by who asked it
    there.release(run)
    assert here.claim(run) is None
    assert here.claim(again) is None
    here.put(run)
    here.flush()
    there.release(run)  # not its own to release
    assert states(there) == {run.key: "done", again.key: "running"}


def test_many_that_claim_at_once_leave_one(open_store: Open) -> None:
    import threading

    stores, runs = [open_store() for _ in range(4)], [a_run(1) for _ in range(6)]
    got: dict[str, list[int]] = {run.key: [] for run in runs}
    start = threading.Barrier(len(stores))

    def claim_all(number: int) -> None:
        for run in runs:
            start.wait(20)
            if stores[number].claim(run) is None:
                got[run.key].append(number)

    threads = [threading.Thread(target=claim_all, args=(n,)) for n in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [len(winners) for winners in got.values()] == [1] * len(runs)


def test_what_an_ended_server_computed_is_interrupted(open_store: Open) -> None:
    mine, theirs = a_run(), a_run()
    first, second = open_store(), open_store()
    assert first.claim(mine) is None
    assert second.claim(theirs) is None
    with first._engine.begin() as connection:  # as if that process had been killed
        row = update(database.ServerRow).where(database.ServerRow.name == second._servers.name)
        connection.execute(row.values(process="999999999@1"))
    third = open_store()
    assert states(third) == {mine.key: "running", theirs.key: "interrupted"}
    assert third.claim(theirs) is None


def test_old_runs_go_and_the_longest_unused_when_there_are_too_many(
    open_store: Open, tmp_path: Path
) -> None:
    runs = [a_run(400) for _ in range(5)]
    store = open_store()
    for age, run in enumerate(runs):
        store.put(run)
        store.flush()
        with store._engine.begin() as connection:
            used = time.time() - 86_400 * (age + 0.5)
            connection.execute(update(RunRow).where(RunRow.key == run.key).values(used=used))
    keys = [run.key for run in runs]
    assert set(states(open_store(store_days=4))) == set(keys[:4])
    size = len(pack(runs[0])) + len(pack(runs[1])) + 2**20
    limited = Settings(store_bytes=size).model_copy(update={"store_bytes": size - 2**20})
    store._settings = limited
    store._prune()
    assert set(states(store)) == set(keys[:2])
    if store._engine.dialect.name == "sqlite":
        assert {path.stem for path in tmp_path.glob("runs/??/*.run")} == set(keys[:2])
    fresh = open_store()
    assert [fresh.get(key) is not None for key in keys] == [True, True, False, False, False]


def test_what_is_on_the_disk_leaves_memory_when_nobody_asks(
    open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, failed, store = a_run(), a_run(kind="raise"), open_store()
    for run in (done, failed):
        store.put(run)
    store.flush()
    store._rest()
    assert store.get(done.key) is done  # asked for lately
    monkeypatch.setattr(sql, "REST_SECONDS", 0.0)
    store._rest()
    found = store.get(done.key)
    assert found is not None
    assert found is not done
    assert same(found, done)
    assert store.get(failed.key) is failed  # it is nowhere else


def test_how_a_run_did_is_known_without_reading_it_again(
    open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, failed, store = a_run(), a_run(kind="raise"), open_store()
    store.put(run)
    store.put(failed)
    store.flush()
    assert store.outcome(run.key) == run.outcome()
    assert run.outcome().state == "done"
    verdict = next(m for m in run.log if m.event == "verdicts")
    assert run.outcome().verdicts == orjson.loads(verdict.data)
    assert failed.outcome() == Outcome("failed", {})
    fresh, reads = open_store(), []
    read = fresh._read
    monkeypatch.setattr(fresh, "_read", lambda key: reads.append(key) or read(key))
    assert fresh.outcome(run.key) == run.outcome()
    monkeypatch.setattr(sql, "REST_SECONDS", 0.0)
    fresh._rest()
    assert fresh.outcome(run.key) == run.outcome()
    assert reads == [run.key]
    assert fresh.outcome(failed.key) is None
    assert fresh.outcome("0" * 32) is None


def test_use_keeps_a_run(open_store: Open) -> None:
    run, store = a_run(), open_store()
    store.put(run)
    store.flush()
    with store._engine.begin() as connection:
        connection.execute(update(RunRow).values(used=0.0))
    store.get(run.key)
    store._note_use()
    store._prune()
    assert states(store) == {run.key: "done"}


def test_notes_are_shared_and_dropped(open_store: Open) -> None:
    here, there = open_store(), open_store()
    assert here.noted("room") is None
    here.note("room", {"open": "playground?x=“1”", "locked": ["lr"]})
    here.note("board/a", 1)
    here.note("board/b", 2)
    here.note("board%", 3)
    assert there.noted("room") == {"open": "playground?x=“1”", "locked": ["lr"]}
    assert there.notes("board/") == {"board/a": 1, "board/b": 2}
    there.note("board/a", None)
    there.note("board/b", 5)
    assert here.notes("board/") == {"board/b": 5}


def test_migrations_make_the_tables_of_the_model_and_can_be_undone(
    url: str, tmp_path: Path
) -> None:
    engine = database.connect(url, tmp_path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    database.migrate(engine)  # once more changes nothing
    database.migrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


@pytest.mark.parametrize(
    "bad",
    ["nonsense", "postgresql+psycopg://lab@127.0.0.1:1/lab", "mysql+nothing://x/y", "sqlite:////"],
)
def test_a_store_that_cannot_be_opened_is_a_sentence(bad: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        open_by_settings(Settings(store=bad, data=tmp_path))
    assert is_sentence(str(refused.value))
    assert str(refused.value).startswith("The run store cannot be used: ")


def test_a_lost_or_damaged_file_is_a_run_that_was_never_kept(tmp_path: Path) -> None:
    store = SqlStore(Settings(store="", data=tmp_path))
    runs = [a_run(), a_run()]
    for run in runs:
        store.put(run)
    store.close()
    lost, spoiled = (tmp_path / "runs" / run.key[:2] / f"{run.key}.run" for run in runs)
    lost.unlink()
    spoiled.write_bytes(spoiled.read_bytes()[:-30])
    store = SqlStore(Settings(store="", data=tmp_path))
    assert [store.get(run.key) for run in runs] == [None, None]
    assert states(store) == {}
    store.put(runs[0])
    store.close()
    assert lost.exists()


def test_what_a_killed_server_left_half_written_is_tidied(tmp_path: Path) -> None:
    files, long_ago = contents.Files(tmp_path), time.time() - 2 * contents.ORPHAN_SECONDS
    (tmp_path / "ab").mkdir()
    named = {name: tmp_path / "ab" / name for name in ("ab1.run", "ab2.run", "ab3.77", "ab4.78")}
    for name, path in named.items():
        path.write_bytes(b"x")
        if name != "ab4.78":  # still being written
            os.utime(path, (long_ago, long_ago))
    files.tidy(["ab1"])
    assert {path.name for path in tmp_path.glob("??/*")} == {"ab1.run", "ab4.78"}


def test_a_full_disk_costs_no_run(tmp_path: Path) -> None:
    """A disk of 2 MB; the store goes on in memory, says so, and writes again once there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        store = SqlStore(Settings(store="", data=tmp_path, store_files=disk))
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(2**21 - 2**17))
        runs = [a_run(200) for _ in range(12)]
        for run in runs:
            store.put(run)
        store.flush()
        assert "No space left" in store.trouble
        assert all(store.get(run.key) is run for run in runs)
        kept = [key for key, state in states(store).items() if state == "done"]
        assert len(kept) < len(runs)
        ballast.unlink()
        late = a_run(200)
        store.put(late)
        store.flush()
        assert store.trouble == ""
        store.close()
        store = SqlStore(Settings(store="", data=tmp_path, store_files=disk))
        assert all(same(found, found) for key in kept if (found := store.get(key)))
        assert store.get(late.key) is not None
        store.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


WRITER = """
import sys
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import settings
from labcore.engine.store.sql import SqlStore
from tests.labs.trouble import Config

store = SqlStore(settings())
maker = InlineEngine(settings().model_copy(update={"store": "memory"}))
waiting = maker.submit("trouble", Config(seed=1))
store.claim(waiting)
print("claimed", waiting.key, flush=True)
for seed in range(2, 10_000):
    run = maker.submit("trouble", Config(seed=seed, frames=60))
    store.claim(run)
    store.put(run)
    store.flush()
    print("kept", run.key, flush=True)
"""


def test_a_server_killed_in_mid_write_leaves_every_run_whole_or_not_at_all(
    url: str, tmp_path: Path
) -> None:
    """Killed at five moments; what it said it kept is there, and nothing is half."""
    rng = random.Random(6)
    said: set[str] = set()
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            cwd=ROOT,
            env=environment(LAB_STORE=url, LAB_DATA=str(tmp_path)),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        claimed = process.stdout.readline().split()[1]
        end = time.monotonic() + 0.3 + rng.random()
        while time.monotonic() < end:
            said.add(process.stdout.readline().split()[1])
        process.send_signal(signal.SIGKILL)
        said |= {line.split()[1] for line in process.stdout.read().splitlines() if len(line) == 38}
        process.wait()
        process.stdout.close()
    store = SqlStore(Settings(store=url, data=tmp_path))
    known = states(store)
    assert len(said) > 20
    assert all(known[key] == "done" for key in said)
    assert known[claimed] == "interrupted"
    assert set(known.values()) <= {"done", "interrupted"}
    for key, state in known.items():
        run = store.get(key)
        assert (run is not None) == (state == "done")
        if run:
            fresh = InlineEngine(Settings(store="memory")).submit("trouble", Config(**run.config))
            assert run.arrays == fresh.arrays
            assert [m.sse for m in run.log[:-1]] == [m.sse for m in fresh.log[:-1]]
    store.close()


def test_a_database_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    """PostgreSQL is stopped under a store: runs go on in memory; once it is back, they are kept."""
    from tools import services

    with services.postgres() as address:
        store = SqlStore(Settings(store=address, data=tmp_path))
        run = a_run()
        other = create_engine(address)
        with other.begin() as connection:
            ours = "pid <> pg_backend_pid() AND usename = 'lab'"
            ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}"
            connection.execute(text(ended))
        other.dispose()
        assert store.claim(run) is None  # on a connection that is made anew
        store.put(run)
        store.flush()
        assert states(store) == {run.key: "done"}
    later = a_run()
    assert store.claim(later) is None
    store.put(later)
    store.flush()
    assert store.trouble
    assert store.get(later.key) is later
    assert store.get("0" * 32) is None
    store.close()
