from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labcore.engine.base import ANYONE
from labcore.engine.queue import FairQueue
from labcore.engine.run import Interest, Refused, Run
from tests.helpers import is_sentence


def a_run(owner: str, key: str = "") -> Run:
    return Run(key or owner, "trouble", {}, owner)


def filled(*owners: str, most: int = 100, each: int = 100) -> FairQueue:
    """A queue to which these learners have added runs `a1`, `b1`, `a2`, …, in this order."""
    queue = FairQueue(most, each)
    for i, owner in enumerate(owners):
        queue.add(a_run(owner, f"{owner}{owners[: i + 1].count(owner)}"))
    return queue


def served(queue: FairQueue) -> list[str]:
    """Empty the queue: the keys in the order in which it serves them."""
    keys = []
    while run := queue.next():
        keys.append(run.key)
    return keys


def test_learners_are_served_in_turn_and_each_in_its_own_order() -> None:
    queue = filled(*"aaaa", "b", *"cc")
    assert len(queue) == 7
    assert served(queue) == ["a1", "b1", "c1", "a2", "c2", "a3", "a4"]
    assert len(queue) == 0
    assert queue.next() is None


def test_ten_runs_of_one_cost_a_newcomer_one_turn() -> None:
    queue = filled(*"a" * 10)
    assert [queue.next().key for _ in range(3)] == ["a1", "a2", "a3"]
    queue.add(a_run("b", "b1"))
    assert served(queue)[:3] == ["a4", "b1", "a5"]


def test_who_has_just_been_served_stands_behind_who_waits() -> None:
    queue = filled("a", "a", "b")
    assert queue.next().key == "a1"
    queue.add(a_run("c", "c1"))
    assert served(queue) == ["b1", "a2", "c1"]


def test_a_full_queue_refuses_with_a_sentence_and_takes_the_next_after_a_service() -> None:
    queue = filled("a", "b", most=2)
    with pytest.raises(Refused, match=r"^The server is full: 2 runs are waiting") as error:
        queue.add(a_run("c"))
    assert is_sentence(str(error.value))
    assert len(queue) == 2
    queue.next()
    queue.add(a_run("c", "c1"))
    assert served(queue) == ["b1", "c1"]


def test_one_learner_cannot_fill_the_queue() -> None:
    queue = filled("a", "a", "b", each=2)
    with pytest.raises(Refused, match=r"^You have 2 runs waiting already") as error:
        queue.add(a_run("a"))
    assert is_sentence(str(error.value))
    queue.add(a_run("b", "b2"))
    assert served(queue) == ["a1", "b1", "a2", "b2"]


def test_the_command_line_and_warming_have_no_limit_of_their_own() -> None:
    queue = filled(*[ANYONE] * 5, most=6, each=1)
    queue.add(a_run("a", "a1"))
    with pytest.raises(Refused, match="full"):
        queue.add(a_run(ANYONE))
    assert len(queue) == 6


def test_a_removed_run_is_not_served_and_frees_its_place() -> None:
    queue = FairQueue(3, 2)
    first, second, other = a_run("a", "a1"), a_run("a", "a2"), a_run("b", "b1")
    for run in (first, second, other):
        queue.add(run)
    queue.remove(first)
    queue.remove(first)  # it stands there no more
    queue.remove(a_run("a", "a2"))  # an equal one that never stood there
    queue.remove(a_run("nobody"))
    assert queue.order() == [second, other]
    queue.add(a_run("a", "a3"))
    queue.remove(other)
    assert served(queue) == ["a2", "a3"]


moves = st.lists(
    st.tuples(st.sampled_from(("add", "next", "remove")), st.sampled_from("abcd")), max_size=40
)


@settings(max_examples=300)
@given(moves)
def test_the_order_told_is_the_order_served(moves: list[tuple[str, str]]) -> None:
    queue = FairQueue(12, 5)
    waiting: list[Run] = []
    for number, (move, owner) in enumerate(moves):
        if move == "add":
            run = a_run(owner, f"{owner}{number}")
            mine = sum(other.owner == owner for other in waiting)
            if len(waiting) >= 12 or mine >= 5:
                with pytest.raises(Refused):
                    queue.add(run)
            else:
                queue.add(run)
                waiting.append(run)
        elif move == "next":
            told = queue.order()
            run = queue.next()
            assert run is (told[0] if told else None)
            if run:
                waiting.remove(run)
        elif mine := [run for run in waiting if run.owner == owner]:
            queue.remove(mine[-1])
            waiting.remove(mine[-1])
        assert len(queue) == len(waiting)
        assert set(map(id, queue.order())) == set(map(id, waiting))
        assert served(copy.deepcopy(queue)) == [run.key for run in queue.order()]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30))
def test_between_two_turns_of_one_every_other_who_waits_has_one(owners: list[str]) -> None:
    turns = [key[0] for key in served(filled(*owners))]
    left = {owner: owners.count(owner) for owner in set(owners)}
    assert sorted(turns) == sorted(owners)
    for i, owner in enumerate(turns):
        left[owner] -= 1
        again = next((j for j in range(i + 1, len(turns)) if turns[j] == owner), None)
        if again is not None:
            between = turns[i + 1 : again]
            others = [other for other in left if other != owner and left[other] > 0]
            assert sorted(between) == sorted(others)


def test_a_learner_who_has_had_enough_is_passed_over_and_keeps_the_place() -> None:
    queue = filled(*"aab")
    assert queue.next(lambda learner: learner != "a").key == "b1"
    assert queue.next(lambda learner: learner != "a") is None
    assert served(queue) == ["a1", "a2"]


def test_what_several_learners_wait_for_goes_first() -> None:
    queue = filled(*"abc")
    alone, shared = a_run("d", "alone"), a_run("e", "shared")
    alone.interests = {"d": Interest()}
    shared.interests = {learner: Interest() for learner in "efg"}
    queue.add(alone)
    queue.add(shared)
    assert [run.key for run in queue.order()] == ["shared", "a1", "b1", "c1", "alone"]
    assert served(queue) == ["shared", "a1", "b1", "c1", "alone"]
