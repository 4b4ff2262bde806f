"""What a run was made of: enough to compute it again, and to see whether it would be the same."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from labcore import catalog
from labcore.config import Config
from labcore.engine.key import run_key, source_hash
from labcore.export.lineage import Trunk
from labcore.lab import LabModule

FORM = 1
"""Of the record and of the messages beside it; another form cannot be read."""


@dataclass(frozen=True, slots=True)
class Made:
    """The record that an exported run carries.

    settings: what differs from the defaults, as in a link; `trunk` has the settings of the runs
              it went on from, each with the number of the frame it was left at.
    version:  of the lab's defaults.
    own:      controls that held a file of the learner's own. The file is not part of the record.
    source:   hash of the lab's code and of all it imports of the house.
    """

    lab: str
    settings: Mapping[str, str]
    trunk: tuple[tuple[Mapping[str, str], int], ...]
    own: tuple[str, ...]
    version: int
    key: str
    source: str
    versions: Mapping[str, str]
    form: int = FORM

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def versions() -> dict[str, str]:
    """Of all that the numbers depend on, beside the lab's code."""
    found = {name: version(name) for name in ("torch", "numpy", "plotly")}
    return {"python": platform.python_version(), **found}


def made_of(module: LabModule, config: Config, trunk: Trunk = ()) -> Made:
    """The record of a run."""
    slug = module.LAB.slug
    return Made(
        slug,
        settings(config),
        tuple((settings(earlier), frame) for earlier, frame in trunk),
        tuple(own_files(config)),
        config.version,
        key(slug, config, trunk),
        source_hash(slug),
        versions(),
    )


def key(slug: str, config: Config, trunk: Trunk = ()) -> str:
    """The key of a run, as the engine gives it."""
    parent = None
    for earlier, frame in trunk:
        parent = run_key(slug, earlier, parent), frame
    return run_key(slug, config, parent)


def settings(config: Config) -> dict[str, str]:
    """What differs from the defaults; the tokens of own files stay on the server."""
    own = own_files(config)
    return {name: text for name, text in config.texts().items() if name not in own}


def own_files(config: Config) -> dict[str, str]:
    """Controls that hold a file of the learner's own, and its token."""
    return {
        control.name: token
        for control in config.controls()
        if control.kind == "own" and (token := getattr(config, control.name))
    }


def link(made: Made) -> str:
    """The address of the run within the house; of a branch, that of its settings."""
    texts = {**made.settings, "v": str(made.version)} if made.settings else {}
    return f"/{made.lab}{'?' if texts else ''}{urlencode(texts)}"


def file_name(slug: str, run: str, form: str) -> str:
    """How an exported file is called: `gan-1f2e3d4c.html`."""
    return f"{slug}-{run[:8]}.{form}"


def changed_since(made: Made) -> list[str]:
    """Sentences that say what is not as it was when the run was made; none if all is."""
    said = []
    now = versions()
    for name, before in made.versions.items():
        if name in now and now[name] != before:
            said.append(f"It was made with {name} {before}; here is {now[name]}.")
    if source_hash(made.lab) != made.source:
        said.append(f"The code of “{catalog.load(made.lab).LAB.title}” has changed since.")
    return said
