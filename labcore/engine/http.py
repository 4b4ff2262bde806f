"""The hallway: the routes by which pictures reach the browsers.

    GET  /lab/runs/{key}/frames     a live run, as server-sent events; resumes by event id
    GET  /lab/runs/{key}            a finished run: one immutable, compressed resource
    GET  /lab/runs/{key}/arrays.npz its numbers; arrays.csv as a table
    GET  /lab/runs/{key}/weights/N.safetensors  what frame N can be gone on from
    POST /lab/runs/{key}/stop       one learner no longer wants it
    POST /lab/answer/{slug}         an immediate answer
    GET  /lab/assets/{version}/…    the stage and Plotly, immutable
    GET  /lab/health                whether immediate work is possible, and all is warm
    GET  /lab/metrics               figures for those who run the server
    GET  /lab/room                  what an instructor has set for everyone

No route changes state by GET. Every POST must come from a page of this server: Streamlit
checks its own routes only, so the Origin is checked here.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
import re
import time
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import anyio.to_thread
import orjson
import plotly
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from labcore import catalog, engine, wire
from labcore.engine import log, metrics, room
from labcore.engine.guests import guests
from labcore.engine.run import Refused, Run

ASSETS = Path(__file__).parents[2] / "assets"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SERVED = frozenset({".js", ".css", ".png", ".svg", ".webp"})
IMMUTABLE = "public, max-age=31536000, immutable"
KEY = re.compile(r"[0-9a-f]{32}")
LEARNER = re.compile(r"[\w-]{0,64}")
LARGEST_REQUEST = 64 * 1024
PIECE = 256 * 1024
"""Bytes that are handed to a connection at once."""


def routes() -> list[Route]:
    """All routes of the hallway."""
    return [
        Route("/lab/runs/{key}/frames", frames),
        Route("/lab/runs/{key}/arrays.{form}", arrays),
        Route("/lab/runs/{key}/weights/{number:int}.safetensors", weights),
        Route("/lab/runs/{key}/stop", stop, methods=["POST"]),
        Route("/lab/runs/{key}", finished),
        Route("/lab/answer/{slug}", answer, methods=["POST"]),
        Route("/lab/assets/{version}/{path:path}", asset),
        Route("/lab/health", health),
        Route("/lab/metrics", metrics.serve),
        Route("/lab/room", room.serve),
    ]


async def frames(request: Request) -> Response:
    """A run as it happens; the browser resumes with the id of the last event it saw."""
    run = await _run(request)
    if run is None:
        return _unknown_run()
    last = request.headers.get("last-event-id", "")
    after = int(last) + 1 if re.fullmatch(r"[0-9]{1,18}", last) else 0
    return StreamingResponse(
        _events(run, after, _learner(request)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(run: Run, index: int, learner: str) -> AsyncIterator[bytes]:
    """All that is there, then what comes, in as few pieces as the watcher can take."""
    house = engine.current()
    house.attend(run.key, learner, +1)
    end = time.monotonic() + engine.settings().stream_seconds
    told = b""
    try:
        with run.watch() as waker:
            yield b"retry: 500\n\n"
            while True:
                finished = run.finished  # read first: its last message is then in the log
                new = run.log[index:]
                index += len(new)
                pieces = [message.sse for message in new]
                condition = b"" if finished else run.condition()
                if condition != told:
                    pieces.append(condition)
                    told = condition
                for piece in _batches(pieces):
                    yield piece
                    log.tell("frames relayed", frames=sum(m.event == "frame" for m in new))
                left = end - time.monotonic()
                if finished or left <= 0:
                    return
                await waker.wait(left)
    finally:
        house.attend(run.key, learner, -1)


def _batches(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, joined to pieces of some size.

    Each is handed over when the one before has left, so a watcher who stops reading holds no
    more than one.
    """
    joined: list[bytes] = []
    size = 0
    for piece in pieces:
        if joined and size + len(piece) > PIECE:
            yield b"".join(joined)
            joined, size = [], 0
        joined.append(piece)
        size += len(piece)
    if joined:
        yield b"".join(joined)


