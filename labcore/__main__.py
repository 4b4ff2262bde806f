"""The command line, without a browser: `python -m labcore list | run | replay | warm | bench`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from labcore import catalog
from labcore.engine.base import Engine
from labcore.engine.run import Refused

FORMS = (".html", ".json", ".npz", ".csv", ".py", ".ipynb")


class Wrong(Exception):
    """The command was not understood; the message is one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that fails with one sentence."""

    def error(self, message: str) -> NoReturn:
        raise Wrong(f"{message[:1].upper()}{message[1:]}. Try “{self.prog} --help”.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. 2 means that the command was not understood."""
    try:
        chosen = parser().parse_args(arguments)
        code = chosen.call(chosen)
        sys.stdout.flush()
        return code
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> Parser:
    """The commands and their options."""
    made = Parser(prog="python -m labcore", description="The labs, without a browser.")
    commands = made.add_subparsers(required=True, metavar="list | run | replay | warm | bench")
    listing = commands.add_parser("list", help="every lab and what it covers")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(call=list_labs)
    running = commands.add_parser("run", help="run one lab to its end")
    running.add_argument("slug")
    running.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="given")
    running.add_argument("--out", type=Path, help=f"file to write: {', '.join(FORMS)}")
    running.set_defaults(call=run_lab)
    replaying = commands.add_parser("replay", help="open an exported run, or compute it again")
    replaying.add_argument("file", type=Path, help="an interactive page (.html) or a run (.json)")
    replaying.add_argument("--check", action="store_true", help="compute it again and compare")
    replaying.add_argument("--no-open", action="store_true", help="open no browser")
    replaying.set_defaults(call=replay)
    warming = commands.add_parser("warm", help="compute every preset ahead, for the run store")
    warming.add_argument("slugs", nargs="*", metavar="LAB", help="only these labs")
    warming.set_defaults(call=warm)
    bench = commands.add_parser("bench", help="measure the house against plain loops")
    bench.add_argument("--json", action="store_true", help="as JSON")
    bench.add_argument("--browser", action="store_true", help="also measure in Chromium")
    bench.set_defaults(call=run_bench)
    return made


def list_labs(chosen: argparse.Namespace) -> int:
    """Print slug, title, section and the sections of the book covered."""
    rows = [
        {
            "slug": entry.slug,
            "title": entry.title,
            "section": entry.section,
            "covers": list(catalog.load(entry.slug).LAB.covers),
        }
        for entry in catalog.LABS
    ]
    if chosen.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        print(f"{row['slug']:28} {row['section']:16} {row['title']} ({', '.join(row['covers'])})")
    return 0


def run_lab(chosen: argparse.Namespace) -> int:
    """Run one lab in this process, print its last numbers, and write a file if asked to."""
    module, config, files = read_config(chosen.slug, chosen.given)
    if chosen.out and chosen.out.suffix not in FORMS:
        raise Wrong(f"Cannot write “{chosen.out.name}”: the name must end in {', '.join(FORMS)}.")
    if chosen.out and chosen.out.is_dir():
        raise Wrong(f"Cannot write “{chosen.out}”: it is a folder.")
    if chosen.out and not chosen.out.resolve().parent.is_dir():
        raise Wrong(f"There is no folder “{chosen.out.parent}”.")

    import orjson
    import torch

    from labcore import export, wire
    from labcore.engine.inline import InlineEngine
    from labcore.engine.settings import settings

    torch.set_num_threads(1)  # as in the server's workers: the same frames
    house = InlineEngine(settings())
    run = house.submit(chosen.slug, with_own_files(house, config, files))
    frames = [orjson.loads(message.data) for message in run.log if message.event == "frame"]
    if frames:
        for name, value in frames[-1]["readout"].items():
            if "." not in name:  # the others fill formulas
                print(f"{name:28} {value}")
    for message in run.log:
        if message.event == "verdicts":
            for slug, verdict in orjson.loads(message.data).items():
                word = "reached" if verdict["passed"] else "not yet"
                print(f"challenge {slug}: {word}, {verdict['says']}")
    print(f"{run.state}: {run.frames} frames. {run.reason}".strip())
    if chosen.out and run.arrays:
        written: dict[str, Callable[[], bytes]] = {
            ".npz": lambda: run.arrays,
            ".csv": lambda: wire.csv(wire.unpack(run.arrays)).encode(),
            ".html": lambda: export.html(module, config, run.resource()).encode(),
            ".json": lambda: export.run_file(module, config, run.resource()),
            ".py": lambda: export.script(module, config).encode(),
            ".ipynb": lambda: export.notebook(module, config).encode(),
        }
        chosen.out.write_bytes(written[chosen.out.suffix]())
        print(f"wrote {chosen.out}")
    return 0 if run.state == "done" else 1


