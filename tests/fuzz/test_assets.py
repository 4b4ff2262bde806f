"""Whatever path is asked for, in whatever writing, only the stage's own files are served."""

from __future__ import annotations

import gzip

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from labcore.engine import http as hallway
from tests.fuzz.conftest import Watched, filled
from tests.fuzz.wire import ask

SOME = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


def encoded(text: str, how: str) -> str:
    """Ways in which a path is written that some server some day took for another."""
    ways = {
        "plain": text,
        "percent": text.replace("/", "%2f").replace(".", "%2e"),
        "upper": text.replace("/", "%2F").replace(".", "%2E"),
        "twice": text.replace("/", "%252f").replace(".", "%252e"),
        "back": text.replace("/", "\\"),
        "back percent": text.replace("/", "%5c"),
        "overlong": text.replace("/", "%c0%af").replace(".", "%c0%ae"),
        "doubled": text.replace("..", "....//").replace("//", "/"),
        "parameter": text.replace("..", "..;"),
        "null": f"{text}%00.js",
    }
    return ways[how]


HOWS = ("plain", "percent", "upper", "twice", "back", "back percent", "overlong", "doubled",
        "parameter", "null")  # fmt: skip
wanted = st.builds(
    lambda into, ups, file: f"{into}{'../' * ups}{file}",
    st.sampled_from(("", "stage/", "/", "./", "data/", "vendor/", "nothing/")),
    st.integers(0, 6),
    st.sampled_from(
        ("app.py", "etc/passwd", "/etc/passwd", "labcore/own.py", "assets/stage.js", "stage.js",
         "pyproject.toml", ".streamlit/config.toml", "requirements.txt", "shell.css", "", "data",
         "icon.svg", "proc/self/environ", "stage", "LICENSE", "vendor/")
    ),
)  # fmt: skip


@SOME
@given(st.sampled_from(("VERSION", "x", "..", "%2e%2e", "")), wanted, st.sampled_from(HOWS))
def test_no_file_but_the_assets_is_served(
    house: Watched, app: Starlette, version: str, path: str, how: str
) -> None:
    target = filled(f"/lab/assets/{version}/{encoded(path, how)}", house)
    reply = ask(app, "GET", target)
    assert reply.status in (200, 404), target
    if reply.status == 200:
        assert reply.body in ASSETS, target
        assert reply.headers["content-type"].split(";")[0] != "text/html"


ASSETS = {
    path.read_bytes()
    for path in (*hallway.ASSETS.rglob("*"), hallway.PLOTLY)
    if path.suffix in (".js", ".css", ".png", ".svg", ".webp")
}


def test_assets_are_served_at_all(house: Watched, app: Starlette) -> None:
    target = filled("/lab/assets/VERSION/stage.js", house)
    body = (hallway.ASSETS / "stage.js").read_bytes()
    assert ask(app, "GET", target).body == body
    packed = ask(app, "GET", target, [(b"accept-encoding", b"gzip")]).body
    assert gzip.decompress(packed) == body
