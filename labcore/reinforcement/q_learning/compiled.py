"""How this lab's loops become machine code: Numba, once for each change of the source.

Numba keeps compiled code on disk and looks at one file to know whether it is still true. These
functions call one another across files, so here the folder itself is named after the source of
all of them. No threads are started, so a process may fork after compiling.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function at its first call; the next process loads it from disk, if it may.

    The functions make no arrays, so none is counted (`_nrt`): counting took four fifths of the
    time of a step.
    """
    made = numba.njit(
        function, boundscheck=False, error_model="numpy", forceinline=True, _nrt=False
    )
    folder = keep()
    if folder is None:
        return made
    options: Any = numba.config
    before, options.CACHE_DIR = options.CACHE_DIR, str(folder)
    try:
        made.enable_caching()
    finally:
        options.CACHE_DIR = before
    return made


@cache
def keep() -> Path | None:
    """A folder for machine code of just this source; None where nothing can be written.

    It lies beside the source, or else in the learner's own cache; never where others could put
    code of theirs in its place.
    """
    here = Path(__file__).resolve()
    inside = __name__.startswith("labcore.")
    files = sorted(here.parent.glob("*.py")) if inside else [here]
    digest = hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=8)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for base in (os.environ.get("NUMBA_CACHE_DIR"), here.parent / "__pycache__", home):
        if not base:
            continue
        folder = Path(base) / f"q_learning-{digest.hexdigest()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None
