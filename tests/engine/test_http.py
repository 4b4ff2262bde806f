"""The hallway on a real server: streams, finished runs, answers and refusals."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np
import plotly
import pytest
import safetensors.numpy
import uvicorn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from benchmarks import probe
from labcore import catalog, engine, wire
from labcore.engine import http as hallway
from labcore.engine.local import LocalEngine
from labcore.engine.run import Run
from tests.helpers import finish, is_sentence, limits, under_way, until
from tests.labs import trouble

_seeds = itertools.count(5000)
UNKNOWN = "0" * 32


@dataclass
class Server:
    """A server on loopback, as `app.py` has it but without Streamlit."""

    port: int
    engine: LocalEngine

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.origin + path, headers=headers, timeout=20)

    def post(self, path: str, origin: str | None = "own", **more: Any) -> httpx.Response:
        headers = {} if origin is None else {"Origin": self.origin if origin == "own" else origin}
        return httpx.post(self.origin + path, headers=headers, timeout=20, **more)

    def events(self, run: Run, after: int | None = None, query: str = "") -> list[Event]:
        """One stream until it ends itself, from after an event as a browser resumes it."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        reply = self.get(f"/lab/runs/{run.key}/frames{query}", **headers)
        assert reply.status_code == 200
        return parse(reply.content)


@dataclass(frozen=True)
class Event:
    """A server-sent event; `id` is None where it has none."""

    id: int | None
    event: str
    data: bytes


def parse(stream: bytes) -> list[Event]:
    """The events of a stream by the rules of the HTML standard, as far as we use them."""
    assert stream.startswith(b"retry: 500\n\n")
    assert stream.endswith(b"\n\n")
    found = []
    for block in stream.split(b"\n\n")[1:-1]:
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
        assert set(fields) <= {b"id", b"event", b"data"}
        identity = int(fields[b"id"]) if b"id" in fields else None
        found.append(Event(identity, fields[b"event"].decode(), fields[b"data"]))
    return found


def numbered(events: list[Event]) -> list[Event]:
    """The log of a run without the transient states."""
    return [event for event in events if event.id is not None]


def states(events: list[Event]) -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in events if event.event == "state"]


def log(run: Run) -> list[Event]:
    """What a stream of a run must give."""
    return [Event(i, m.event, m.data) for i, m in enumerate(run.log)]


@pytest.fixture(scope="module")
def server(local_engine: LocalEngine) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch, socket.socket() as sock:
        patch.setattr(engine, "_engine", local_engine)
        patch.setattr(engine, "settings", lambda: local_engine.settings)
        sock.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            Starlette(routes=hallway.routes()), ws="none", lifespan="off", log_level="critical"
        )
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        until(lambda: running.started, 10, "the server listens")
        yield Server(sock.getsockname()[1], local_engine)
        running.force_exit = running.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def config(kind: str = "fine", **given: Any) -> trouble.Config:
    """A config that no other test has."""
    return trouble.Config(**{"kind": kind, "seed": next(_seeds), **given})


@contextmanager
def running(server: Server, learner: str = "a", **given: Any) -> Iterator[Run]:
    """A run that goes on until the test ends."""
    chosen = config("slow", **{"frames": 10_000, "pause": 0.01, **given})
    run = server.engine.submit("trouble", chosen, learner)
    try:
        yield run
    finally:
        for interested in tuple(run.interests):
            server.engine.withdraw(run.key, interested)
        finish(run)


@pytest.fixture(scope="module")
def done(server: Server) -> Run:
    """A run of twelve frames that is done."""
    return finish(server.engine.submit("trouble", config(frames=12, gain=0.1), "a"))


@pytest.fixture(scope="module")
def done_key(done: Run) -> str:
    return done.key


def refusal(reply: httpx.Response, status: int) -> str:
    """The sentence of a reply that must be a refusal."""
    assert reply.status_code == status
    assert reply.headers["cache-control"] == "no-store"
    said = reply.json()
    assert list(said) == ["error"]
    assert is_sentence(said["error"])
    return said["error"]