def with_own_files(house: Engine, config: Any, files: Mapping[str, str]) -> Any:
    """The config with the learner's files read, where it names some by their paths."""
    tokens = {}
    for control in config.controls():
        if control.name in files:
            path = Path(files[control.name])
            try:
                tokens[control.name] = house.take_in(control.accepts, path.read_bytes(), "")
            except OSError as error:
                raise Wrong(f"The file {path} cannot be opened: {error.strerror}.") from None
            except Refused as refusal:
                raise Wrong(f"{path}: {refusal}") from None
    return config.model_copy(update=tokens)


def read_config(slug: str, given: Sequence[str]) -> tuple[Any, Any, dict[str, str]]:
    """The module of a lab, the config that `--set` asks for, and paths by control."""
    try:
        module = catalog.load(slug)
    except KeyError as error:
        raise Wrong(str(error.args[0])) from None
    texts, files = {}, {}
    own = {control.name for control in module.Config.controls() if control.kind == "own"}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise Wrong(f"“{item}” is not NAME=VALUE.")
        (files if name.strip() in own else texts)[name.strip()] = value
    config, notices = module.Config.parse(texts)
    if notices:
        raise Wrong(notices[0].split(" The default")[0].replace("; it was ignored", ""))
    return module, config, files


def replay(chosen: argparse.Namespace) -> int:
    """Say what an exported run was made of, and open it; with `--check`, compute it again."""
    from labcore.export import file_name
    from labcore.export.made import changed_since, link
    from labcore.export.replay import Replay, Unreadable, first_difference

    try:
        exported = Replay(chosen.file)
        made, before = exported.made, exported.frames
        print(f"{exported.module.LAB.title}, {len(before)} frames: {link(made)}")
        for texts, frame in made.trunk:
            given = ", ".join(f"{name}={text}" for name, text in texts.items())
            print(f"  it goes on from frame {frame} of a run with {given or 'the defaults'}")
        said = changed_since(made)
        print("\n".join(said or ["The code and the versions are the same as when it was made."]))
        if chosen.check:
            differs = first_difference(before, exported.computed())
            if differs is not None:
                print(f"Computed again, frame {differs} is another.")
                return 1
            print(f"Computed again: the same {len(before)} frames.")
    except Unreadable as reason:
        raise Wrong(str(reason)) from None
    if chosen.check:
        return 0
    folder = Path(tempfile.mkdtemp(prefix="labcore-"))
    page = folder / file_name(made.lab, made.key, "html")
    page.write_text(exported.page())
    print(page)
    if not chosen.no_open:
        webbrowser.open(page.as_uri())
    return 0


def warm(chosen: argparse.Namespace) -> int:
    """Compute what the store does not have yet of each lab's default and presets."""
    from labcore import engine

    try:
        wanted = [catalog.find(slug) for slug in chosen.slugs] or list(catalog.LABS)
    except KeyError as error:
        raise Wrong(str(error.args[0])) from None
    house, failed = engine.make(engine.settings()), 0
    try:
        for entry in wanted:
            module = catalog.load(entry.slug)
            settings = {"default": {}, **{p.title: p.settings for p in module.LAB.presets}}
            runs = {
                name: house.submit(entry.slug, module.Config(**given))
                for name, given in settings.items()
            }
            known = {name for name, run in runs.items() if run.finished}
            for name, run in runs.items():
                while not run.finished:
                    time.sleep(0.05)
                failed += run.state != "done"
                says = "known" if name in known else run.reason or f"{run.seconds:.1f} s"
                print(f"{entry.slug:28} {name:32} {run.state:8} {says}", flush=True)
    finally:
        house.close()
    return 1 if failed else 0


def run_bench(chosen: argparse.Namespace) -> int:
    """Run the benchmarks of this project beside plain loops."""
    root = Path(__file__).parents[1]
    if not (root / "benchmarks").is_dir():
        raise Wrong("The benchmarks are part of the repository; run this from a checkout.")
    command = [sys.executable, "-m", "benchmarks"]
    command += ["--json"] * chosen.json + ["--browser"] * chosen.browser
    return subprocess.call(command, cwd=root, env=os.environ)


if __name__ == "__main__":
    sys.exit(main())
