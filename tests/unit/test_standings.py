"""The board of a class: who joins stands there, with their fewest steps."""

from __future__ import annotations

from labcore.engine import standings
from labcore.engine.store import MemoryStore


def a_board() -> standings.Board:
    store = MemoryStore(2**20)
    return standings.Board(lambda: store)


def test_who_joins_stands_on_the_board_with_the_fewest_steps() -> None:
    board = a_board()
    board.note("a", "lab/x", 5)  # has not joined
    assert board.table() == []
    board.join("a", "  Ada   L. ", {"lab/x": 9})
    board.join("b", "bob", {})
    for learner, challenge, steps in (("a", "lab/x", 7), ("a", "lab/x", 8), ("b", "lab/y", 3)):
        board.note(learner, challenge, steps)
    board.note("a", "lab/y", 4)
    assert board.table() == [("Ada L.", 2), ("bob", 1)]
    assert board.champions() == {"lab/x": ("Ada L.", 7), "lab/y": ("bob", 3)}
    board.clear()
    assert board.table() == []


def test_an_empty_name_leaves_it_and_a_long_one_is_cut() -> None:
    board = a_board()
    board.join("a", "n" * 100, {})
    assert board.name("a") == "n" * standings.LONGEST_NAME
    board.join("a", " ", {})
    assert board.table() == []
    assert board.name("a") == ""


def test_it_has_an_end() -> None:
    board = a_board()
    for i in range(standings.MOST_LEARNERS + 5):
        board.join(str(i), f"name {i}", {})
    assert len(board.table()) == standings.MOST_LEARNERS
    board.join("3", "renamed", {})
    assert board.name("3") == "renamed"