async def finished(request: Request) -> Response:
    """A finished run under its key; it never changes, so anyone may keep it."""
    run = await _run(request)
    if run is None or not run.finished:
        return _unknown_run()
    if run.state != "done":
        return Response(run.resource(), media_type="application/json", headers=_fresh())
    tag = f'"{run.key}"'
    headers = {"Cache-Control": _keep(run), "ETag": tag, "Vary": "Accept-Encoding"}
    known = request.headers.get("if-none-match", "")
    if tag in known or known.strip() == "*":
        return Response(status_code=304, headers=headers)
    packed = await anyio.to_thread.run_sync(run.compressed)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return StreamingResponse(_plain(packed), media_type="application/json", headers=headers)
    headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    return StreamingResponse(_slices(packed), media_type="application/json", headers=headers)


async def _slices(block: bytes) -> AsyncIterator[bytes]:
    """A block in pieces, so that a slow reader holds no copy of the whole."""
    for start in range(0, len(block), PIECE):
        yield block[start : start + PIECE]


async def _plain(packed: bytes) -> AsyncIterator[bytes]:
    """What was compressed, unpacked piece by piece."""
    inflate = zlib.decompressobj(wbits=31)
    async for piece in _slices(packed):
        while piece:
            yield inflate.decompress(piece, 16 * PIECE)
            piece = inflate.unconsumed_tail


async def arrays(request: Request) -> Response:
    """The numbers of a run that has ended: npz as they are, CSV as a table."""
    run = await _run(request)
    form = request.path_params["form"]
    if run is None or not run.arrays or form not in ("npz", "csv"):
        return _sentence(404, "The numbers of this run are not here (any more). Train it again.")
    headers = {
        "Cache-Control": _keep(run),
        "Content-Disposition": f'attachment; filename="{run.slug}-{run.key[:8]}.{form}"',
    }
    if form == "npz":
        headers["Content-Length"] = str(len(run.arrays))
        return StreamingResponse(_slices(run.arrays), media_type="application/zip", headers=headers)
    text = await anyio.to_thread.run_sync(lambda: wire.csv(wire.unpack(run.arrays)))
    return Response(text, media_type="text/csv", headers=headers)


async def weights(request: Request) -> Response:
    """What a frame can be gone on from, its weights above all, as a safetensors file."""
    run, number = await _run(request), request.path_params["number"]
    block = run.checkpoints.get(number) if run else None
    arrays = wire.unpack(block[4:]) if block else {}
    if run is None or not arrays:
        return _sentence(404, "The weights of this frame are not here (any more). Train it again.")
    name = f"{run.slug}-{run.key[:8]}-{number}.safetensors"
    return Response(
        await anyio.to_thread.run_sync(wire.safetensors, arrays),
        media_type="application/octet-stream",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


async def stop(request: Request) -> Response:
    """Withdraw one learner's interest; the run ends with its last learner."""
    if refused := _foreign(request):
        return refused
    run = await _run(request)
    if run is None:
        return _unknown_run()
    await anyio.to_thread.run_sync(engine.current().withdraw, run.key, _learner(request))
    return Response(status_code=204)


async def answer(request: Request) -> Response:
    """An immediate answer: {"config": {…}, "learner": "…"} → patch, readout, note.

    With {"run": key, "frame": n}, the frame on screen, what was trained so far answers.
    """
    if refused := _foreign(request):
        return refused
    slug = request.path_params["slug"]
    try:
        catalog.find(slug)
    except KeyError as error:
        return _sentence(404, str(error.args[0]))
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_REQUEST:
            return _sentence(413, "The question is longer than 64 kB.")
    try:
        asked = orjson.loads(bytes(body))
        config, learner = asked["config"], asked.get("learner", "")
        seen = (asked["run"], asked["frame"]) if "run" in asked else None
        if not isinstance(config, dict) or not LEARNER.fullmatch(learner):
            raise ValueError
        if seen and not (KEY.fullmatch(seen[0]) and isinstance(seen[1], int)):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        return _sentence(400, "The question is not the JSON this address expects.")
    if not guests.admits(learner):
        return _sentence(403, "Answers are for those who have signed in. Reload this page.")
    began, outcome = time.monotonic(), "refused"
    try:
        reply = await engine.current().answer(slug, config, learner or _address(request), seen)
        outcome = "overtaken" if reply is None else "answered"
    except Refused as error:
        return _sentence(422, str(error))
    finally:
        log.tell("answer", outcome=outcome, seconds=time.monotonic() - began)
    if reply is None:
        return Response(status_code=204)
    return Response(reply, media_type="application/json", headers=_fresh())


async def asset(request: Request) -> Response:
    """A file of the stage. The version stands in the address, so it never changes."""
    served = await anyio.to_thread.run_sync(_assets)
    if request.path_params["path"] not in served:
        return Response(status_code=404)
    body, packed, media = served[request.path_params["path"]]
    current = request.path_params["version"] == assets_version()
    headers = {"Cache-Control": IMMUTABLE if current else "no-store", "Vary": "Accept-Encoding"}
    if packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=media, headers={**headers, "Content-Encoding": "gzip"})
    return Response(body, media_type=media, headers=headers)