# A live run


def test_a_live_run_is_streamed_in_order_and_the_stream_ends_with_it(server: Server) -> None:
    with running(server, frames=40, pause=0.005) as run:
        reply = server.get(f"/lab/runs/{run.key}/frames")
        assert run.finished
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-accel-buffering"] == "no"
    found = parse(reply.content)
    assert numbered(found) == log(run)
    assert [event.event for event in numbered(found)] == [
        "panels", *["frame"] * 40, "verdicts", "end",
    ]  # fmt: skip
    assert [said["state"] for said in states(found)] in (["running"], ["queued", "running"])


def test_frames_come_while_the_run_computes(server: Server) -> None:
    with (
        running(server) as run,
        httpx.stream("GET", f"{server.origin}/lab/runs/{run.key}/frames", timeout=10) as reply,
    ):
        text = ""
        for part in reply.iter_text():
            text += part
            if text.count("event: frame") >= 10:
                break
        assert not run.finished


@pytest.mark.parametrize("after", [0, 1, 7, 12, 13])
def test_a_stream_resumed_gives_exactly_the_rest(after: int, server: Server, done: Run) -> None:
    assert server.events(done, after) == log(done)[after + 1 :]


def test_a_stream_resumed_after_its_end_gives_nothing(server: Server, done: Run) -> None:
    assert server.events(done, len(done.log) - 1) == []
    assert server.events(done, 10**9) == []


@pytest.mark.parametrize("last", ["", "-1", "x", "1.5", "9" * 5000, "٣".encode(), b"\xb2"])
def test_a_last_event_id_that_is_none_does_no_harm(
    last: str | bytes, server: Server, done: Run
) -> None:
    reply = httpx.get(
        f"{server.origin}/lab/runs/{done.key}/frames", headers={"Last-Event-ID": last}
    )
    assert reply.status_code == 200
    found = parse(reply.content)
    assert found in ([], log(done))
    assert found or isinstance(last, str)  # only a number may skip what there is


def test_a_stream_ends_itself_in_time_and_its_sequels_miss_and_repeat_nothing(
    server: Server,
) -> None:
    with limits(server.engine, stream_seconds=0.15), running(server, frames=60, pause=0.01) as run:
        found: list[Event] = []
        lengths = []
        while not found or found[-1].event != "end":
            began = time.monotonic()
            found += numbered(server.events(run, found[-1].id if found else None))
            lengths.append(time.monotonic() - began)
            assert len(lengths) < 100
    assert len(lengths) >= 3
    assert max(lengths) < 1
    assert found == log(run)


class Watcher(threading.Thread):
    """Reads one stream to its end and keeps what has come."""

    def __init__(self, server: Server, run: Run) -> None:
        super().__init__(daemon=True)
        self.url = f"{server.origin}/lab/runs/{run.key}/frames"
        self.seen = b""
        self.start()

    def run(self) -> None:
        with httpx.stream("GET", self.url, timeout=20) as reply:
            for part in reply.iter_bytes():
                self.seen += part


def test_a_waiting_learner_is_told_the_position_and_each_change_of_it(server: Server) -> None:
    with (
        limits(server.engine, workers=1),
        running(server, "blocker") as blocker,
        running(server, "b") as before,
        running(server, "c", frames=5) as run,
    ):
        under_way(blocker)
        watcher = Watcher(server, run)
        until(lambda: b'"position":2' in watcher.seen, 5, "it is told that it is the second")
        server.engine.withdraw(before.key, "b")
        until(lambda: b'"position":1' in watcher.seen, 5, "it is told that it has moved up")
        server.engine.withdraw(blocker.key, "blocker")
        watcher.join(20)
    found = parse(watcher.seen)
    told = states(found)
    assert all(set(said) == {"state", "position", "wait_s"} for said in told)
    assert [(said["state"], said["position"]) for said in told] == [
        ("queued", 2), ("queued", 1), ("running", 0),
    ]  # fmt: skip
    assert all(event.id is None for event in found if event.event == "state")
    assert numbered(found) == log(run)


