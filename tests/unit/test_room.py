"""The room of a class: what is told to pages, what is admitted, what is forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from labcore import catalog, engine
from labcore.engine import room
from labcore.engine.http import routes
from labcore.engine.inline import InlineEngine
from labcore.engine.local import LocalEngine
from labcore.engine.settings import Settings
from labcore.engine.store import MemoryStore
from tests.helpers import is_sentence, until

SLUG = "hands"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> InlineEngine:
    made = InlineEngine(Settings(workers=3, run_seconds=50))
    monkeypatch.setattr(engine, "_engine", made)
    return made


@pytest.fixture
def client(house: InlineEngine) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes())) as made:
        yield made


@pytest.mark.usefixtures("house")
def test_a_new_room_is_empty() -> None:
    assert room.current() == room.Room()
    assert room.current().told() == {"opened": None, "hidden": ()}


@pytest.mark.usefixtures("house")
def test_a_page_is_offered_and_a_new_offer_is_another() -> None:
    first = room.open_for_all(SLUG, {"gain": ["2"]}, take=False).opened
    again = room.open_for_all(SLUG, {"gain": ["2"]}, take=True).opened
    assert first
    assert again
    assert first.number != again.number
    told = room.current().told()["opened"]
    assert told == {
        "number": again.number, "slug": SLUG, "title": catalog.find(SLUG).title, "take": True,
    }  # fmt: skip
    room.change("close the link", opened=None)
    assert room.current().told()["opened"] is None


@pytest.mark.usefixtures("house")
def test_no_page_is_opened_that_is_not_here() -> None:
    with pytest.raises(KeyError, match="There is no lab"):
        room.open_for_all("https://elsewhere.example/x", {}, take=True)
    assert room.current().opened is None


def test_pages_follow_by_themselves_only_at_first_and_offers_end() -> None:
    def told(age: float) -> object:
        page = room.Opened(number="1", slug=SLUG, take=True, at=time.time() - age)
        return room.Room(opened=page).told()["opened"]

    assert told(room.TAKE_SECONDS - 5)["take"] is True
    assert told(room.TAKE_SECONDS + 5)["take"] is False
    assert told(room.OPEN_SECONDS + 5) is None


def test_a_room_is_forgotten_when_its_class_is_over(house: InlineEngine) -> None:
    for age, quiet in ((room.ROOM_SECONDS - 60, True), (room.ROOM_SECONDS + 60, False)):
        old = room.Room(quiet=True, changed=time.time() - age)
        house.store.note(room.NAME, old.model_dump(mode="json"))
        assert room.Reader().room().quiet is quiet


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*room.Room.model_fields, "x"]), inner)
    ),
)


@given(junk)
def test_whatever_the_store_holds_it_is_some_room(noted: object) -> None:
    engine._engine, before = InlineEngine(Settings()), engine._engine
    try:
        engine.current().store.note(room.NAME, noted)
        assert isinstance(room.Reader().room(), room.Room)
    finally:
        engine._engine = before


def test_limits_and_the_pause_reach_the_engine_and_are_taken_back(house: InlineEngine) -> None:
    room.change("change limits", limits={"workers": 1, "run_seconds": 7}, quiet=True)
    assert (house.settings.workers, house.settings.run_seconds) == (1, 7)
    assert isinstance(house.settings.workers, int)
    assert house.settings.quiet == room.QUIET
    room.change("change limits", limits={"workers": 2})
    assert (house.settings.workers, house.settings.run_seconds) == (2, 50)
    room.change("go on", limits={}, quiet=False)
    assert house.settings == Settings(workers=3, run_seconds=50)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    "limits",
    [
        {"workers": 0}, {"workers": 10**6}, {"workers": 1.5}, {"queue": -1}, {"run_seconds": 0},
        {"run_seconds": float("nan")}, {"run_seconds": float("inf")}, {"run_memory": 1},
        {"instructor_token": 1}, {"": 1},
    ],
)  # fmt: skip
def test_a_limit_that_cannot_be_is_refused_and_nothing_changes(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"\.$") as wrong:
        room.change("change limits", limits=limits)
    assert is_sentence(str(wrong.value))
    assert room.current() == room.Room()


def test_another_server_of_the_store_knows_in_a_moment(house: InlineEngine) -> None:
    there = room.Reader()
    assert there.room().quiet is False
    room.change("pause", quiet=True)
    until(lambda: there.room().quiet, room.FRESH_SECONDS + 0.5, "paused there as well")


def test_the_store_is_asked_at_most_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    class CountingStore(MemoryStore):
        asked = 0

        def noted(self, name: str) -> object:
            self.asked += 1
            return super().noted(name)

    store = CountingStore(2**20)
    monkeypatch.setattr(engine, "_engine", InlineEngine(Settings(), store))
    began = time.monotonic()
    with TestClient(Starlette(routes=routes())) as client:
        for _ in range(200):
            assert client.get("/lab/room").status_code == 200
    assert store.asked <= 1 + (time.monotonic() - began) / room.FRESH_SECONDS


def test_a_page_that_knows_the_room_is_told_so_in_a_few_bytes(client: TestClient) -> None:
    first = client.get("/lab/room")
    assert first.json() == {"opened": None, "hidden": []}
    again = client.get("/lab/room", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    room.change("hide all controls", hidden=(room.ALL,), limits={"workers": 1}, quiet=True)
    new = client.get("/lab/room", headers={"If-None-Match": first.headers["etag"]})
    assert new.json() == {"opened": None, "hidden": ["*"]}  # and nothing of the rest
    assert client.post("/lab/room", content=b"{}").status_code == 405


def test_a_pause_refuses_learners_but_not_what_is_there_nor_the_house(
    local_engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_engine", local_engine)
    config = catalog.load(SLUG).Config(gain=0.7)
    run = local_engine.submit(SLUG, config, "ada")
    until(lambda: run.finished, 20)
    room.change("pause", quiet=True)
    try:
        assert local_engine.submit(SLUG, config, "bob").state == "done"
        new = config.model_copy(update={"seed": 9})
        with pytest.raises(engine.Refused, match="paused"):
            local_engine.submit(SLUG, new, "bob")
        ahead = local_engine.submit(SLUG, new)
        assert local_engine.submit(SLUG, new, "bob") is ahead or ahead.finished
    finally:
        room.change("go on", quiet=False)
    until(lambda: local_engine.submit(SLUG, new, "bob").finished, 20)
