"""The ASGI entry: Streamlit's pages, the hallway of pictures, and the engine behind both.

`make run` serves it with uvicorn, which answers in under a millisecond and stops on
SIGTERM even while streams are open; `streamlit run app.py` works too.
"""

from __future__ import annotations

import gc
import resource
import traceback
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from labcore import catalog, engine
from labcore.engine import log
from labcore.engine.http import routes

ROUTER = Path(__file__).parent / "pages" / "shell" / "router.py"


def warm() -> None:
    """Start the worker host, import every lab for its controls, compute default runs ahead."""
    house, chosen = engine.current(), engine.settings()
    for entry in catalog.LABS if chosen.preload else ():
        try:
            config = catalog.load(entry.slug).Config()
        except Exception:  # a lab that does not import fails its own page, not the house
            traceback.print_exc()
            continue
        if chosen.warm:
            house.submit(entry.slug, config)
    gc.collect()
    gc.freeze()  # a collection with torch imported would otherwise hold the pages for 0.2 s


def open_many_files() -> None:
    """Streamlit holds four descriptors a learner; the usual limit of 1024 ends at 200."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncGenerator[None, None]:
    log.set_up(engine.settings().log)
    open_many_files()
    await anyio.to_thread.run_sync(warm)
    yield
    engine.close()


def doors() -> list[Middleware]:
    """Only requests to these names are let in, where names are given."""
    names = engine.settings().hosts.split(",")
    return [Middleware(TrustedHostMiddleware, allowed_hosts=names)] if any(names) else []


app = st.App(ROUTER, lifespan=lifespan, routes=routes(), middleware=doors())