def test_a_stream_keeps_a_run_alive_and_its_end_does_not_stop_it(server: Server) -> None:
    with running(server, "") as run:
        with httpx.stream("GET", f"{server.origin}/lab/runs/{run.key}/frames?learner=b") as reply:
            parts = reply.iter_bytes()  # kept, for with it goes the connection
            next(parts)
            until(lambda: "b" in run.interests and run.interests["b"].streams == 1, 5, "b counts")
        until(lambda: run.interests["b"].streams == 0, 5, "b has gone")
        until(lambda: not run.watchers, 5, "nobody is woken for nothing")
        assert not run.finished


def test_a_watcher_who_does_not_read_costs_the_others_nothing(server: Server) -> None:
    given = probe.Config(field=200, frames=400, seed=next(_seeds))  # 21 MB
    with socket.socket() as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(("127.0.0.1", server.port))
        run = server.engine.submit("probe", given, "a")
        path = f"/lab/runs/{run.key}/frames?learner=stuck"
        stuck.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: "stuck" in run.interests, 5, "it has connected")
        with ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(server.events, run) for _ in range(2)]
            for reader in readers:
                assert numbered(reader.result(20)) == log(run)
        began = time.monotonic()
        assert server.get("/lab/health").status_code == 200
        assert time.monotonic() - began < 1
        assert run.state == "done"
        assert run.size > 20 * 2**20
        assert run.interests["stuck"].streams == 1  # it is still there, and still behind


# A finished run


