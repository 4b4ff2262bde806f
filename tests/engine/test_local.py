"""The local engine: what it computes, what it survives, and what it leaves behind."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from benchmarks import probe
from labcore import wire
from labcore.engine.base import ANYONE, new_run
from labcore.engine.inline import InlineEngine
from labcore.engine.local import LocalEngine
from labcore.engine.protocol import Kind
from labcore.engine.run import Refused, Run
from labcore.engine.settings import Settings
from tests.helpers import (
    alive,
    descendants,
    end,
    events,
    finish,
    is_sentence,
    limits,
    steps,
    under_way,
    until,
)
from tests.labs import hands, trouble

Submit = Callable[..., Run]
_seeds = itertools.count(1000)


def config(kind: str = "fine", **given: Any) -> trouble.Config:
    """A config that no other test has: its own seed, unless one is given."""
    return trouble.Config(**{"kind": kind, "seed": next(_seeds), **given})


def slow(**given: Any) -> trouble.Config:
    """A run that would take minutes."""
    return config("slow", **{"frames": 10_000, "pause": 0.02, **given})


@pytest.fixture
def submit(local_engine: LocalEngine) -> Iterator[Submit]:
    """Submit a config of the lab `trouble`; what is not finished after the test is stopped."""
    made: list[tuple[Run, str]] = []

    def send(given: Any, learner: str = "a", **more: Any) -> Run:
        run = local_engine.submit("trouble", given, learner, **more)
        made.append((run, learner))
        return run

    yield send
    for run, learner in made:
        local_engine.withdraw(run.key, learner)
    for run, _ in made:
        finish(run)


def ask(engine: LocalEngine, given: Any, learner: str = "a", slug: str = "trouble") -> Any:
    """An immediate answer, by itself."""
    return asyncio.run(engine.answer(slug, given.model_dump(mode="json"), learner))


def total(reply: bytes) -> float:
    """What the answer of the lab `trouble` says."""
    return orjson.loads(reply)["patch"]["main"]["traces"]["end"]["y"][0]


# Runs that go well


def test_a_run_sends_its_panels_each_frame_its_verdicts_and_its_end(submit: Submit) -> None:
    run = finish(submit(config(frames=8, gain=2)))
    said = events(run)
    assert [event for event, _ in said] == ["panels", *["frame"] * 8, "verdicts", "end"]
    assert end(run)["reason"] == ""
    assert run.state == "done"
    assert said[0][1]["config"] == dict(run.config)
    assert [frame["n"] for _, frame in said[1:9]] == steps(run) == list(range(8))
    assert [frame["readout"]["Total"] for _, frame in said[1:9]] == [
        str(2 * i) for i in range(1, 9)
    ]
    assert wire.unpack(run.arrays)["total"].tolist() == [2.0 * i for i in range(1, 9)]
    assert [message.sse.split(b"\n")[0] for message in run.log] == [
        b"id: %d" % i for i in range(11)
    ]
    assert not alive(run.pid)


def test_a_process_of_its_own_says_the_same_as_the_calling_thread(submit: Submit) -> None:
    given = config(frames=8, gain=0.1)
    inline = InlineEngine(Settings()).submit("trouble", given)
    run = finish(submit(given))
    assert run.key == inline.key
    assert [message.sse for message in run.log[:-1]] == [m.sse for m in inline.log[:-1]]
    assert run.checkpoints == inline.checkpoints
    assert wire.csv(wire.unpack(run.arrays)) == wire.csv(wire.unpack(inline.arrays))


def test_fifty_equal_submits_at_once_are_one_computation(
    local_engine: LocalEngine, submit: Submit
) -> None:
    given = config("slow", frames=20, pause=0.02)
    before = local_engine.computed
    gate = threading.Barrier(50)

    def press(learner: int) -> Run:
        gate.wait(10)
        return submit(given, f"learner-{learner}")

    with ThreadPoolExecutor(50) as pool:
        runs = list(pool.map(press, range(50)))
    assert len({run.key for run in runs}) == 1
    assert len(set(map(id, runs))) == 1
    assert len(runs[0].interests) == 50
    assert finish(runs[0]).state == "done"
    assert local_engine.computed == before + 1


def test_a_finished_run_is_replayed_to_everyone(local_engine: LocalEngine, submit: Submit) -> None:
    given = config()
    run = finish(submit(given))
    before = local_engine.computed
    assert submit(given) is submit(given, "b") is submit(given, ANYONE) is run
    assert local_engine.find(run.key) is run
    assert local_engine.computed == before


@pytest.mark.parametrize("kind", ["raise", "exit"])
def test_a_run_that_failed_is_computed_anew(
    kind: str, local_engine: LocalEngine, submit: Submit
) -> None:
    given = config(kind)
    run = finish(submit(given))
    before = local_engine.computed
    again = finish(submit(given))
    assert again is not run
    assert local_engine.computed == before + 1
    assert local_engine.find(run.key) is again


# Runs that go wrong


@pytest.mark.parametrize(
    ("kind", "reason", "numbers"),
    [
        (
            "raise",
            "The computation failed after 3 frames: the matrix is singular: its determinant is 0.",
            True,
        ),
        ("exit", "The run's process ended (7) after 3 frames. Try again.", False),
        ("memory", "The run needed more than 96 MB of memory after 3 frames.", True),
    ],
)
def test_a_run_that_goes_wrong_says_why_and_spoils_no_other(
    kind: str, reason: str, numbers: bool, submit: Submit
) -> None:
    other = under_way(submit(config("slow", frames=40, pause=0.02), "b"))
    run = finish(submit(config(kind)))
    assert end(run)["state"] == "failed"
    assert end(run)["reason"] == run.reason == reason
    assert is_sentence(reason)
    assert steps(run) == [0, 1, 2]  # what was seen is kept
    assert bool(run.arrays) == numbers
    assert not other.finished
    assert finish(other).state == "done"
    assert steps(other) == list(range(40))


def test_a_hung_run_is_ended_by_the_clock(local_engine: LocalEngine, submit: Submit) -> None:
    with limits(local_engine, run_seconds=0.5):
        run = under_way(submit(config("hang", pause=0)), frames=3)
        began = time.monotonic()
        finish(run, 5)
    assert time.monotonic() - began < 1.5
    assert run.state == "failed"
    assert run.reason == ("The run was ended after 0.5 s, the limit of a run. Choose fewer steps.")
    assert steps(run) == [0, 1, 2]
    assert not alive(run.pid)


def test_a_killed_process_fails_its_own_run_only(submit: Submit) -> None:
    victim, other = under_way(submit(slow()), 5), under_way(submit(slow(), "b"))
    assert victim.pid != other.pid
    os.kill(victim.pid, signal.SIGKILL)
    finish(victim, 2)
    assert victim.state == "failed"
    assert victim.reason == (
        f"The run's process was killed (SIGKILL) after {victim.frames} frames. Try again."
    )
    assert steps(victim) == list(range(victim.frames))
    seen = other.frames
    until(lambda: other.frames > seen + 5, 5, "the other run goes on")
    assert alive(other.pid)


def test_a_run_is_ended_at_the_limit_of_frames(local_engine: LocalEngine, submit: Submit) -> None:
    with limits(local_engine, run_frames=4):
        run = finish(submit(config(frames=10)))
    assert run.state == "failed"
    assert run.reason == "The run was ended after 4 frames, the limit of a run."
    assert steps(run) == [0, 1, 2, 3]
    assert len(wire.unpack(run.arrays)["step"]) == 4


def test_a_run_of_exactly_the_limit_of_frames_is_done(
    local_engine: LocalEngine, submit: Submit
) -> None:
    with limits(local_engine, run_frames=4):
        run = finish(submit(config(frames=4)))
    assert (run.state, run.reason) == ("done", "")
    assert steps(run) == [0, 1, 2, 3]


def test_a_run_is_ended_at_the_limit_of_bytes(local_engine: LocalEngine, submit: Submit) -> None:
    with limits(local_engine, run_bytes=2**20):
        run = finish(local_engine.submit("probe", probe.Config(field=200, frames=500)))
    assert run.state == "failed"
    assert run.reason == (
        f"The run was ended after {run.frames} frames: they took 1 MB, the limit of a run."
    )
    sizes = [len(message.data) for message in run.log if message.event == "frame"]
    assert sum(sizes[:-1]) <= 2**20 < sum(sizes)


# Stop


def test_the_last_learner_s_stop_ends_the_process_at_once_and_keeps_the_numbers(
    local_engine: LocalEngine, submit: Submit
) -> None:
    given = slow()
    run = submit(given, "a")
    assert submit(given, "b") is run
    under_way(run, 5)
    local_engine.withdraw(run.key, "a")
    local_engine.withdraw(run.key, "a")  # twice is once
    local_engine.withdraw(run.key, "a stranger")
    seen = run.frames
    until(lambda: run.frames > seen + 5, 5, "it goes on for the other learner")
    assert alive(run.pid)

    pressed = time.monotonic()
    local_engine.withdraw(run.key, "b")
    until(lambda: not alive(run.pid), 5, "its process has gone")
    assert time.monotonic() - pressed <= 0.5
    finish(run, 2)
    assert end(run)["state"] == "cancelled"
    assert steps(run) == list(range(run.frames))
    arrays = wire.unpack(run.arrays)
    assert arrays["step"].tolist() == steps(run)
    assert arrays["total"].tolist() == [i + 1.0 for i in steps(run)]


def test_a_run_that_hears_no_signal_is_stopped_as_fast(
    local_engine: LocalEngine, submit: Submit
) -> None:
    run = under_way(submit(config("deaf")), 3)
    pressed = time.monotonic()
    local_engine.withdraw(run.key, "a")
    until(lambda: not alive(run.pid), 5, "its process has gone")
    assert time.monotonic() - pressed <= 0.5
    assert finish(run, 2).state == "cancelled"


def test_a_stopped_run_is_computed_anew(local_engine: LocalEngine, submit: Submit) -> None:
    given = config("slow", frames=30, pause=0.01)
    run = under_way(submit(given))
    local_engine.withdraw(run.key, "a")
    finish(run)
    again = submit(given)
    assert again is not run
    assert finish(again).state == "done"
    assert steps(again) == list(range(30))


def test_train_right_after_stop_trains(local_engine: LocalEngine, submit: Submit) -> None:
    given = config("slow", frames=30, pause=0.01)
    run = under_way(submit(given))
    local_engine.withdraw(run.key, "a")
    again = submit(given)  # the first process may not have gone yet
    assert finish(again).state == "done"
    assert finish(run).state == "cancelled"
    assert local_engine.find(run.key) is again


def test_a_waiting_run_that_is_stopped_never_starts(
    local_engine: LocalEngine, submit: Submit
) -> None:
    with limits(local_engine, workers=1):
        first = under_way(submit(slow()))
        waiting = submit(slow(), "b")
        local_engine.withdraw(waiting.key, "b")
        assert waiting.finished  # at once
        assert end(waiting)["state"] == "cancelled"
        local_engine.withdraw(first.key, "a")
        finish(first)
    assert (waiting.pid, waiting.frames) == (0, 0)


# The queue


def test_the_queue_is_fair_tells_positions_and_refuses_with_sentences(
    local_engine: LocalEngine, submit: Submit
) -> None:
    def brief() -> trouble.Config:
        return config(frames=1)

    with limits(local_engine, workers=1):
        blocker = under_way(submit(slow(), "blocker"))
        a = [submit(brief(), "a") for _ in range(3)]
        b = [submit(brief(), "b") for _ in range(2)]
        before = local_engine.computed
        refused = brief()
        with pytest.raises(Refused, match=r"^You have 3 runs waiting already") as error:
            submit(refused, "a")
        assert is_sentence(str(error.value))
        c = submit(brief(), "c")
        with pytest.raises(Refused, match=r"^The server is full: 6 runs are waiting") as error:
            submit(refused, "d")
        assert is_sentence(str(error.value))
        assert local_engine.computed == before + 1  # c; what is refused is not begun

        in_turn = [a[0], b[0], c, a[1], b[1], a[2]]
        assert [run.position for run in in_turn] == [1, 2, 3, 4, 5, 6]
        waits = [run.wait_s for run in in_turn]
        assert waits == sorted(waits)
        assert waits[0] > 0
        told = orjson.loads(c.condition().split(b"data: ")[1])
        assert told == {"state": "queued", "position": 3, "wait_s": round(c.wait_s)}

        local_engine.withdraw(b[0].key, "b")
        served = [a[0], b[1], c, a[1], a[2]]  # b's turn is b's still
        assert [run.position for run in served] == [1, 2, 3, 4, 5]
        local_engine.withdraw(blocker.key, "blocker")
        assert all(finish(run).state == "done" for run in served)
        assert [run.started for run in served] == sorted(run.started for run in served)


def test_no_more_runs_compute_at_once_than_there_are_workers(
    local_engine: LocalEngine, submit: Submit
) -> None:
    runs = [submit(config("slow", frames=25, pause=0.01), owner) for owner in "abcde"]
    most = 0
    while not all(run.finished for run in runs):
        most = max(most, sum(run.state == "running" for run in runs))
        time.sleep(0.002)
    assert most == local_engine.settings.workers == 2
    assert {run.state for run in runs} == {"done"}


def test_alone_a_learner_has_all_workers_and_a_share_while_others_are_here(
    local_engine: LocalEngine, submit: Submit
) -> None:
    with limits(local_engine, running_per_learner=1, workers=2):
        local_engine._asked.clear()  # whoever was here in the tests before
        first, second = submit(slow(), "a"), submit(slow(), "a")
        under_way(first)
        under_way(second)
        theirs, third = submit(slow(), "b"), submit(slow(), "a")
        local_engine.withdraw(second.key, "a")
        under_way(theirs)
        assert third.state == "queued"
        local_engine.withdraw(theirs.key, "b")
        finish(theirs)
        assert third.state == "queued"  # `b` may press Train again at any moment
        local_engine.withdraw(first.key, "a")
        under_way(third)


def test_who_waits_is_told_the_place_and_about_how_long(
    local_engine: LocalEngine, submit: Submit
) -> None:
    with limits(local_engine, workers=1):
        local_engine._durations["trouble"] = deque([4.0])
        under_way(submit(slow(), "a"))
        waiting = [submit(slow(), learner) for learner in "bcd"]
        assert [run.position for run in waiting] == [1, 2, 3]
        told = [run.wait_s for run in waiting]
        assert 2 < told[0] <= 4
        assert told[1] - told[0] == pytest.approx(4, abs=0.2)
        assert told[2] - told[1] == pytest.approx(4, abs=0.2)


# Learners who vanish


def test_a_run_ends_some_time_after_its_last_learner_has_vanished(
    local_engine: LocalEngine, submit: Submit
) -> None:
    with limits(local_engine, lease_seconds=0.4, workers=3):
        vanished, watched, forever = submit(slow(), "a"), submit(slow(), "b"), submit(slow(), "")
        local_engine.attend(watched.key, "b", +1)
        finish(vanished, 3)
        assert vanished.state == "cancelled"
        assert not watched.finished
        assert not forever.finished

        local_engine.attend(watched.key, "b", -1)
        closed = time.monotonic()
        finish(watched, 3)
        assert watched.state == "cancelled"
        assert time.monotonic() - closed >= 0.4
        assert not forever.finished


def test_a_run_nobody_watches_makes_room_sooner_when_another_waits(
    local_engine: LocalEngine, submit: Submit
) -> None:
    with limits(local_engine, lease_crowded_seconds=0.4, workers=2):
        left, watched = under_way(submit(slow(), "a")), under_way(submit(slow(), "b"))
        local_engine.attend(watched.key, "b", +1)
        time.sleep(0.8)
        assert not left.finished, "nobody waits"
        waiting = submit(slow(), "c")
        local_engine.attend(waiting.key, "c", +1)
        under_way(waiting, seconds=3)
        assert left.state == "cancelled"
        assert not watched.finished
        local_engine.attend(watched.key, "b", -1)
        local_engine.attend(waiting.key, "c", -1)


def test_who_opens_a_stream_is_a_learner_too(local_engine: LocalEngine, submit: Submit) -> None:
    run = under_way(submit(slow(), "a"))
    local_engine.attend(run.key, "b", +1)
    until(lambda: "b" in run.interests, 2, "b counts")
    local_engine.withdraw(run.key, "a")
    seen = run.frames
    until(lambda: run.frames > seen + 3, 5, "it goes on for b")
    local_engine.withdraw(run.key, "b")
    assert finish(run, 2).state == "cancelled"


# Branches


def test_a_branch_shows_the_trunk_and_goes_on_from_its_frame(submit: Submit) -> None:
    parent = finish(submit(config(frames=8, gain=1, seed=7)))
    branch = finish(submit(config(frames=8, gain=10, seed=7), parent=(parent.key, 3)))
    said = events(branch)
    assert [event for event, _ in said] == ["panels", *["frame"] * 8, "verdicts", "end"]
    frames = [frame for event, frame in said if event == "frame"]
    assert [frame["n"] for frame in frames] == [frame["step"] for frame in frames] == [*range(8)]
    assert [frame["readout"]["Total"] for frame in frames] == [
        "1",
        "2",
        "3",
        "4",
        "14",
        "24",
        "34",
        "44",
    ]
    assert [message.data for message in branch.log[1:5]] == [m.data for m in parent.log[1:5]]
    assert [message.sse.split(b"\n")[0] for message in branch.log] == [
        b"id: %d" % i for i in range(11)
    ]
    assert branch.key != parent.key


@pytest.mark.parametrize("at", [0, 4, 6])
def test_a_branch_that_changes_nothing_is_the_unbroken_run(at: int, submit: Submit) -> None:
    given = config(frames=8, gain=0.1)
    parent = finish(submit(given))
    branch = finish(submit(given, parent=(parent.key, at)))
    assert [message.sse for message in branch.log[:-1]] == [m.sse for m in parent.log[:-1]]
    later = {number for number in parent.checkpoints if number > at}
    assert later
    assert {n: branch.checkpoints[n] for n in later} == {n: parent.checkpoints[n] for n in later}


def test_a_branch_may_leave_a_run_that_still_computes(submit: Submit) -> None:
    parent = under_way(submit(slow(gain=1)), 5)
    branch = finish(submit(config(frames=9, gain=0), parent=(parent.key, 4)))
    assert not parent.finished
    assert steps(branch) == list(range(9))
    assert wire.unpack(branch.arrays)["total"].tolist()[-1] == 5


def test_a_branch_may_leave_a_branch_at_any_of_its_frames(submit: Submit) -> None:
    parent = finish(submit(config(frames=8, gain=1)))
    branch = finish(submit(config(frames=8, gain=10), parent=(parent.key, 3)))
    for at, last in ((5, 24.0), (3, 4.0), (1, 2.0)):  # its own frame; the trunk's, which it shows
        twig = finish(submit(config(frames=8, gain=0), parent=(branch.key, at)))
        assert twig.state == "done", (at, twig.reason)
        assert steps(twig) == list(range(8))
        assert twig.log[at + 1].data == branch.log[at + 1].data
        assert wire.unpack(twig.arrays)["total"].tolist()[-1] == last


def test_a_branch_from_the_last_frame_says_that_nothing_is_left(submit: Submit) -> None:
    given = config(frames=5)
    parent = finish(submit(given))
    branch = finish(submit(given, parent=(parent.key, 4)))
    assert branch.state == "failed"
    assert "nothing left" in branch.reason
    assert is_sentence(branch.reason)


@pytest.mark.parametrize(
    ("slug", "key", "frame", "says"),
    [
        ("trouble", "0" * 32, 2, "The run to go on from is no longer kept. Train it again first."),
        ("trouble", "", 8, "Frame 8 cannot be gone on from."),
        ("trouble", "", -1, "Frame -1 cannot be gone on from."),
        ("probe", "", 2, "This lab cannot go on from a frame."),
    ],
)
def test_a_branch_that_cannot_be_is_refused_with_a_sentence(
    slug: str, key: str, frame: int, says: str, local_engine: LocalEngine, submit: Submit
) -> None:
    parent = finish(submit(config(frames=8)))
    given = probe.Config() if slug == "probe" else config()
    before = local_engine.computed
    with pytest.raises(Refused) as error:
        local_engine.submit(slug, given, "a", (key or parent.key, frame))
    assert str(error.value) == says
    assert local_engine.computed == before


def test_a_branch_from_another_lab_is_refused(local_engine: LocalEngine, submit: Submit) -> None:
    parent = finish(local_engine.submit("probe", probe.Config(frames=3)))
    with pytest.raises(Refused, match="no longer kept"):
        submit(config(), parent=(parent.key, 1))


def test_a_frame_whose_checkpoint_has_come_but_not_yet_its_picture_is_refused() -> None:
    parent = Run("0" * 32, "trouble", {}, "a")
    parent.take(Kind.CHECKPOINT, bytes(8))  # the worker sends it just before the frame
    with pytest.raises(Refused, match="Frame 0 cannot be gone on from"):
        new_run("trouble", config(), "a", (parent.key, 0), lambda _: parent, lambda _: None)


# Observing anew


def totals(run: Run) -> list[float]:
    return wire.unpack(run.arrays)["total"].tolist()


def notes(run: Run) -> set[str]:
    return {orjson.loads(m.data)["note"] for m in run.log if m.event == "frame"}


def test_what_is_only_looked_at_is_not_trained_again(local_engine: LocalEngine) -> None:
    given = hands.Config(seed=next(_seeds))
    trained = finish(local_engine.submit("hands", given))
    seen = finish(local_engine.submit("hands", given.model_copy(update={"points": ()})))
    assert seen.key != trained.key
    assert (notes(trained), notes(seen)) == ({""}, {"Looked at anew."})
    assert totals(seen) == totals(trained)
    assert steps(seen) == steps(trained)
    assert [m.event for m in seen.log] == [m.event for m in trained.log]
    assert seen.checkpoints == trained.checkpoints, "so that it can be gone on from"
    once_more = finish(local_engine.submit("hands", given.model_copy(update={"moves": "r"})))
    assert notes(once_more) == {"Looked at anew."}


def test_what_trains_otherwise_is_trained(local_engine: LocalEngine) -> None:
    given = hands.Config(seed=next(_seeds))
    finish(local_engine.submit("hands", given))
    other = finish(local_engine.submit("hands", given.model_copy(update={"gain": 2.0})))
    assert notes(other) == {""}


def test_a_branch_is_looked_at_anew_with_its_trunk(local_engine: LocalEngine) -> None:
    given = hands.Config(seed=next(_seeds))
    trunk = finish(local_engine.submit("hands", given))
    parent, steeper = (trunk.key, 9), given.model_copy(update={"gain": 3.0})
    branch = finish(local_engine.submit("hands", steeper, parent=parent))
    assert notes(branch) == {""}
    looked_at = steeper.model_copy(update={"moves": "d"})
    seen = finish(local_engine.submit("hands", looked_at, parent=parent))
    assert notes(seen) == {"Looked at anew."}
    assert steps(seen) == list(range(21))
    assert totals(seen) == [*range(1, 11), *range(13, 44, 3)]


# Immediate answers


def together(*asked: Coroutine[Any, Any, Any]) -> list[Any]:
    """What each of these gives when they are asked in this order and at once."""

    async def gather() -> list[Any]:
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(gather())


def question(
    engine: LocalEngine, learner: str, gain: float = 1, **given: Any
) -> Coroutine[Any, Any, bytes | None]:
    body = trouble.Config(gain=gain, **given).model_dump(mode="json")
    return engine.answer("trouble", body, learner)


def test_an_answer_is_drawn_by_the_lab(local_engine: LocalEngine) -> None:
    said = orjson.loads(ask(local_engine, config(gain=2.5)))
    assert set(said) == {"patch", "readout", "note"}
    assert said["readout"] == {"Total": "2"}
    assert said["patch"]["main"]["traces"]["end"] == {"x": [0], "y": [2.5]}


def test_what_was_trained_so_far_answers_to_the_hand(local_engine: LocalEngine) -> None:
    run = local_engine.submit("hands", hands.Config(gain=2))
    until(lambda: run.finished, 5, "it ends")

    def note(seen: tuple[str, int], **given: Any) -> str:
        body = hands.Config(**{"gain": 2, **given}).model_dump(mode="json")
        reply = asyncio.run(local_engine.answer("hands", body, "a", seen))
        return orjson.loads(reply)["note"]

    assert note((run.key, 4)) == "The total is 10."
    assert note((run.key, 20), points=((3.0, 3.0),)) == "The total is 42."  # a hand has moved
    assert note((run.key, 20), world="S#../..../....") == "The total is 42."
    assert note((run.key, 4), gain=3) == ""  # another run: its weights are none of ours
    assert note((run.key, 99)) == ""
    assert note(("0" * 32, 4)) == ""


def test_the_latest_question_of_a_learner_wins(local_engine: LocalEngine) -> None:
    busy = question(local_engine, "other", kind="slow", pause=0.2)
    asked = [question(local_engine, "a", gain) for gain in (1, 2, 3)]
    replies = together(busy, *asked, question(local_engine, "b", 4))
    assert replies[1:3] == [None, None]  # superseded while they waited
    assert [total(replies[i]) for i in (0, 3, 4)] == [1, 3, 4]


def test_too_many_learners_at_once_are_refused_with_a_sentence(local_engine: LocalEngine) -> None:
    busy = question(local_engine, "other", kind="slow", pause=0.2)
    asked = [question(local_engine, f"learner-{i}", i) for i in range(4)]
    *served, refused = together(busy, *asked)
    assert [total(reply) for reply in served[1:]] == [0, 1, 2]
    assert isinstance(refused, Refused)
    assert str(refused).startswith("The server is busy")
    assert is_sentence(str(refused))


def test_a_learner_who_has_gone_keeps_no_one_waiting(local_engine: LocalEngine) -> None:
    async def leave() -> bytes | None:
        busy = asyncio.create_task(question(local_engine, "other", kind="slow", pause=0.2))
        gone = asyncio.create_task(question(local_engine, "a", kind="slow", pause=0.5))
        await asyncio.sleep(0.05)
        gone.cancel()
        reply = await question(local_engine, "b", 4)
        await busy
        return reply

    began = time.monotonic()
    assert total(asyncio.run(leave())) == 4
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"kind": "raise"},
            "The computation failed before its first frame: "
            "the matrix is singular: its determinant is 0.",
        ),
        ({"kind": "exit"}, "The process that was to answer has died; try again."),
        ({"kind": "hang"}, "The answer took longer than 0.6 s and was given up."),
        ({"kind": "memory"}, None),
        ({"gain": 99}, "Gain: input should be less than or equal to 10."),
        ({"gain": "NaN"}, None),
        ({"speed": 1}, "There is no control “speed” here."),
    ],
    ids=str,
)
def test_an_answer_that_goes_wrong_leaves_the_next_to_be_given(
    given: dict[str, Any], says: str | None, local_engine: LocalEngine
) -> None:
    with pytest.raises(Refused) as error:
        asyncio.run(local_engine.answer("trouble", given, "a"))
    assert says is None or str(error.value) == says
    text = str(error.value)
    assert is_sentence(text[:1].upper() + text[1:])
    assert total(ask(local_engine, config(gain=5))) == 5


def test_an_answer_that_ran_out_of_memory_says_how_much_it_had(local_engine: LocalEngine) -> None:
    with pytest.raises(Refused, match="needed more than 96 MB of memory"):
        asyncio.run(local_engine.answer("trouble", {"kind": "memory"}, "a"))


# The end of the host


@pytest.fixture(scope="module")
def mortal_engine() -> Iterator[LocalEngine]:
    """An engine whose host these tests, in their order, kill and close."""
    engine = LocalEngine(
        Settings(workers=2, answer_workers=1, answer_seconds=30, warm=False, preload=False)
    )
    try:
        assert engine.wait_ready(120)
        yield engine
    finally:
        engine.close()


def test_a_killed_host_interrupts_its_runs_and_the_next_one_works(
    mortal_engine: LocalEngine,
) -> None:
    given = config("slow", frames=40)
    lost = under_way(mortal_engine.submit("trouble", config("hang", pause=0), "a"), 3)
    lost_too = under_way(mortal_engine.submit("trouble", given, "b"), 2)
    host = mortal_engine.processes.host_pid
    below = descendants(host)
    assert {lost.pid, lost_too.pid} < below  # and the warm process for answers
    os.kill(host, signal.SIGKILL)
    for run in (lost, lost_too):
        finish(run, 2)
        assert end(run)["state"] == "interrupted"
        assert run.reason == "The compute process of this server was lost. Try again."
        assert steps(run) == list(range(run.frames))
    until(lambda: not any(map(alive, below)), 2, "its children have gone with it")

    again = mortal_engine.submit("trouble", given, "b")  # it waits until a new host is warm
    assert again is not lost_too
    assert finish(again, 120).state == "done"
    assert steps(again) == list(range(40))
    assert mortal_engine.processes.host_pid != host
    assert total(ask(mortal_engine, config(gain=3))) == 3


def test_close_ends_all_runs_with_a_sentence_and_every_process(mortal_engine: LocalEngine) -> None:
    mortal_engine.settings = mortal_engine.settings.model_copy(update={"workers": 1})
    running = under_way(mortal_engine.submit("trouble", slow(), "a"))
    waiting = mortal_engine.submit("trouble", slow(), "b")
    replies: list[Any] = []

    def wait_for_an_answer() -> None:
        asked = [question(mortal_engine, learner, kind="hang") for learner in "ab"]
        replies.extend(together(*asked))  # one is being answered, the other waits for its turn

    asking = threading.Thread(target=wait_for_an_answer, daemon=True)
    asking.start()
    until(lambda: mortal_engine._answers._waiting, 5, "one waits for its turn")
    host = mortal_engine.processes.host_pid
    processes = {host, *descendants(host)}
    assert len(processes) == 3  # host, run, answers
    began = time.monotonic()
    mortal_engine.close()
    assert time.monotonic() - began < 2
    until(lambda: not any(map(alive, processes)), 1, "every process has gone")
    assert (running.state, waiting.state) == ("interrupted", "interrupted")
    assert is_sentence(running.reason)
    assert waiting.reason == "The server is stopping."
    asking.join(2)
    assert not asking.is_alive(), "an answer is awaited for ever"
    assert [type(reply) for reply in replies] == [Refused, Refused]
    mortal_engine.close()  # twice is once


def test_a_closed_engine_refuses_and_keeps_no_one_waiting(mortal_engine: LocalEngine) -> None:
    mortal_engine.close()
    outcome: list[object] = []

    def press() -> None:
        try:
            outcome.append(mortal_engine.submit("trouble", slow(), "a"))
        except Refused as refused:
            outcome.append(refused)

    pressing = threading.Thread(target=press, daemon=True)
    pressing.start()
    pressing.join(2)
    assert not pressing.is_alive(), "a submit waits for ever"
    assert isinstance(outcome[0], Refused)
    assert is_sentence(str(outcome[0]))


def test_close_does_not_wait_for_a_host_that_is_still_warming() -> None:
    engine = LocalEngine(Settings())
    host = until(lambda: engine.processes.host_pid, 5, "a host")
    run = engine.submit("trouble", config())
    assert (run.state, run.position) == ("queued", 1)
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 2
    assert not alive(host)
    assert run.state == "interrupted"
