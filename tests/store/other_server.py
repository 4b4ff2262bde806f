"""A second server process: `python -m tests.store.other_server CONFIG…`.

It shares the store and has the routes of the house, but no pages. It computes the configs of
the lab `trouble` that are given as JSON, and serves until it is ended.
"""

from __future__ import annotations

import json
import sys
import threading

import uvicorn
from starlette.applications import Starlette

from labcore import engine
from labcore.engine.http import routes
from labcore.engine.local import LocalEngine
from labcore.engine.settings import settings
from labcore.engine.store import open_store
from tests.helpers import under_way, until
from tests.labs.trouble import Config


def main() -> None:
    port = int(settings().address.rpartition(":")[2])
    house = LocalEngine(settings(), open_store(settings()))
    engine.use(house)
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes()), port=port, log_level="warning")
    )
    threading.Thread(target=server.run, daemon=True).start()
    until(lambda: server.started and house.wait_ready(1), 60, "the server is ready")
    print("serving", flush=True)
    for given in sys.argv[1:]:
        run = house.submit("trouble", Config(**json.loads(given)), "someone")
        under_way(run)
        print("computing", run.key, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
