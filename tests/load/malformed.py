"""Requests that make no sense, always the same ones for a seed, a bounded number at a time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

AT_ONCE = 40
PATIENCE_SECONDS = 5.0
"""A server may answer nonsense with silence, but a good answer to it takes no longer."""

KEY = "0123456789abcdef" * 2
PATHS = (
    "/", "/gan", "/lab/health", "/lab/answer/gan", "/lab/answer/../..", f"/lab/runs/{KEY}",
    f"/lab/runs/{KEY}/frames", f"/lab/runs/{KEY}/stop", "/lab/runs//frames", "/lab/assets/x/%00",
    "/lab/assets/x/../../app.py", "/_stcore/health", "/_stcore/stream", "/_stcore/upload_file/a/b",
    "/media/x", "/lab/runs/%ff%fe/arrays.csv", "//lab//runs", "/..%2f..%2fetc/passwd", "*",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get", "")
HEADERS = (
    "Last-Event-ID: -1", "Last-Event-ID: 99999999999999999999", "Range: bytes=9-1", "Host:",
    "Origin: http://[", "Origin: null", "If-None-Match: *", "Accept-Encoding: gzip;q=nonsense",
    "Content-Type: application/json; charset=utf-99", "Transfer-Encoding: chunked",
    "Content-Length: -1", "Content-Length: 1e9", "Expect: 100-continue", "Upgrade: websocket",
    "Connection: upgrade", "Cookie: _streamlit_xsrf=2|a|b; =; ;;", "\x00: \x00", "X: " + "y" * 9000,
)  # fmt: skip
BODIES = (
    b"{", b"null", b"[]", b"[" * 5000, b'{"config": {}, "learner": 5}', b"\xff\xfe\x00",
    b'{"config": {"seed": 1e999}, "learner": ""}', b'{"config": [], "run": {}, "frame": -1}',
    b'{"config": {"lr_d": "__import__(\'os\')"}, "learner": "a"}', b"5\r\nhello\r\nzz\r\n", b"",
)  # fmt: skip

Nonsense = Callable[[str, random.Random], Awaitable[None]]


async def ask_nonsense(place: str, count: int, seed: int) -> None:
    """Send so many malformed requests to `place`, a host and port."""
    chance = random.Random(seed)
    kinds: tuple[Nonsense, ...] = (*[a_request] * 6, *[noise] * 2, *[half_open] * 2, a_socket)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(kind: Nonsense, own: random.Random) -> None:
        async with gate:
            try:
                await asyncio.wait_for(kind(place, own), PATIENCE_SECONDS)
            except (OSError, EOFError, TimeoutError, WebSocketException):
                return  # being cut off, or not answered, is what nonsense deserves

    await asyncio.gather(
        *(one(chance.choice(kinds), random.Random(f"{seed}/{i}")) for i in range(count))
    )


async def a_request(place: str, chance: random.Random) -> None:
    """Something like HTTP, with parts from elsewhere."""
    lines = [f"{chance.choice(METHODS)} {chance.choice(PATHS)} HTTP/1.{chance.choice('0119x')}"]
    lines += [f"Host: {place}", f"Origin: http://{place}"][: chance.randint(0, 2)]
    lines += chance.sample(HEADERS, chance.randint(0, 4))
    body = chance.choice(BODIES)
    if chance.random() < 0.7:
        lines.append(f"Content-Length: {len(body)}")
    await say(place, "\r\n".join([*lines, "", ""]).encode("latin-1") + body)


async def noise(place: str, chance: random.Random) -> None:
    """Bytes of no protocol."""
    await say(place, chance.randbytes(chance.randint(1, 4000)))


async def half_open(place: str, chance: random.Random) -> None:
    """A request that never ends, from a peer that goes without a word."""
    head = f"POST {chance.choice(PATHS)} HTTP/1.1\r\nHost: {place}\r\nContent-Length: 60000\r\n\r\n"
    sent = head.encode() + chance.randbytes(3000)
    _, writer = await connection(place)
    writer.write(sent[: chance.randint(1, len(sent))])
    await asyncio.sleep(chance.uniform(0, 0.05))
    await hang_up(writer)


async def a_socket(place: str, chance: random.Random) -> None:
    """A page's socket that opens as it should and then says what no page says."""
    says = (
        lambda: chance.randbytes(chance.randint(1, 2000)),
        lambda: "a text",
        lambda: b"",
        lambda: BackMsg(rerun_script=ClientState(page_name="\x00", query_string="%&=&")),
        lambda: BackMsg(rerun_script=ClientState(fragment_id="none", page_script_hash="none")),
        lambda: BackMsg(debug_shutdown_runtime=True),
        lambda: odd_widget(chance),
    )
    token = chance.choice(("streamlit", "x", "streamlit, , " + "f" * 36))
    headers = {"Sec-WebSocket-Protocol": token} if chance.random() < 0.5 else {}
    async with connect(
        f"ws://{place}/_stcore/stream", additional_headers=headers, close_timeout=0.2,
        compression=None, ping_interval=None, max_size=None,
    ) as page:  # fmt: skip
        for _ in range(chance.randint(1, 3)):
            said = chance.choice(says)()
            await page.send(said.SerializeToString() if isinstance(said, BackMsg) else said)
            await asyncio.sleep(chance.uniform(0, 0.02))
        if chance.random() < 0.5:
            page.transport.abort()


def odd_widget(chance: random.Random) -> BackMsg:
    """States of widgets that are not there, or hold what they cannot."""
    said = BackMsg(rerun_script=ClientState(page_name="gan"))
    for _ in range(chance.randint(1, 20)):
        name = chance.choice(("gan.seed", "gan.lr_d", "gan/train", "x" * 500))
        state = WidgetState(id=f"$$ID-{chance.getrandbits(128):032x}-{name}")
        state.json_value = chance.choice(("[" * 2000, "{}", "NaN"))
        said.rerun_script.widget_states.widgets.append(state)
    return said


async def say(place: str, words: bytes) -> None:
    """Send bytes, and read what comes until the server closes or falls silent."""
    reader, writer = await connection(place)
    try:
        writer.write(words)
        writer.write_eof()
        await asyncio.wait_for(reader.read(2**16), 1)
    finally:
        await hang_up(writer)


async def connection(place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = place.partition(":")
    return await asyncio.open_connection(host, int(port))


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Go without a word: the peer gets a reset."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
