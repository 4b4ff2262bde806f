from __future__ import annotations

from labcore.engine.protocol import Kind
from labcore.engine.run import Run
from labcore.engine.store import MemoryStore


def a_run(key: str, *, log: int = 0, arrays: int = 0, checkpoint: int = 0) -> Run:
    """A finished run that holds about so many bytes."""
    run = Run(key, "trouble", {}, "")
    run.take(Kind.FRAME, b'"' + b"x" * (log - 2) + b'"' if log else b"0")
    run.take(Kind.ARRAYS, b"x" * arrays)
    run.take(Kind.CHECKPOINT, bytes(4) + b"x" * checkpoint)
    run.finish("done")
    return run


def kept(store: MemoryStore, keys: str) -> str:
    """Which of these runs the store has; asking counts as use."""
    return "".join(key for key in keys if store.get(key))


def test_a_run_is_found_by_its_key() -> None:
    store = MemoryStore(1000)
    run = a_run("a")
    store.put(run)
    assert store.get("a") is run
    assert store.get("b") is None


def test_the_longest_unused_go_first() -> None:
    store = MemoryStore(1000)
    for key in "abc":
        store.put(a_run(key, log=300))
    assert store.get("a")  # now b is the longest unused
    store.put(a_run("d", log=300))
    assert kept(store, "abcd") == "acd"
    store.put(a_run("e", log=650))
    assert kept(store, "acde") == "de"


def test_messages_arrays_and_checkpoints_all_weigh() -> None:
    for part in ("log", "arrays", "checkpoint"):
        store = MemoryStore(1000)
        store.put(a_run("a", **{part: 600}))
        store.put(a_run("b", **{part: 600}))
        assert kept(store, "ab") == "b", part


def test_a_run_put_again_takes_the_place_of_the_old_and_is_weighed_anew() -> None:
    store = MemoryStore(1000)
    store.put(a_run("a", log=900))
    again = a_run("a", log=300)
    store.put(again)
    store.put(a_run("b", log=300))
    store.put(a_run("c", log=300))
    assert store.get("a") is again
    assert kept(store, "abc") == "abc"


def test_a_run_larger_than_the_store_is_kept_until_the_next() -> None:
    store = MemoryStore(1000)
    store.put(a_run("a", log=300))
    store.put(a_run("b", log=5000))
    assert kept(store, "ab") == "b"
    store.put(a_run("c", log=300))
    assert kept(store, "bc") == "c"


def test_exactly_full_is_not_too_full() -> None:
    store = MemoryStore(600)
    store.put(a_run("a", log=300))
    store.put(a_run("b", log=300))
    assert kept(store, "ab") == "ab"
    store.put(a_run("c", log=2))
    assert kept(store, "abc") == "bc"
