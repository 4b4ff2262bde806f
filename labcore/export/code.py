"""The lab's own code with the settings on screen, as a script to run beside labcore."""

from __future__ import annotations

from labcore.config import Config
from labcore.export.lineage import Trunk, stretches
from labcore.export.made import Made, file_name, link, made_of, own_files
from labcore.export.source import FUTURE, files, free_name
from labcore.lab import LabModule

ONE_THREAD = """import os

os.environ |= {  # one thread, before anything is loaded: sums come out the same on every machine
    "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
}"""
OWN = {"image": "your-file.png", "table": "your-file.csv", "text": "your-file.txt",
       "weights": "your-file.safetensors"}  # fmt: skip


def script(module: LabModule, config: Config, trunk: Trunk = ()) -> str:
    """A run as a script: `python it.py` tells the numbers, `--out it.npz` writes them.

    A lab of several files comes as one: each file after those it imports. With the versions it
    names, the arrays are those of the house, number for number.

    Args:
        trunk: what the run went on from, if it is a branch.
    """
    made = made_of(module, config, trunk)
    code = "\n\n\n".join(files(module.__name__).values())
    main = free_name("main", code)
    heading = _heading(module, made).replace("\\", "\\\\").replace('"""', "”")
    trunk_end = free_name("trunk_end", code)
    before = f"\n\n\n{branch(trunk_end, trunk)}" if trunk else ""
    modules = imported(config, "wire")
    start = f", {trunk_end}()" if trunk else ""
    return f'''"""{heading}"""

{FUTURE}

{ONE_THREAD}

{code}{before}


def {main}() -> None:
    """Compute the run; tell its numbers, or write the arrays of all frames."""
    import argparse
    from pathlib import Path

    import torch

    from labcore import {modules}

    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description="Compute the run and tell its numbers.")
    parser.add_argument("--out", type=Path, help="write the arrays of all frames there, as npz")
    out = parser.parse_args().out
    config = {indented(setup(config))}
    frames = []
    for frame in run(config{start}):
        frames.append(frame)
        if out is None:
            print(frame.step, readout(config, frame))
    if out is not None:
        out.write_bytes(wire.pack(frames))


if __name__ == "__main__":
    {main}()
'''


def _heading(module: LabModule, made: Made) -> str:
    name = file_name(made.lab, made.key, "py")
    numbers = file_name(made.lab, made.key, "npz")
    return f"""{module.LAB.question}

The lab “{module.LAB.title}” of the Deep Learning Visual Lab, with these settings: {link(made)}
Run it where the package labcore is:

    python {name}
    python {name} --out {numbers}

{made_with(made)}
"""


def made_with(made: Made) -> str:
    """The versions with which the numbers come out the same."""
    named = ", ".join(f"{name} {number}" for name, number in made.versions.items())
    return f"Made with {named}. With these it gives the same numbers."


def setup(config: Config) -> str:
    """The expression that makes a config: what differs from the defaults."""
    own = own_files(config)
    accepts = {control.name: control.accepts or "" for control in config.controls()}
    given = [f"{n}={v!r}" for n, v in config if n in config.texts() and n not in own]
    if not own:
        return f"Config({', '.join(given)})"
    lines = [f"    {item}," for item in given]
    for name in own:
        kind = accepts[name]
        lines.append(f"    {name}=own.load({kind!r}, {OWN[kind]!r}),  # name your own file here")
    return "\n".join(["Config(", *lines, ")"])


def imported(config: Config, *names: str) -> str:
    """What the code about a config imports of the house."""
    return ", ".join(sorted({*names, *(["own"] if own_files(config) else [])}))


def branch(name: str, trunk: Trunk) -> str:
    """A function that computes what a branch goes on from."""
    parts = "".join(f"\n({setup(earlier)}, {count})," for earlier, count in stretches(trunk))
    owners = [earlier for earlier, _ in trunk if own_files(earlier)]
    house = imported(owners[0] if owners else trunk[0][0], "Start", "wire")
    return f'''def {name}():
    """What the run goes on from: the last of so many frames of each of these."""
    from itertools import islice

    from labcore import {house}

    start = None
    for config, count in [{indented(parts, 2)}
    ]:
        *_, last = islice(run(config, start), count)
        start = Start(last.step, wire.unpack(wire.npz(last.checkpoint)))
    return start'''


def indented(text: str, levels: int = 1) -> str:
    """Text whose lines, but for the first, stand further in."""
    return text.replace("\n", "\n" + "    " * levels)
