"""The hallway's routes under any request: no error, no change by GET, none for strangers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from labcore import catalog
from labcore.config import Config
from tests.fuzz.conftest import Watched, filled
from tests.fuzz.wire import HOST, Headers, Reply, ask
from tests.helpers import is_sentence
from tests.labs import files

ORIGIN = f"http://{HOST}"
OWN: Headers = [(b"origin", ORIGIN.encode())]
EXPECTED = {200, 204, 304, 307, 400, 403, 404, 405, 413, 422}
SOME = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


methods = st.sampled_from(
    ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
) | st.text("ABCXYZ", min_size=1, max_size=6)
pieces = st.sampled_from(
    (
        "lab",
        "runs",
        "DONE",
        "0" * 32,
        "frames",
        "stop",
        "arrays.npz",
        "arrays.csv",
        "answer",
        "assets",
        "VERSION",
        "health",
        "metrics",
        "room",
        "stage.js",
        "trouble",
        "..",
        ".",
        "",
        "%00",
        "%2e%2e",
        "%2f",
        "%ff",
        "%",
        "\\",
        ";",
        "DONE\n",
        "DONE%0a",
        "%F0%9F%8F%A0",
    )
) | st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="?#"), max_size=6)
targets = st.builds(
    lambda parts, query: "/lab/" + "/".join(parts) + (f"?{query}" if query else ""),
    st.lists(pieces, max_size=5)
    | st.sampled_from((["runs", "DONE"], ["runs", "DONE", "frames"], ["runs", "DONE", "stop"],
                       ["answer", "trouble"], ["assets", "VERSION", "stage.js"], ["room"])),
    st.sampled_from(("", "learner=a", "learner=" + "a" * 999, "learner=%00", "=&&=;", "learner")),
)  # fmt: skip
names = st.sampled_from(
    (b"origin", b"accept-encoding", b"if-none-match", b"last-event-id", b"content-length",
     b"content-type", b"range", b"cookie", b"authorization", b"x-forwarded-for", b"host",
     b"x-forwarded-host", b"x-http-method-override", b"expect")
)  # fmt: skip
values = st.binary(max_size=30) | st.sampled_from(
    (ORIGIN.encode(), b"null", b"http://[", b"9" * 5000, b"-1", b"*", b"gzip", b"gzip;q=0",
     b"bytes=0-0", b"\xff", HOST.encode(), b"lab.test@evil.test", b"DELETE")
)  # fmt: skip
bodies = st.binary(max_size=60) | st.sampled_from(
    (b'{"config": {}}', b'{"config": {}, "learner": 1}', b"[" * 5000, b'{"config": ' * 2000,
     b'{"config": {"gain": 1e999}}', b'{"config": {}, "run": 0, "frame": {}}', b"0" * 70_000,
     b'{"config": {}, "run": "' + b"0" * 32 + b'", "frame": -99999999999999999999}')
)  # fmt: skip


def check(reply: Reply, method: str, what: str) -> None:
    """A status that is meant, and a sentence where a learner may read it."""
    assert reply.status in EXPECTED, what
    if reply.status in (400, 403, 413, 422) and method != "HEAD":
        assert is_sentence(reply.sentence), what
    assert b"Traceback" not in reply.body, what


@SOME
@given(methods, targets, st.lists(st.tuples(names, values), max_size=3), bodies)
@example("GET", "/lab/runs/DONE/frames", [(b"last-event-id", b"9" * 5000)], b"")
@example("TRACE", "/lab/runs/DONE", [(b"cookie", b"secret=1")], b"")
@example("PUT", "/lab/health/", [], b"")
def test_any_request_has_an_answer(
    house: Watched, app: Starlette, method: str, target: str, headers: Headers, body: bytes
) -> None:
    house.changes.clear()
    reply = ask(app, method, filled(target, house), headers, body)
    check(reply, method, f"{method} {target}")
    if reply.status == 307:  # to the same address without the slash at its end
        assert reply.headers["location"].startswith(ORIGIN)
    elif method not in ("GET", "HEAD", "POST"):
        assert reply.status in (404, 405), "nothing else is known here"
    if method != "POST":
        assert house.changes == [], "only a POST changes anything"


origins = st.one_of(
    st.sampled_from(
        ("", "null", "http://", HOST, f"{ORIGIN}0", f"http://evil.test/{HOST}", "http://[",
         f"http://{HOST}.evil.test", f"http://evil.test#{HOST}", f"http://{HOST}@evil.test",
         f"http://u@{HOST}", "http://lab.test", "http://lab.test:80", f"http://evil.test?{HOST}",
         f"http://evil.test\\@{HOST}", f"{ORIGIN}, {ORIGIN}", f"{ORIGIN} {ORIGIN}", "https://*",
         "http://LAB.test:8501", "http://lab.test:08501", "file://", f"http:{HOST}")
    ),
    st.text(max_size=20).map(lambda text: f"http://{text}"),
    st.text(max_size=20),
)  # fmt: skip


@SOME
@given(targets, origins, bodies)
def test_no_post_of_another_page_does_anything(
    house: Watched, app: Starlette, target: str, origin: str, body: bytes
) -> None:
    house.changes.clear()
    sent = [(b"origin", origin.encode())] if origin else []
    reply = ask(app, "POST", filled(target, house), sent, body)
    assert reply.status in (307, 403, 404, 405)  # 307: to the same address without its last slash
    assert house.changes == []


def test_the_same_posts_of_our_own_page_do_something(house: Watched, app: Starlette) -> None:
    house.changes.clear()
    assert ask(app, "POST", f"/lab/runs/{house.done}/stop", OWN).status == 204
    assert ask(app, "POST", "/lab/answer/trouble", OWN, b'{"config": {}}').status == 200
    assert house.changes == ["withdraw", "answer"]


def deep(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from((10**400, -(2**63), 1e308, "9" * 500, "\0", "../../x", "NaN")),
    deep, max_leaves=5,
)  # fmt: skip
ANSWERING = [
    entry.slug for entry in catalog.LABS if hasattr(catalog.load(entry.slug), "answer")
]  # fmt: skip


@pytest.mark.parametrize("slug", ANSWERING)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_settings_have_an_answer_or_a_sentence(
    house: Watched, app: Starlette, slug: str, data: st.DataObject
) -> None:
    kind: type[Config] = catalog.load(slug).Config
    fields = st.sampled_from([control.name for control in kind.controls()])
    given = data.draw(st.dictionaries(fields, anything, min_size=1, max_size=3))
    body = json.dumps({"config": {**kind(**catalog.load(slug).LAB.quick).model_dump(), **given}})
    reply = ask(app, "POST", f"/lab/answer/{slug}", OWN, body.encode())
    assert reply.status in (200, 400, 422), body
    if reply.status != 200:  # it may begin with the title of a control, such as “η”
        assert is_sentence(f"So: {reply.sentence}"), body


@pytest.mark.parametrize("name", ["0", "<b>", "x" * 1000])
def test_a_setting_nobody_knows_gives_a_sentence(house: Watched, app: Starlette, name: str) -> None:
    body = json.dumps({"config": {name: 1}}).encode()
    said = ask(app, "POST", f"/lab/answer/{ANSWERING[0]}", OWN, body).sentence
    assert is_sentence(said)
    assert len(said) < 200


@pytest.mark.parametrize("tail", ["", "/arrays.npz", "/arrays.csv"])
def test_no_cache_keeps_a_run_on_a_learners_own_file(
    house: Watched, app: Starlette, tail: str
) -> None:
    token = house.take_in("text", b"private", "a")
    run = house.submit("files", files.Config(words=token), "a")
    reply = ask(app, "GET", f"/lab/runs/{run.key}{tail}")
    assert reply.status == 200
    assert "public" not in reply.headers["cache-control"]
