"""What an instructor can do, each in one function that checks what it is given.

Everything goes through `act`, which asks once more whether the visitor may: a page left open
must not outlive the role. What is wrong is kept as a sentence for the page to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from labcore import Config, catalog, engine
from labcore.engine import room
from pages.shell import controls, pins, presenter, who

SAID = "console/said"
WARMING = "console/warming"
SHUT = "Only an instructor can do that."
PASSED_ON = (pins.PIN, pins.COMPARE, pins.FRAME, pins.FROM)
"""What a link may hold besides settings; the rest is the sender's own, such as a projector."""
LONGEST_LINK = 4000


@dataclass
class Warming:
    """What is computed ahead: runs that have not ended, how many were asked for, and are done."""

    left: list[engine.Run]
    asked: int = 0
    done: int = 0


def act(call: Callable[..., str | None], *args: Any) -> None:
    """Do one thing for everyone; what it returns, or what was wrong, is said on the page."""
    if not who.is_instructor():
        st.session_state[SAID] = ("wrong", SHUT)
        return
    try:
        done = call(*args)
        st.session_state[SAID] = ("done", done) if done else None
    except (ValueError, KeyError, engine.Refused) as error:
        st.session_state[SAID] = ("wrong", str(error.args[0]))


def read_link(text: str, host: str = "") -> tuple[str, dict[str, list[str]]]:
    """The lab and the parameters a link of this server names, as they are sent on.

    Args:
        host: this server, as the browser calls it; a link may name it or none.

    Raises:
        ValueError: a sentence: it leads elsewhere, or to nothing that is here.
    """
    text = text.strip()
    if len(text) > LONGEST_LINK:
        raise ValueError(f"A link has at most {LONGEST_LINK} characters.")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if (parts.scheme or parts.netloc) and (
        parts.scheme not in ("http", "https") or parts.netloc != host
    ):
        raise ValueError("The link leads to another server. Only pages of this one can be sent.")
    slug, given = presenter.read_item(text)
    kind = catalog.load(slug).Config
    own = {name: values[-1] for name, values in given.items() if name not in controls.HOUSE}
    view = given.get(controls.VIEW, [""])[-1]
    version = own.pop(controls.VERSION, str(kind.version))
    config, wrong = kind.parse(own)
    if version != str(kind.version):
        wrong = ["The link was made with another version of the lab."]
    if view and view not in catalog.load(slug).LAB.views:
        wrong.append(f"The lab has no view “{view[:40]}”.")
    if any(getattr(config, c.name) for c in kind.controls() if c.kind == "own"):
        wrong.append("A link to a file of one's own works for nobody else.")
    if wrong:
        raise ValueError(wrong[0])
    kept = {name: given[name] for name in PASSED_ON if name in given}
    return slug, address(config, view) | kept


def address(config: Config, view: str = "") -> dict[str, list[str]]:
    """The parameters of a link to a config."""
    texts = config.texts()
    if texts:
        texts[controls.VERSION] = str(config.version)
    if view:
        texts[controls.VIEW] = view
    return {name: [text] for name, text in texts.items()}


def settings(slug: str) -> Iterator[tuple[str, Config, str]]:
    """What a lab opens with, and its presets: title, config, view."""
    module = catalog.load(slug)
    yield "As it opens", module.Config(), ""
    for preset in module.LAB.presets:
        yield preset.title, module.Config(**preset.settings), preset.view


def open_preset(slug: str, title: str, take: bool) -> str:
    """Send a lab as one of its presets shows it."""
    for name, config, view in settings(slug):
        if name == title:
            room.open_for_all(slug, address(config, view), take)
            return _sent(slug, take)
    raise ValueError(f"The lab has no preset “{title[:40]}”.")


def open_link(text: str, host: str, take: bool) -> str:
    """Send a link that was pasted."""
    slug, query = read_link(text, host)
    room.open_for_all(slug, query, take)
    return _sent(slug, take)


def _sent(slug: str, take: bool) -> str:
    word = "Everyone goes to" if take else "Everyone is offered"
    return f"{word} “{catalog.find(slug).title}”."


def close_link() -> None:
    """Take back the link that is offered."""
    room.change("close the link", opened=None)


def stop(key: str) -> None:
    """End one run, whoever wants it; it may have ended by itself."""
    engine.current().stop(key)


def stop_all() -> str:
    """End every run that computes or waits."""
    runs = engine.current().active()
    for run in runs:
        engine.current().stop(run.key)
    return f"{_count(len(runs), 'run was', 'runs were')} stopped."


def hide(slug: str, names: list[str]) -> None:
    """Hide controls of one lab on everyone's page; those of other labs stay as they are."""
    known = {control.name for control in catalog.load(slug).Config.controls()}
    for name in names:
        if name not in known:
            raise ValueError(f"The lab has no control “{name[:40]}”.")
    others = [item for item in room.current().hidden if not item.startswith(f"{slug}.")]
    room.change("hide controls", hidden=(*others, *(f"{slug}.{name}" for name in names)))


def hide_all(hidden: bool) -> None:
    """Hide every control of every lab, or only those that were chosen."""
    others = [item for item in room.current().hidden if item != room.ALL]
    room.change("hide all controls", hidden=(*others, *([room.ALL] if hidden else [])))


def pause(quiet: bool) -> None:
    """Refuse new runs of learners for now."""
    room.change("pause" if quiet else "go on", quiet=quiet)


def show_board(shown: bool) -> None:
    """Show the board of the class, or put it away; nothing on it is lost."""
    room.change("show the board" if shown else "hide the board", board=shown)


def clear_board() -> str:
    """Take everyone off the board."""
    engine.board().clear()
    return "The board is empty."


def limit(changed: Mapping[str, float]) -> str:
    """Other limits than the server was started with; those that are the same are not kept."""
    base = engine.settings()
    limits = {name: v for name, v in changed.items() if v != getattr(base, name, None)}
    room.change("change limits", limits=limits)
    return "The new limits hold from the next run on."


def warm(slugs: list[str]) -> str:
    """Compute presets ahead, for everyone."""
    runs, refused = [], ""
    for slug in slugs:
        for _, config, _ in settings(slug):
            try:
                runs.append(engine.current().submit(slug, config, engine.ANYONE))
            except engine.Refused as refusal:
                refused = str(refusal)
    st.session_state[WARMING] = Warming(runs, len(runs))
    if refused:
        raise ValueError(f"{_count(len(runs), 'run was', 'runs were')} taken. {refused}")
    return f"{_count(len(runs), 'run is', 'runs are')} computed ahead."


def warmed() -> Warming:
    """How far what is computed ahead has come."""
    warming: Warming = st.session_state.setdefault(WARMING, Warming([]))
    ended = [run for run in warming.left if run.finished]
    warming.done += sum(run.state == "done" for run in ended)
    warming.left = [run for run in warming.left if run not in ended]  # they may be large
    return warming


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
