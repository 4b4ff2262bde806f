"""Exported scripts, run one after the other as they would be from a shell: each is the main
program, with its own arguments, in an interpreter that has not seen the lab's own run."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Self

from tests.helpers import environment


class ScriptRunner:
    """An interpreter that runs scripts as they come, and says how each ended."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.contract.scripts"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=60)

    def run(self, path: Path, *arguments: str) -> str:
        """Run a script: “done”, or its traceback."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps([str(path), *arguments]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline() or '"the interpreter has ended"')


def serve() -> None:
    """Run what is asked for, a line each; scripts print elsewhere."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        sys.argv = json.loads(line)
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
            said = "done"
        except BaseException:
            said = traceback.format_exc()
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    serve()
