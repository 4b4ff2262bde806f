"""What stands under the stage: what to look for, challenges, code, numbers, references."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from labcore import Config, catalog, engine, export, glossary, wire
from labcore.lab import LabModule
from pages.shell import pins, progress
from pages.shell.addresses import page_of


def draw(module: LabModule, config: Config, key: str, look_for: str) -> None:
    """The tabs of the run on the stage."""
    names = ("Look for", "Challenges", "Code", "Numbers", "References")
    look, challenges, code, numbers, references = st.tabs(
        names, key=f"{module.LAB.slug}/tabs", on_change="rerun"
    )
    if look.open:
        with look:
            _look_for(module, look_for)
            _words(module, look_for)
            _neighbours(module.LAB.slug)
    if challenges.open:
        with challenges:
            _challenges(module, engine.current().outcome(key))
    if code.open:
        with code:
            _code(module, config, key)
    if numbers.open:
        with numbers:
            _numbers(module, config, engine.current().find(key))
    if references.open:
        with references:
            _references(module)


def _look_for(module: LabModule, look_for: str) -> None:
    if not module.LAB.presets:
        st.markdown(look_for)
        return
    prose, found = st.columns([3, 2], gap="large")
    with prose:
        st.markdown(look_for)
    with found:
        st.markdown("**Find out**")
        for preset in module.LAB.presets:
            texts = module.Config(**preset.settings).texts()
            if texts:
                texts["v"] = str(module.Config.version)
            if preset.view:
                texts["view"] = preset.view
            if catalog.find(module.LAB.slug).extra:  # it has no page of its own to link to
                st.markdown(f"[{preset.title}](?{urlencode(texts)})")
                st.caption(preset.find)
                continue
            st.page_link(
                page_of(module.LAB.slug),
                label=preset.title,
                icon=":material/arrow_forward:",
                query_params=texts or None,
            )
            st.caption(preset.find)


def _words(module: LabModule, look_for: str) -> None:
    """The terms the prose uses, each explained where it is asked for."""
    texts = tuple(preset.find for preset in module.LAB.presets)
    terms = {term.name: term for term in glossary.used(look_for, texts)}
    if not terms:
        return
    chosen = st.pills("Words", list(terms), key=f"{module.LAB.slug}/words")
    if chosen:
        st.markdown(f"**{chosen}.** {terms[chosen].says}")


def _neighbours(slug: str) -> None:
    """What comes before and after on the shelf."""
    slugs = [entry.slug for entry in catalog.LABS]
    if slug not in slugs:
        return
    at = slugs.index(slug)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for index, word, icon in (
            (at - 1, "Before", "arrow_back"),
            (at + 1, "Next", "arrow_forward"),
        ):
            if 0 <= index < len(slugs):
                entry = catalog.LABS[index]
                st.page_link(
                    page_of(entry.slug),
                    label=f"{word}: {entry.title}",
                    icon=f":material/{icon}:",
                )


def _challenges(module: LabModule, outcome: engine.Outcome | None) -> None:
    progress.take(module.LAB.slug, outcome)
    found, passed = outcome.verdicts if outcome else {}, progress.passed()
    for challenge in module.LAB.challenges:
        verdict = found.get(challenge.slug)
        name = f"{module.LAB.slug}/{challenge.slug}"
        with st.container(border=True):
            mark = "check_circle" if name in passed else "radio_button_unchecked"
            hard = " :gray-badge[hard]" if challenge.hard else ""
            best = f" · your best: step {passed[name]}" if name in passed else ""
            st.markdown(f":material/{mark}: {challenge.goal}{hard}{best}")
            if verdict:
                word = "Reached" if verdict["passed"] else "Not yet"
                st.caption(f"{word} in the run on the stage: {verdict['says']}")
            with st.expander("Hint"):
                st.markdown(challenge.hint)


def _code(module: LabModule, config: Config, key: str) -> None:
    st.markdown("This is the code that ran, as it stands in the repository.")
    functions: dict[str, Any] = {f.__name__: f for f in (*module.LAB.code, module.run)}
    name = st.segmented_control(
        "Function", list(functions), default=next(iter(functions)), required=True,
        label_visibility="collapsed", key=f"{module.LAB.slug}/function",
    )  # fmt: skip
    st.code(inspect.getsource(functions[name or "run"]), language="python")
    pin = pins.lineage(module.LAB.slug).get(key) or pins.Pin(config)
    with st.container(horizontal=True):
        for label, write, form, media in (
            ("Code (.py)", export.script, "py", "text/x-python"),
            ("Notebook (.ipynb)", export.notebook, "ipynb", "application/x-ipynb+json"),
        ):
            _download(
                label, partial(write, module, pin.config, _trunk(pin)), media,
                export.file_name(module.LAB.slug, key, form),
            )  # fmt: skip
    st.caption("Both run beside this house and give the numbers on the stage, digit for digit.")


def _trunk(pin: pins.Pin) -> export.Trunk:
    """What a run went on from, from the first run on."""
    found: list[tuple[Config, int]] = []
    while pin.trunk is not None:
        found.insert(0, (pin.trunk.config, pin.frame))
        pin = pin.trunk
    return found


def _download(label: str, make: Callable[[], str | bytes], media: str, name: str) -> None:
    """A button that makes its file when it is pressed."""
    st.download_button(label, make, name, media, icon=":material/download:", on_click="ignore")


def _numbers(module: LabModule, config: Config, run: engine.Run | None) -> None:
    if run is None or not run.arrays:
        st.markdown("The numbers appear here when the run has ended.")
        return
    names, rows = wire.table(wire.unpack(run.arrays))
    with st.container(horizontal=True):
        base = f"/lab/runs/{run.key}/arrays"
        st.link_button("Table (.csv)", f"{base}.csv", icon=":material/download:")
        st.link_button("Arrays (.npz)", f"{base}.npz", icon=":material/download:")
        pin = pins.lineage(run.slug).get(run.key) or pins.Pin(config)
        _download(
            "Interactive page (.html)",
            lambda: export.html(module, pin.config, run.resource(), _trunk(pin)),
            "text/html", export.file_name(run.slug, run.key, "html"),
        )  # fmt: skip
    st.dataframe(pd.DataFrame(rows, columns=names), hide_index=True, height=360)


def _references(module: LabModule) -> None:
    for reference in module.LAB.references:
        link = f"[{reference.text}]({reference.url})" if reference.url else reference.text
        st.markdown(f"- {link}")
    if module.LAB.data:
        st.markdown(f"**Data.** {module.LAB.data}")
    st.caption("Sections of the book this lab covers: " + ", ".join(module.LAB.covers) + ".")