def test_a_finished_run_is_one_immutable_resource(server: Server, done: Run) -> None:
    path = f"/lab/runs/{done.key}"
    plain = server.get(path, **{"Accept-Encoding": "identity"})
    assert plain.status_code == 200
    assert plain.headers["content-type"] == "application/json"
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    assert plain.json() == [[m.event, json.loads(m.data)] for m in done.log]

    packed = server.get(path, **{"Accept-Encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2

    tag = packed.headers["etag"]
    assert tag == f'"{done.key}"'
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        kept = server.get(path, **{"If-None-Match": known})
        assert (kept.status_code, kept.content) == (304, b""), known
        assert kept.headers["etag"] == tag
        assert kept.headers["cache-control"] == plain.headers["cache-control"]
    assert server.get(path, **{"If-None-Match": '"other"'}).status_code == 200


def test_the_body_under_gzip_is_the_body(server: Server, done: Run) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", f"/lab/runs/{done.key}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(connection.getresponse().read()) == done.resource()
    connection.close()


def test_a_run_that_is_not_done_is_no_resource_for_ever(server: Server) -> None:
    with limits(server.engine, stop_seconds=5), running(server) as run:
        under_way(run)
        refusal(server.get(f"/lab/runs/{run.key}"), 404)
        refusal(server.get(f"/lab/runs/{run.key}/arrays.npz"), 404)
    reply = server.get(f"/lab/runs/{run.key}")
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    assert "etag" not in reply.headers
    assert reply.json()[-1][1]["state"] == "cancelled"
    numbers = server.get(f"/lab/runs/{run.key}/arrays.npz")
    assert (numbers.status_code, numbers.headers["cache-control"]) == (200, "no-store")


def test_the_numbers_are_those_of_the_frames(server: Server, done: Run) -> None:
    npz = server.get(f"/lab/runs/{done.key}/arrays.npz")
    assert npz.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert npz.headers["content-disposition"] == (
        f'attachment; filename="trouble-{done.key[:8]}.npz"'
    )
    frames = [json.loads(m.data) for m in done.log if m.event == "frame"]
    shown = [frame["patch"]["main"]["traces"]["end"]["y"][0] for frame in frames]
    with np.load(io.BytesIO(npz.content), allow_pickle=False) as arrays:
        assert arrays["step"].tolist() == [frame["step"] for frame in frames]
        # The patch is in single precision, 2⁻²⁴ relative; the numbers are not.
        assert np.allclose(arrays["total"], shown, rtol=6e-8, atol=0)
        total = arrays["total"]

    table = server.get(f"/lab/runs/{done.key}/arrays.csv")
    assert table.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(table.text))
    assert header == ["step", "total"]
    assert [int(row[0]) for row in rows] == list(range(12))
    assert np.allclose([float(row[1]) for row in rows], total, rtol=5.1e-7, atol=0)


@pytest.mark.parametrize("rest", ["", "/frames", "/arrays.npz", "/arrays.csv"])
@pytest.mark.parametrize("key", [UNKNOWN, "x", "A" * 32, "0" * 31, "é" * 32])
def test_an_unknown_run_is_answered_by_a_sentence(server: Server, key: str, rest: str) -> None:
    assert "Train it again" in refusal(server.get(f"/lab/runs/{key}{rest}"), 404)


def test_numbers_come_in_two_forms_only(server: Server, done: Run) -> None:
    refusal(server.get(f"/lab/runs/{done.key}/arrays.txt"), 404)


def test_the_weights_of_a_frame_are_taken_home(server: Server) -> None:
    config = catalog.load("playground").Config(epochs=20)
    run = finish(server.engine.submit("playground", config, "a"))
    reply = server.get(f"/lab/runs/{run.key}/weights/7.safetensors")
    assert reply.headers["content-disposition"].endswith(f'-{run.key[:8]}-7.safetensors"')
    tensors = safetensors.numpy.load(reply.content)
    kept = wire.unpack(run.checkpoints[7][4:])
    assert np.array_equal(tensors["theta"], kept["theta"])
    assert tensors["state/m"].shape == kept["theta"].shape
    assert "weights" in refusal(server.get(f"/lab/runs/{run.key}/weights/999.safetensors"), 404)
    assert "weights" in refusal(server.get(f"/lab/runs/{UNKNOWN}/weights/0.safetensors"), 404)


# Stop


FOREIGN = [
    None, "", "null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1",
    "http://[", "http://127.0.0.1:{port}.evil.example", "http://evil@127.0.0.1:{port}",
    "127.0.0.1:{port}",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_server_stops_nothing(server: Server, origin: str | None) -> None:
    origin = origin and origin.format(port=server.port)
    with running(server) as run:
        under_way(run)
        refusal(server.post(f"/lab/runs/{run.key}/stop?learner=a", origin), 403)
        refusal(server.post("/lab/answer/trouble", origin, json={"config": {}}), 403)
        assert set(run.interests) == {"a"}


def test_stop_is_no_get(server: Server) -> None:
    with running(server) as run:
        assert server.get(f"/lab/runs/{run.key}/stop?learner=a").status_code == 405
        assert server.get("/lab/answer/trouble").status_code == 405
        assert not run.finished


def test_stop_withdraws_one_learner_and_the_last_ends_the_run(server: Server) -> None:
    with running(server, "a") as run:
        server.engine.submit("trouble", trouble.Config(**run.config), "b")
        under_way(run)
        for learner in ("a", "a stranger", "a"):
            reply = server.post(f"/lab/runs/{run.key}/stop", params={"learner": learner})
            assert (reply.status_code, reply.content) == (204, b"")
        seen = run.frames
        until(lambda: run.frames > seen + 2, 5, "it goes on for b")
        assert server.post(f"/lab/runs/{run.key}/stop?learner=b").status_code == 204
        assert finish(run, 2).state == "cancelled"
        assert server.events(run)[-1].event == "end"


def test_stop_of_an_unknown_run_is_answered_by_a_sentence(server: Server) -> None:
    refusal(server.post(f"/lab/runs/{UNKNOWN}/stop?learner=a"), 404)


# Immediate answers


def test_an_answer_is_the_picture_of_the_config(server: Server) -> None:
    body = {"config": config(gain=2.5).model_dump(mode="json"), "learner": "a"}
    reply = server.post("/lab/answer/trouble", json=body)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json()["patch"]["main"]["traces"]["end"] == {"x": [0], "y": [2.5]}


def test_a_question_overtaken_by_a_newer_one_has_no_answer(server: Server) -> None:
    def ask(learner: str, gain: float, **more: Any) -> httpx.Response:
        body = {"config": config(gain=gain, **more).model_dump(mode="json"), "learner": learner}
        return server.post("/lab/answer/trouble", json=body)

    waiting = server.engine._answers._waiting
    with ThreadPoolExecutor(3) as pool:
        busy = pool.submit(ask, "other", 1, kind="slow", pause=0.4)
        until(lambda: server.engine._answers._seats[0].request, 5, "the only seat is taken")
        old = pool.submit(ask, "a", 2)
        until(lambda: "a" in waiting, 5, "the old question waits")
        new = pool.submit(ask, "a", 3)
        assert (old.result(5).status_code, old.result().content) == (204, b"")
        assert new.result(5).json()["readout"] == {"Total": "3"}
        assert busy.result(5).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b'"config"', b"null", b"{}", b'{"config": 7}',
        b'{"config": {}, "learner": 7}', b'{"config": {}, "learner": "a b"}',
        b'{"config": {}, "learner": "' + b"a" * 65 + b'"}', b"\xff\xfe", b"[" * 5000,
        b'{"config": {"gain": NaN}}', b'{"config": {}, "run": 7, "frame": 1}',
        b'{"config": {}, "run": "00", "frame": 1}', b'{"config": {}, "frame": 1, "run": null}',
    ],
    ids=lambda body: ascii(body[:24]),
)  # fmt: skip
def test_a_question_that_is_none_is_answered_by_a_sentence(server: Server, body: bytes) -> None:
    refusal(server.post("/lab/answer/trouble", content=body), 400)


