"""Exported runs that were damaged or forged: a page made anew, or one sentence."""

from __future__ import annotations

import copy
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from labcore.export.page import html, run_file
from labcore.export.replay import Replay, Unreadable
from tests.helpers import is_sentence
from tests.labs import trouble

SOME = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
EVIL = "</script><script>evil()</script>"


class Files(dict[str, bytes]):
    """A run as both kinds of file, which a failing example does not print."""

    def __repr__(self) -> str:
        return "Files()"


@pytest.fixture(scope="module")
def exported() -> Files:
    config = trouble.Config()
    messages = InlineEngine(Settings()).submit("trouble", config).resource()
    return Files(
        html=html(trouble, config, messages).encode(), json=run_file(trouble, config, messages)
    )


@contextmanager
def one_sentence() -> Generator[None, None, None]:
    """What is refused within is refused so."""
    said = ""
    try:
        yield
    except Unreadable as refused:
        said = str(refused)
    assert not said or is_sentence(said)


def opened(path: Path, content: bytes) -> Replay | None:
    """What a file gives; None where it is refused, which must be with one sentence."""
    path.write_bytes(content)
    replay = None
    with one_sentence():
        replay = Replay(path)
        assert replay.frames
    return replay


damage = st.lists(
    st.tuples(
        st.sampled_from(("cut", "flip", "put", "drop", "double")),
        st.floats(0, 1),
        st.binary(min_size=1, max_size=8) | st.sampled_from((b"</script>", b"\xff", b'"', b"{")),
    ),
    min_size=1,
    max_size=4,
)


def damaged(content: bytes, hits: list[tuple[str, float, bytes]]) -> bytes:
    for how, where, what in hits:
        at = int(where * len(content))
        kept = {
            "cut": len(content),
            "flip": at + len(what),
            "put": at,
            "double": 0,
            "drop": at + 997,
        }
        put = what if how in ("flip", "put") else b""
        content = content[:at] + put + content[kept[how] :]
    return content


@SOME
@given(st.sampled_from(("html", "json")), damage)
def test_a_damaged_file_is_opened_or_refused(
    exported: Files, tmp_path: Path, form: str, hits: list[tuple[str, float, bytes]]
) -> None:
    opened(tmp_path / f"file.{form}", damaged(exported[form], hits))


@SOME
@given(st.sampled_from(("html", "json", "txt")), st.binary(max_size=200))
@example("json", b"[" * 100_000)
@example("json", b'{"made-of": ' * 5000)
@example("html", b'<script type="application/json" id="made-of">' * 3000)
def test_any_file_is_opened_or_refused(tmp_path: Path, form: str, content: bytes) -> None:
    assert opened(tmp_path / f"file.{form}", content) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=10)
    | st.sampled_from((EVIL, "../../x", "", "9" * 5000, -1)),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=6) | st.just(EVIL), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a JSON value: paths of keys."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else []
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, part in inner:
        found += places(part, (*path, key))
    return found


@SOME
@given(st.data())
def test_a_forged_file_is_opened_or_refused(
    exported: Files, tmp_path: Path, data: st.DataObject
) -> None:
    told = orjson.loads(exported["json"])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(told)[1:] or [("made-of",)]))
        forged = data.draw(anything)
        parent = told
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = copy.deepcopy(forged)
    try:
        content = orjson.dumps(told)
    except (TypeError, orjson.JSONEncodeError):  # numbers or text that JSON does not know
        return
    replay = opened(tmp_path / "file.json", content)
    if replay:
        page = replay.page()
        assert "evil()" not in page.replace("\\u003cscript>evil()", "")


@SOME
@given(
    st.lists(
        st.tuples(
            st.dictionaries(
                st.sampled_from(("gain", "frames", "seed")) | st.text(max_size=5),
                st.sampled_from(("1", "2", "5", "-1", "", "9" * 5000)) | st.text(max_size=5),
                max_size=2,
            ),
            st.sampled_from((0, 1, 4, 5, -1, 2**63, -(2**63))),
        ),
        max_size=3,
    )
)  # fmt: skip
def test_a_forged_lineage_is_computed_or_refused(
    exported: Files, tmp_path: Path, steps: list[tuple[dict[str, str], int]]
) -> None:
    told = orjson.loads(exported["json"])
    told["made-of"]["trunk"] = [list(step) for step in steps]
    try:
        content = orjson.dumps(told)
    except orjson.JSONEncodeError:
        return
    replay = opened(tmp_path / "file.json", content)
    if replay:
        with one_sentence():
            assert replay.computed()