async def health(request: Request) -> Response:
    """200 once immediate work is possible, 503 before; “warm” once nothing is left to warm."""
    ready = getattr(engine.current(), "ready", True)
    told = {"ready": ready, "warm": getattr(engine.current(), "settled", ready)}
    return JSONResponse(told, status_code=200 if ready else 503, headers=_fresh())


@functools.cache
def assets_version() -> str:
    """Hash of all served files and Plotly's version."""
    digest = hashlib.blake2b(version("plotly").encode(), digest_size=6)
    for path in sorted(ASSETS.rglob("*")):
        if path.suffix in SERVED:
            digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _assets() -> dict[str, tuple[bytes, bytes, str]]:
    """All served files by name: as they are, compressed, and their type."""
    paths = {str(path.relative_to(ASSETS)): path for path in ASSETS.rglob("*")}
    paths["plotly.min.js"] = PLOTLY
    served = {}
    for name, path in paths.items():
        if path.suffix in SERVED:
            body = path.read_bytes()
            media = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(name)[0]
            packed = gzip.compress(body, 6) if path.suffix in (".js", ".css", ".svg") else b""
            served[name] = body, packed, media or "application/octet-stream"
    return served


async def _run(request: Request) -> Run | None:
    """The run an address names; it may have to be read from a disk or a database."""
    key = request.path_params["key"]
    if not KEY.fullmatch(key):
        return None
    return await anyio.to_thread.run_sync(engine.current().find, key)


def _keep(run: Run) -> str:
    """Who may keep a run: anyone, unless it is not done or made from a learner's own file."""
    return IMMUTABLE if run.state == "done" and not run.private else "no-store"


def _learner(request: Request) -> str:
    """Who asks: a token of the page, or else the address, so that nobody is “anyone”."""
    learner = request.query_params.get("learner", "")
    return learner if learner and LEARNER.fullmatch(learner) else _address(request)


def _address(request: Request) -> str:
    return f"from-{request.client.host}" if request.client else "from-nowhere"


def _foreign(request: Request) -> Response | None:
    """A refusal, unless the request comes from a page of this server."""
    try:
        origin = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:  # no address at all
        origin = ""
    if origin and origin == request.headers.get("host"):
        return None
    return _sentence(403, "This request did not come from a page of this server.")


def _unknown_run() -> Response:
    return _sentence(404, "This server does not know that run (any more). Train it again.")


def _sentence(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status_code=status, headers=_fresh())


def _fresh() -> dict[str, str]:
    return {"Cache-Control": "no-store"}
