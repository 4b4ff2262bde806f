"""Learners' own files on a running engine: read apart, used by runs and answers, forgotten."""

from __future__ import annotations

import asyncio
import time

import orjson
import pytest

from labcore.engine.inline import InlineEngine
from labcore.engine.local import LocalEngine
from labcore.engine.own import OwnFiles
from labcore.engine.run import Refused, Run
from labcore.engine.settings import Settings
from tests.helpers import events, finish, is_sentence, until
from tests.labs import files
from tests.unit.test_own import bomb, picture

TABLE = b"a,b\n1,2\n3,4\n"


def sizes(run: Run) -> dict[str, str]:
    """What the last frame tells of the files."""
    return [said["readout"] for event, said in events(run) if event == "frame"][-1]


@pytest.mark.parametrize("house", ["local", "inline"])
def test_a_run_and_an_answer_use_the_file(house: str, local_engine: LocalEngine) -> None:
    engine = local_engine if house == "local" else InlineEngine(Settings())
    image = engine.take_in("image", picture(), "a")
    config = files.Config(
        picture=image, table=engine.take_in("table", TABLE, "a"),
        words=engine.take_in("text", b"hello", "a"),
    )  # fmt: skip
    run = finish(engine.submit("files", config, "a"))
    assert run.state == "done", run.reason
    assert sizes(run) == {"Pixels": "1200", "Rows": "2", "Characters": "5"}
    reply = asyncio.run(engine.answer("files", config.model_dump(mode="json"), "a"))
    assert orjson.loads(reply or b"")["readout"] == sizes(run)


@pytest.mark.parametrize("body", [b"", b"nothing", bomb(30_000, 30_000), picture()[:60]])
def test_a_file_that_cannot_be_read_is_refused(local_engine: LocalEngine, body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        local_engine.take_in("image", body, "a")
    assert is_sentence(str(caught.value))


def test_the_same_file_of_two_learners_has_two_tokens_and_two_keys(
    local_engine: LocalEngine,
) -> None:
    first, second = (local_engine.take_in("text", b"mine", who) for who in "ab")
    assert first != second
    runs = [
        finish(local_engine.submit("files", files.Config(words=t), "a")) for t in (first, second)
    ]
    assert runs[0].key != runs[1].key


def test_a_file_taken_back_takes_its_runs_along(local_engine: LocalEngine) -> None:
    token = local_engine.take_in("text", b"forget me", "a")
    config = files.Config(words=token)
    run = finish(local_engine.submit("files", config, "a"))
    local_engine.own.drop(token)
    end = time.monotonic() + 5
    while local_engine.find(run.key) and time.monotonic() < end:
        time.sleep(0.05)
    assert local_engine.find(run.key) is None
    with pytest.raises(Refused, match="no longer kept"):
        local_engine.submit("files", config, "a")
    with pytest.raises(Refused, match="no longer kept"):
        asyncio.run(local_engine.answer("files", config.model_dump(mode="json"), "a"))


def test_a_file_taken_back_in_mid_run_leaves_no_run_behind(local_engine: LocalEngine) -> None:
    token = local_engine.take_in("text", b"forget me", "a")
    run = local_engine.submit("files", files.Config(words=token), "a")
    local_engine.own.drop(token)
    finish(run)
    until(lambda: local_engine.find(run.key) is None, 5, "it is kept no more")


def test_files_are_bounded_for_each_and_for_all() -> None:
    kept = OwnFiles(Settings(own_per_learner=2, own_bytes=2**20))
    mine = [kept.put(bytes(10), "a") for _ in range(3)]
    other = kept.put(bytes(10), "b")
    assert [kept.get(token) is not None for token in (*mine, other)] == [False, True, True, True]
    large = kept.put(bytes(2**20), "c")
    assert kept.get(large) is not None
    assert kept.get(other) is None
    assert set(kept.swept()) == {*mine, other}


def test_a_file_long_unused_is_forgotten() -> None:
    kept = OwnFiles(Settings(own_seconds=0.05))
    token, used = kept.put(b"x", "a"), kept.put(b"y", "a")
    for _ in range(4):
        time.sleep(0.02)
        kept.get(used)
    assert kept.swept() == [token]
    assert kept.get(token) is None
    assert kept.get(used) == b"y"
