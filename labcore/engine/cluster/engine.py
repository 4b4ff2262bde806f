"""The server's end: queue, answers and files as on one machine; runs go to the driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labcore import catalog, device
from labcore.engine.local import LocalEngine
from labcore.engine.log import logger
from labcore.engine.processes import Child, Processes
from labcore.engine.protocol import Kind
from labcore.engine.run import Refused, Run
from labcore.engine.settings import Settings
from labcore.engine.store import Elsewhere, Store

DRIVER = "labcore.engine.cluster.driver"


class ClusterEngine(LocalEngine):
    """Immediate answers and learners' files stay on this machine."""

    def __init__(self, settings: Settings, store: Store | None = None) -> None:
        self._places = 0
        self._trouble = ""
        self._cluster: Processes | None = None
        super().__init__(settings, store)
        if settings.device == "cuda" and settings.gpu_fraction:
            for entry in (*catalog.LABS, *catalog.extra()):
                gains = device.uses(catalog.load(entry.slug))
                device.settle(entry.slug, "cuda" if gains else "cpu")
        self._do(self._connect)

    @property
    def ready(self) -> bool:
        return self.processes.ready and self.runs.ready and self.capacity > 0

    @property
    def capacity(self) -> int:
        """The CPUs of the cluster, or fewer if `LAB_WORKERS` says so."""
        chosen = "workers" in self.settings.model_fields_set
        return min(self._places, self.settings.workers) if chosen else self._places

    def _slots(self, settings: Settings) -> tuple[device.Gpu, ...]:
        return ()  # the nodes have theirs

    def _child(
        self, slug: str, packet: Callable[[Kind, bytes], None], gone: Callable[[int | None], None]
    ) -> Child:
        return self.runs.fork("run", packet, gone, {"cuda": device.of(slug) != "cpu"})

    def _connect(self) -> None:
        self.runs = self._cluster = Processes(
            self.settings, self._loop, self._fill, self._driver_lost, DRIVER, self._told
        )
        self._cluster.start()

    def _submit(self, run: Run, learner: str, there: Elsewhere | None) -> Run:
        if self._trouble and not self._places and run.key not in self._active and not there:
            raise Refused(self._trouble)
        return super()._submit(run, learner, there)

    def _told(self, message: dict[str, Any]) -> None:
        """The driver has counted the places of the cluster, or says what is wrong."""
        self._places = message.get("places", self._places)
        self._trouble = message["trouble"]
        if self._trouble:
            logger.warning(self._trouble)
            if not self._places:
                self._refuse_waiting(self._trouble)
        self._fill()

    def _driver_lost(self, failures: int) -> None:
        self._places = 0
        if failures and not self._trouble:
            self._trouble = "The process that speaks to the cluster cannot be started."
            self._refuse_waiting(self._trouble)

    async def _end(self) -> None:
        if self._cluster:
            await self._cluster.end()
        await super()._end()
