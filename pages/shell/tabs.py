"""What stands under the stage: what to look for, challenges, code, numbers, references."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pandas as pd
import streamlit as st

from labcore import Config, catalog, engine, export, wire
from labcore.lab import LabModule


def draw(module: LabModule, config: Config, key: str, look_for: str) -> None:
    """The tabs of the run on the stage."""
    names = ("Look for", "Challenges", "Code", "Numbers", "References")
    look, challenges, code, numbers, references = st.tabs(
        names, key=f"{module.LAB.slug}/tabs", on_change="rerun"
    )
    run = engine.current().find(key)
    if look.open:
        with look:
            _look_for(module, look_for)
    if challenges.open:
        with challenges:
            _challenges(module, run)
    if code.open:
        with code:
            _code(module, config)
    if numbers.open:
        with numbers:
            _numbers(module, config, run)
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
                st.Page(
                    Path(__file__).parents[2] / catalog.find(module.LAB.slug).page,
                    url_path=module.LAB.slug,
                ),
                label=preset.title,
                icon=":material/arrow_forward:",
                query_params=texts or None,
            )
            st.caption(preset.find)


def _challenges(module: LabModule, run: engine.Run | None) -> None:
    verdicts = _verdicts(run)
    solved: set[str] = st.session_state.setdefault("solved", set())
    for challenge in module.LAB.challenges:
        verdict = verdicts.get(challenge.slug)
        name = f"{module.LAB.slug}/{challenge.slug}"
        if verdict and verdict["passed"]:
            solved.add(name)
        with st.container(border=True):
            mark = "check_circle" if name in solved else "radio_button_unchecked"
            hard = " :gray-badge[hard]" if challenge.hard else ""
            st.markdown(f":material/{mark}: {challenge.goal}{hard}")
            if verdict:
                word = "Reached" if verdict["passed"] else "Not yet"
                st.caption(f"{word} in the run on the stage: {verdict['says']}")
            with st.expander("Hint"):
                st.markdown(challenge.hint)


def _verdicts(run: engine.Run | None) -> dict[str, dict[str, object]]:
    for message in reversed(run.log if run else []):
        if message.event == "verdicts":
            return orjson.loads(message.data)
    return {}


def _code(module: LabModule, config: Config) -> None:
    st.markdown("This is the code that ran, as it stands in the repository.")
    functions: dict[str, Any] = {f.__name__: f for f in (*module.LAB.code, module.run)}
    name = st.segmented_control(
        "Function", list(functions), default=next(iter(functions)), required=True,
        label_visibility="collapsed", key=f"{module.LAB.slug}/function",
    )  # fmt: skip
    st.code(inspect.getsource(functions[name or "run"]), language="python")
    st.download_button(
        "Code (.py)", export.script(module, config), f"{module.LAB.slug}.py", "text/x-python",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _numbers(module: LabModule, config: Config, run: engine.Run | None) -> None:
    if run is None or not run.arrays:
        st.markdown("The numbers appear here when the run has ended.")
        return
    names, rows = wire.table(wire.unpack(run.arrays))
    with st.container(horizontal=True):
        base = f"/lab/runs/{run.key}/arrays"
        st.link_button("Table (.csv)", f"{base}.csv", icon=":material/download:")
        st.link_button("Arrays (.npz)", f"{base}.npz", icon=":material/download:")
        st.download_button(
            "Interactive page (.html)", lambda: export.html(module.LAB.question, run.resource()),
            f"{module.LAB.slug}.html", "text/html", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    st.dataframe(pd.DataFrame(rows, columns=names), hide_index=True, height=360)


def _references(module: LabModule) -> None:
    for reference in module.LAB.references:
        link = f"[{reference.text}]({reference.url})" if reference.url else reference.text
        st.markdown(f"- {link}")
    if module.LAB.data:
        st.markdown(f"**Data.** {module.LAB.data}")
    st.caption("Sections of the book this lab covers: " + ", ".join(module.LAB.covers) + ".")
