"""The key of a run: same key, same frames."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import json
import threading
from importlib.metadata import version
from pathlib import Path

from labcore import catalog, device
from labcore.config import Config

ALWAYS = ("labcore.wire", "labcore.lab", "labcore.config")
"""What every worker uses, whatever the lab imports."""


def run_key(slug: str, config: Config, parent: tuple[str, int] | None = None) -> str:
    """Hash of all that a run's frames follow from.

    That is: slug, config, parent (key and frame it branches from), the source of the lab and
    of every labcore module it imports, the versions of torch, numpy and plotly, the device
    class (the GPU's name where the lab computes on one) and the thread count (one, always).
    """
    facts = [
        slug,
        config.model_dump(mode="json"),
        parent,
        source_hash(slug),
        _versions(),
        device.of(slug),
        1,
    ]
    text = json.dumps(facts, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


_parsing = threading.Lock()
"""Python 3.11 fails when two threads parse at once."""


@functools.cache
def source_hash(slug: str) -> str:
    """Hash of the lab's source and of every labcore module it reaches by import."""
    digest = hashlib.blake2b(digest_size=16)
    seen: set[str] = set()
    lab = catalog.find(slug).module
    roots = ("labcore", lab.partition(".")[0])
    waiting = [lab, *ALWAYS]
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        if path := _source(module):
            waiting += [name for name in _imports(module, path) if name.startswith(roots)]
    for module in sorted(seen):
        if path := _source(module):
            digest.update(module.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _versions() -> tuple[str, ...]:
    return tuple(version(package) for package in ("torch", "numpy", "plotly"))


def _source(module: str) -> Path | None:
    """The file of a module, found without importing the packages above it."""
    root, *parts = module.split(".")
    spec = importlib.util.find_spec(root)
    if spec is None or not parts:
        return Path(spec.origin) if spec and spec.origin else None
    for folder in spec.submodule_search_locations or ():
        path = Path(folder, *parts)
        for file in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if file.is_file():
                return file
    return None  # “from labcore.x import name”: name is no module


def _imports(module: str, path: Path) -> list[str]:
    """Names a file imports; names that are no modules do no harm."""
    found: list[str] = []
    with _parsing:
        tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module if path.name == "__init__.py" else module.rpartition(".")[0]
                base = importlib.util.resolve_name("." * node.level + base, package)
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found