def test_an_answer_of_no_lab_is_answered_by_a_sentence(server: Server) -> None:
    said = refusal(server.post("/lab/answer/nothing", json={"config": {}}), 404)
    assert said.startswith("There is no lab “nothing”; there is ")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_question_that_is_too_long_is_not_read_to_its_end(server: Server, chunked: bool) -> None:
    body = b'{"config": {"kind": "' + b"x" * 70_000 + b'"}}'
    content = iter([body[:40_000], body[40_000:]]) if chunked else body
    refusal(server.post("/lab/answer/trouble", content=content), 413)
    fits = b'{"config": {}, "rest": "' + b"x" * 60_000 + b'"}'
    assert server.post("/lab/answer/trouble", content=fits).status_code == 200


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"gain": 11}, "Gain: input should be less than or equal to 10."),
        ({"gain": "much"}, "Gain: input should be a valid number"),
        ({"kind": "raise"}, "The computation failed before its first frame: the matrix is "),
        ({"kind": "exit"}, "The process that was to answer has died; try again."),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_given_is_refused_with_a_sentence(
    server: Server, given: dict[str, Any], says: str
) -> None:
    said = refusal(server.post("/lab/answer/trouble", json={"config": given}), 422)
    assert said.startswith(says)


# Assets and health


def test_the_stage_and_plotly_are_served_for_ever_under_their_version(server: Server) -> None:
    version = hallway.assets_version()
    file = f"{plotly.__path__[0]}/package_data/plotly.min.js"
    with open(file, "rb") as source:
        library = source.read()
    reply = server.get(f"/lab/assets/{version}/plotly.min.js")
    assert reply.status_code == 200
    assert reply.content == library
    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["vary"] == "Accept-Encoding"
    plain = server.get(f"/lab/assets/{version}/plotly.min.js", **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == library
    other = server.get(f"/lab/assets/{'0' * 12}/plotly.min.js")
    assert other.headers["cache-control"] == "no-store"  # an old page and a new server
    for path in hallway.ASSETS.rglob("*"):
        if path.suffix in hallway.SERVED:
            name = path.relative_to(hallway.ASSETS).as_posix()
            assert server.get(f"/lab/assets/{version}/{name}").content == path.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js", "", ".", "..", "../app.py", "../labcore/lab.py", "..%2flabcore%2flab.py",
        "%2e%2e/app.py", "%2e%2e%2fapp.py", "....//app.py", "..\\app.py", "..%5capp.py",
        "/etc/passwd", "%2fetc%2fpasswd", "stage.js/../../app.py", "stage.js%00.css", "stage",
        "../assets/stage.js", "./stage.js", "stage.js/", "%252e%252e%252fapp.py",
    ],
)  # fmt: skip
def test_nothing_else_is_served(server: Server, path: str) -> None:
    # httpx tidies paths before it sends them; this does not.
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("GET", f"/lab/assets/{hallway.assets_version()}/{path}")
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status == 404
    assert len(reply.read()) < 100
    connection.close()


