"""What those who run the server see: figures that count what happened, lines that name nobody."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Generator

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.testclient import TestClient

from labcore import catalog, engine
from labcore.engine import log
from labcore.engine.http import routes
from labcore.engine.local import LocalEngine
from labcore.engine.metrics import metrics
from labcore.engine.settings import Settings
from tests.helpers import descendants, finish, limits, under_way, until

TOKEN = "a-token-for-the-figures"


@pytest.fixture
def house(local_engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> LocalEngine:
    monkeypatch.setattr(engine, "_engine", local_engine)
    return local_engine


@pytest.fixture
def client(house: LocalEngine) -> Generator[TestClient, None, None]:
    with TestClient(Starlette(routes=routes()), client=("127.0.0.1", 5000)) as made:
        yield made


@pytest.fixture
def quiet_again() -> Generator[None, None, None]:
    yield
    log.set_up("off")


def figure(name: str, **labels: str) -> float:
    """One figure as Prometheus reads it; 0 while nothing has been counted."""
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return sample.value
    return 0.0


def config(**given: object) -> object:
    return catalog.load("trouble").Config(**given)


def test_a_run_is_counted_once_with_its_lab_and_how_it_ended(house: LocalEngine) -> None:
    names = {
        "lab_runs_total": {"lab": "trouble", "state": "done"},
        "lab_run_seconds_count": {"lab": "trouble"},
        "lab_queue_wait_seconds_count": {},
        "lab_first_frame_seconds_count": {},
    }
    before = {name: figure(name, **labels) for name, labels in names.items()}
    waited = figure("lab_first_frame_seconds_sum")
    given = config(seed=71)
    began = time.monotonic()
    run = finish(house.submit("trouble", given, "ada"))
    took = time.monotonic() - began
    house.submit("trouble", given, "bob")  # replayed: computed, and so counted, only once
    assert run.state == "done"
    assert {n: figure(n, **labels) - before[n] for n, labels in names.items()} == dict.fromkeys(
        names, 1
    )
    assert 0 < figure("lab_first_frame_seconds_sum") - waited <= took

    for kind, state in (("raise", "failed"), ("exit", "failed")):
        failed = figure("lab_runs_total", lab="trouble", state=state)
        finish(house.submit("trouble", config(kind=kind, seed=71), "ada"))
        assert figure("lab_runs_total", lab="trouble", state=state) == failed + 1


def test_what_computes_and_waits_is_told_as_it_stands(house: LocalEngine) -> None:
    slow = [config(kind="slow", frames=5000, pause=0.05, seed=seed) for seed in range(3)]
    runs = [house.submit("trouble", given, f"learner-{i}") for i, given in enumerate(slow)]
    try:
        under_way(runs[0])
        under_way(runs[1])
        assert figure("lab_runs_active", lab="trouble", state="running") == 2
        assert figure("lab_runs_active", lab="trouble", state="queued") == 1
        assert figure("lab_learners") >= 3
        assert figure("lab_workers") == 2
    finally:
        for run in runs:
            house.stop(run.key)
    for run in runs:
        finish(run)
    assert figure("lab_runs_active", lab="trouble", state="running") == 0


def test_a_refused_run_is_counted(house: LocalEngine) -> None:
    before = figure("lab_runs_refused_total", lab="trouble")
    slow = [config(kind="slow", frames=5000, pause=0.05, seed=seed) for seed in range(4)]
    runs = []
    try:
        with limits(house, workers=1, queue=2):
            runs += [house.submit("trouble", slow[i], f"learner-{i}") for i in range(3)]
            with pytest.raises(engine.Refused):
                house.submit("trouble", slow[3], "learner-3")
        assert figure("lab_runs_refused_total", lab="trouble") == before + 1
    finally:
        for run in runs:
            house.stop(run.key)
    for run in runs:
        finish(run)


def test_frames_and_answers_are_counted_where_they_leave(client: TestClient) -> None:
    house = engine.current()
    run = finish(house.submit("trouble", config(seed=72), "ada"))
    relayed = figure("lab_frames_relayed_total")
    assert client.get(f"/lab/runs/{run.key}/frames").text.count("event: frame") == 5
    assert figure("lab_frames_relayed_total") == relayed + 5

    def ask(gain: object) -> int:
        body = orjson.dumps({"config": {"gain": gain}, "learner": "ada"})
        headers = {"Origin": "http://testserver"}
        return client.post("/lab/answer/trouble", content=body, headers=headers).status_code

    outcomes = ("answered", "refused")
    before = {o: figure("lab_answer_seconds_count", outcome=o) for o in outcomes}
    assert [ask(2), ask(3), ask("much")] == [200, 200, 422]
    after = {o: figure("lab_answer_seconds_count", outcome=o) for o in outcomes}
    assert (after["answered"] - before["answered"], after["refused"] - before["refused"]) == (2, 1)


def test_memory_is_that_of_the_processes(house: LocalEngine) -> None:
    def resident(pid: int) -> int:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    workers = figure("lab_memory_bytes", of="workers")
    below = descendants(os.getpid())
    assert house.processes.host_pid in below
    assert max(map(resident, below)) / 2 < workers < sum(map(resident, below))
    assert 0 < figure("lab_memory_bytes", of="server") <= resident(os.getpid())


def test_a_lost_host_is_counted_and_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lost = LocalEngine(Settings(workers=1, answer_workers=1, warm=False, preload=False))
    monkeypatch.setattr(engine, "_engine", lost)
    try:
        assert lost.wait_ready(120)
        assert figure("lab_ready") == 1
        os.kill(lost.processes.host_pid, signal.SIGKILL)
        until(lambda: figure("lab_worker_host_restarts_total") == 1, 5)
        assert figure("lab_ready") == 0
        assert "host lost" in [record.getMessage() for record in caplog.records]
    finally:
        lost.close()


# Who may read them


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 403),
        ("testclient", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"X-Real-IP": "10.1.2.3"}, 403),
        ("127.0.0.1", {"Forwarded": "for=10.1.2.3"}, 403),
        ("10.1.2.3", {"Authorization": "Bearer "}, 403),
    ],
)
@pytest.mark.usefixtures("house")
def test_without_a_token_only_this_machine_reads(
    host: str, headers: dict[str, str], status: int
) -> None:
    with TestClient(Starlette(routes=routes()), client=(host, 5000)) as client:
        reply = client.get("/lab/metrics", headers=headers)
    assert reply.status_code == status
    assert ("lab_runs_total" in reply.text) is (status == 200)


@pytest.mark.parametrize(
    ("offered", "status"),
    [
        ("", 403),
        ("Bearer", 403),
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN[:-1]}", 403),
        (f"Bearer {TOKEN}é", 403),
        (f"Basic {TOKEN}", 403),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3"])
@pytest.mark.usefixtures("house")
def test_with_a_token_only_its_bearer_reads(
    host: str, offered: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Settings(metrics_token=SecretStr(TOKEN))
    monkeypatch.setattr(engine, "settings", lambda: chosen)
    with TestClient(Starlette(routes=routes()), client=(host, 5000)) as client:
        headers = {"Authorization": offered.encode()} if offered else {}
        assert client.get("/lab/metrics", headers=headers).status_code == status
        assert client.get(f"/lab/metrics?token={TOKEN}").status_code == 403


def test_a_token_is_long_and_never_shown() -> None:
    with pytest.raises(ValueError, match="at least 20 characters") as wrong:
        Settings(instructor_token=SecretStr("hunter2"))
    assert "hunter2" not in str(wrong.value)
    assert TOKEN not in repr(Settings(metrics_token=SecretStr(TOKEN)))
    assert TOKEN not in Settings(metrics_token=SecretStr(TOKEN)).model_dump_json()


# The log


@pytest.mark.usefixtures("quiet_again")
def test_each_line_is_json_and_names_the_run_but_nobody(
    house: LocalEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up("json")
    hands = catalog.load("hands").Config(moves="zebra", seed=73)
    run = finish(house.submit("hands", hands, "learner-secret"))
    finish(house.submit("trouble", config(kind="raise", seed=74), "learner-secret"))
    written = capsys.readouterr().err
    lines = [orjson.loads(line) for line in written.splitlines()]
    mine = [line for line in lines if line.get("run") == run.key]
    assert [line["event"] for line in mine] == [
        "run queued", "run started", "run first frame", "run ended",
    ]  # fmt: skip
    last = mine[-1]
    assert (last["lab"], last["state"], last["frames"]) == ("hands", "done", 21)
    assert last["seconds"] > 0
    known = {"time", "level", "event", *log.Facts.__annotations__}
    assert all(set(line) <= known for line in lines)
    for personal in ("zebra", "learner-secret", "127.0.0.1", "singular"):
        assert personal not in written


@pytest.mark.usefixtures("quiet_again")
def test_a_terminal_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up("plain")
    log.tell("room changed", action="pause")
    assert capsys.readouterr().err.rstrip().endswith("room changed      action pause")


@pytest.mark.usefixtures("quiet_again")
def test_off_leaves_warnings(caplog: pytest.LogCaptureFixture) -> None:
    log.set_up("off")
    with caplog.at_level(logging.DEBUG):
        log.tell("room changed", action="pause")
        log.tell("host lost", failures=2)
    assert [record.getMessage() for record in caplog.records] == ["host lost"]
