"""What every engine does, whichever machine it computes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from labcore import catalog
from labcore.config import Accepts, Config
from labcore.engine.key import run_key
from labcore.engine.own import OwnFiles, tokens
from labcore.engine.run import Outcome, Refused, Run
from labcore.engine.settings import Settings
from labcore.engine.store import Store
from labcore.lab import held_by_hand

ANYONE = ""
"""The learner who never leaves: the command line, warming, tests."""


class Engine(Protocol):
    """Where runs happen. All methods may be called from any thread.

    submit:   compute a config, join the equal run that is computing, or replay the finished
              one. `parent` is the key of a run and the number of a frame to go on from.
              Raises Refused with a sentence.
    find:     the run of a key, or None when it is not known (any more).
    outcome:  how the run of a key stands, at little cost, or None.
    withdraw: the learner no longer wants it; it ends with its last learner.
    attend:   a stream of this learner has opened (+1) or closed (−1).
    active:   all runs that compute or wait.
    stop:     end a run, whoever wants it.
    answer:   an immediate answer as JSON, or None when a newer request of the same learner
              has taken its place. `seen` is the key of the run and the number of the frame on
              screen, whose checkpoint goes with the question. Raises Refused with a sentence.
    take_in:  read a learner's own file and keep it for their stay; its token. Raises Refused
              with a sentence that says what is wrong with the file.
    own:      the learners' own files.
    settings: the limits; a copy put in their place changes them from then on.
    """

    settings: Settings
    store: Store
    own: OwnFiles

    def submit(
        self,
        slug: str,
        config: Config,
        learner: str = ANYONE,
        parent: tuple[str, int] | None = None,
    ) -> Run: ...
    def find(self, key: str) -> Run | None: ...
    def outcome(self, key: str) -> Outcome | None: ...
    def withdraw(self, key: str, learner: str) -> None: ...
    def attend(self, key: str, learner: str, change: int) -> None: ...
    def active(self) -> list[Run]: ...
    def stop(self, key: str) -> None: ...
    async def answer(
        self,
        slug: str,
        config: dict[str, object],
        learner: str,
        seen: tuple[str, int] | None = None,
    ) -> bytes | None: ...
    def take_in(self, accepts: Accepts, body: bytes, learner: str) -> str: ...
    def close(self) -> None: ...


def new_run(
    slug: str,
    config: Config,
    learner: str,
    parent: tuple[str, int] | None,
    find: Callable[[str], Run | None],
    trained: Callable[[str], Run | None],
) -> Run:
    """A run that is not queued yet; a branch takes its trunk and checkpoint with it.

    The stage shows trunk and branch; numbers and verdicts of a branch are those of its own frames.
    If a finished run differs in nothing but what is observed, its checkpoints are taken along,
    trunk and all, and nothing is trained again.

    Args:
        find: the run of a key.
        trained: a finished run whose training was the same (`Run.training`).

    Raises:
        Refused: the parent is not known, or its frame cannot be gone on from.
    """
    lab = catalog.load(slug).LAB
    run = Run(run_key(slug, config, parent), slug, config.model_dump(mode="json"), learner)
    run.private = bool(tokens(slug, run.config))
    if lab.observes:
        unseen = config.model_copy(
            update={c.name: c.default for c in config.controls() if c.name in lab.observes}
        )
        run.training = run_key(slug, unseen, parent)
        source = trained(run.training)
        if source and len(source.checkpoints) == source.shown:
            run.starts = tuple(source.checkpoints[n] for n in sorted(source.checkpoints))
            run.checkpoints = dict(source.checkpoints)
            return run
    if parent is None:
        return run
    if not lab.resumable:
        raise Refused("This lab cannot go on from a frame.")
    trunk_run = find(parent[0])
    if trunk_run is None or trunk_run.slug != slug:
        raise Refused("The run to go on from is no longer kept. Train it again first.")
    checkpoint = trunk_run.checkpoints.get(parent[1])
    frames = [message for message in trunk_run.log if message.event == "frame"]
    if checkpoint is None or parent[1] >= len(frames):
        raise Refused(f"Frame {parent[1]} cannot be gone on from.")
    run.starts = (checkpoint,)
    run.trunk = tuple(frames[: parent[1] + 1])
    run.checkpoints = {n: c for n, c in trunk_run.checkpoints.items() if n <= parent[1]}
    return run


def start_seen(
    slug: str,
    config: Mapping[str, object],
    seen: tuple[str, int] | None,
    find: Callable[[str], Run | None],
) -> bytes | None:
    """The checkpoint of the frame on screen, if it is of a run of this config.

    What a hand moves and what is only observed may have changed since; anything else makes
    another run, whose weights may not even have the same shapes.
    """
    run = find(seen[0]) if seen else None
    if run is None or seen is None or run.slug != slug:
        return None
    lab = catalog.load(slug).LAB
    free = held_by_hand(lab) | set(lab.observes)
    if any(
        config.get(name, value) != value for name, value in run.config.items() if name not in free
    ):
        return None
    return run.checkpoints.get(seen[1])
