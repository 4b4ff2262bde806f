"""A run as a notebook: the lab's files cell by cell, the settings, the run, its picture."""

from __future__ import annotations

from typing import Any

import orjson

from labcore.config import Config
from labcore.export.code import ONE_THREAD, branch, imported, made_with, setup
from labcore.export.lineage import Trunk
from labcore.export.made import link, made_of
from labcore.export.source import FUTURE, files, free_name
from labcore.lab import LabModule


def notebook(module: LabModule, config: Config, trunk: Trunk = ()) -> str:
    """A run as a notebook of nbformat 4.5, for Jupyter beside labcore.

    Args:
        trunk: what the run went on from, if it is a branch.
    """
    made = made_of(module, config, trunk)
    parts = files(module.__name__)
    code = "\n".join(parts.values())
    wishes = ("config", "frames", "arrays", "figure", "trunk_end")
    given, frames, arrays, figure, trunk_end = (free_name(wish, code) for wish in wishes)
    begun = [branch(trunk_end, trunk), ""] if trunk else []
    start = f", {trunk_end}()" if trunk else ""
    cells = [
        _text(
            f"# {module.LAB.question}\n\nThe lab “{module.LAB.title}” of the Deep Learning Visual "
            f"Lab, with these settings: `{link(made)}`\n\n{made_with(made)} It runs where the "
            "package `labcore` is."
        ),
        _code(f"{ONE_THREAD}\n\nimport torch\n\ntorch.set_num_threads(1)"),
        *(_code(f"# {name.replace('.', '/')}\n{FUTURE}\n\n{text}") for name, text in parts.items()),
        _text("## The run\n\nThe numbers of every frame, as the house computes them."),
    ]
    run = [
        f"from labcore import {imported(config, 'export', 'wire')}",
        "",
        *begun,
        f"{given} = {setup(config)}",
        f"{frames} = list(run({given}{start}))",
        f"{arrays} = wire.unpack(wire.pack({frames}))",
        f"{{name: (array.dtype.name, array.shape) for name, array in {arrays}.items()}}",
    ]
    picture = [
        f"for {figure} in export.figures(",
        f"    panels({given}, {frames}[0]), [draw({given}, frame) for frame in {frames}]",
        ").values():",
        f"    {figure}.show()",
        f"readout({given}, {frames}[-1])",
    ]
    cells += [
        _code("\n".join(run)),
        _text("## The picture\n\nAll panels at the last frame."),
        _code("\n".join(picture)),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {"name": "python", "version": made.versions["python"]}
    metadata = {"kernelspec": kernel, "language_info": language, "labcore": made.to_json()}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return orjson.dumps(book, option=orjson.OPT_INDENT_2).decode() + "\n"


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": {}, "source": source, **empty}