def test_health_says_whether_immediate_work_is_possible(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = server.get("/lab/health")
    assert (reply.status_code, reply.json()) == (200, {"ready": True, "warm": True})
    monkeypatch.setattr(server.engine.processes, "settled", False)
    assert server.get("/lab/health").json() == {"ready": True, "warm": False}
    monkeypatch.setattr(server.engine.processes, "ready", False)
    reply = server.get("/lab/health")
    assert (reply.status_code, reply.json()) == (503, {"ready": False, "warm": False})
    assert reply.headers["cache-control"] == "no-store"


# Anything


fragments = st.sampled_from(
    ("lab", "runs", "frames", "stop", "arrays.npz", "arrays.csv", "arrays.", "answer", "assets",
     "health", "trouble", "DONE", UNKNOWN, "plotly.min.js", "..", "", "%00", "%ff", "%2f")
) | st.text(st.characters(codec="utf-8", exclude_characters="?#"), max_size=8)  # fmt: skip
printable = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40).map(str.strip)
headers = st.dictionaries(
    st.sampled_from(
        ("Last-Event-ID", "Origin", "If-None-Match", "Accept-Encoding", "Content-Type", "Cookie")
    ),
    printable
    | st.sampled_from(("OWN", "http://[", "9" * 5000, "gzip", "*", "null", "http://[::1")),
)
bodies = (
    st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(("config", "learner", "rest")),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(("kind", "gain", "seed", "frames")) | st.text(max_size=8),
                inner,
                max_size=3,
            ),
            max_leaves=6,
        ),
    ).map(lambda said: json.dumps(said).encode())
)  # fmt: skip
routes = st.sampled_from(
    ("/lab/runs/DONE", "/lab/runs/DONE/frames", "/lab/runs/DONE/arrays.csv", "/lab/runs/DONE/stop",
     "/lab/answer/trouble", "/lab/health")
)  # fmt: skip
paths = routes | st.lists(fragments, max_size=6).map(lambda parts: "/lab/" + "/".join(parts))


@settings(max_examples=400)
@given(
    st.sampled_from(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")),
    paths,
    printable,
    headers,
    bodies,
)
@example("GET", "/lab/runs/DONE/frames", "", {"Last-Event-ID": "9" * 5000}, b"")
@example("POST", "/lab/runs/DONE/stop", "", {"Origin": "http://["}, b"")
@example("POST", "/lab/answer/trouble", "", {"Origin": "OWN"}, b'{"config": {"\\ud800": 1}}')
@example("POST", "/lab/answer/trouble", "", {"Origin": "OWN"}, b'{"config": {"kind": "raise"}}')
@example("GET", "/lab/runs/DONE/frames", "learner=\xff", {}, b"")
def test_no_request_whatever_it_says_breaks_the_server(
    server: Server,
    done_key: str,
    method: str,
    path: str,
    query: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    own = {name: server.origin if value == "OWN" else value for name, value in headers.items()}
    target = quote(path.replace("DONE", done_key), safe="/%")
    if query:
        target += "?" + quote(query, safe="=&%+", encoding="latin-1")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, target, body, own)
        reply = connection.getresponse()
        said = reply.read()
    finally:
        connection.close()
    assert reply.status < 500, said
    if reply.status in (403, 413, 422) and method != "HEAD":
        assert is_sentence(json.loads(said)["error"])
