"""Runs in the calling thread, finished when `submit` returns: for tests of the pages."""

from __future__ import annotations

from collections.abc import Mapping

from labcore import own, wire
from labcore.config import Accepts, Config
from labcore.engine import worker
from labcore.engine.base import ANYONE, new_run, start_seen
from labcore.engine.own import OwnFiles
from labcore.engine.protocol import Kind
from labcore.engine.run import Outcome, Refused, Run
from labcore.engine.settings import Settings
from labcore.engine.store import MemoryStore, Store


class InlineEngine:
    """The same interface without processes, queue or interests."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self.settings = settings
        self.store = store or MemoryStore(settings.store_memory)
        self.own = OwnFiles(settings)

    def submit(
        self,
        slug: str,
        config: Config,
        learner: str = ANYONE,
        parent: tuple[str, int] | None = None,
    ) -> Run:
        run = new_run(slug, config, learner, parent, self.find, self.store.trained)
        kept = self.store.get(run.key)
        if kept and kept.state == "done":
            return kept
        self._hold(slug, run.config)
        job = worker.Job(
            slug,
            run.config,
            offset=run.offset,
            frames=self.settings.run_frames,
            size=self.settings.run_bytes,
            starts=len(run.starts),
            observe=run.observed,
        )
        worker.execute(job, run.take, map(worker.unpack_start, run.starts))
        self.store.put(run)
        return run

    def find(self, key: str) -> Run | None:
        return self.store.get(key)

    def outcome(self, key: str) -> Outcome | None:
        return self.store.outcome(key)

    def withdraw(self, key: str, learner: str) -> None:
        """Nothing to do: no run is ever unfinished."""

    def attend(self, key: str, learner: str, change: int) -> None:
        """Nothing to do: no run is ever unfinished."""

    def active(self) -> list[Run]:
        return []

    def stop(self, key: str) -> None:
        """Nothing to do: no run is ever unfinished."""

    async def answer(
        self,
        slug: str,
        config: dict[str, object],
        learner: str,
        seen: tuple[str, int] | None = None,
    ) -> bytes | None:
        self._hold(slug, config)
        start = start_seen(slug, config, seen, self.find)
        kind, payload = worker.answer(
            {"slug": slug, "config": config}, worker.unpack_start(start) if start else None
        )
        if kind is Kind.FAILURE:
            raise Refused(payload.decode())
        return payload

    def take_in(self, accepts: Accepts, body: bytes, learner: str) -> str:
        kind, payload = worker.read_own(accepts, body)
        if kind is Kind.FAILURE:
            raise Refused(payload.decode())
        return self.own.put(payload, learner)

    def _hold(self, slug: str, config: Mapping[str, object]) -> None:
        for token, block in self.own.of(slug, config).items():
            own.hold(token, wire.unpack(block))

    def close(self) -> None:
        """Nothing to close."""
