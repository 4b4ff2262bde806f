"""The source of a lab: its own files, each after those it imports."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

FUTURE = "from __future__ import annotations"


def files(name: str) -> dict[str, str]:
    """The files of a lab by module, without what they import from one another.

    Args:
        name: the lab's module or package.
    """
    done: dict[str, str] = {}

    def add(part: str) -> None:
        if part in done:
            return
        done[part] = ""  # a circle of imports ends here
        spec = importlib.util.find_spec(part)
        text = Path(spec.origin).read_text() if spec and spec.origin else ""
        lines = text.splitlines()
        for node in ast.parse(text).body:
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            inside = f"{node.module}.".startswith(f"{name}.")
            if inside:
                add(node.module)
            if inside or node.module == "__future__":
                span = slice(node.lineno - 1, node.end_lineno)
                lines[span] = [""] * len(lines[span])
        done.pop(part)
        done[part] = "\n".join(lines).strip("\n")

    add(name)
    return done


def free_name(wish: str, text: str) -> str:
    """A name that no global of some code has: the one wished for, or with underscores behind."""
    taken: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            taken.add(node.name)
            continue  # what is within has its own names
        if isinstance(node, ast.alias):
            taken.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Name):
            taken.add(node.id)
        waiting += ast.iter_child_nodes(node)
    while wish in taken:
        wish += "_"
    return wish
