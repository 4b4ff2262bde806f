"""The stage on the page: one component, kept from run to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from labcore.engine.http import assets_version
from labcore.palette import THEMES

SHIM = """
export default async function (component) {
  const module = await import(new URL(`${component.data.assets}/stage.js`, document.baseURI));
  return module.default(component);
}
"""

_stage = st.components.v2.component("stage", js=SHIM, isolate_styles=False)


def stage(
    key: str,
    data: Mapping[str, Any],
    *,
    moved: Callable[[], None],
    viewed: Callable[[], None],
    ended: Callable[[], None],
    lost: Callable[[], None],
) -> None:
    """Mount the stage, or tell the mounted one what has changed.

    Args:
        key: the same for every run of a lab, so that it is never mounted anew.
        data: what `assets/stage.js` expects, but for what is the same for every lab.
        moved: called when the hand let go; `st.session_state[key].moved` says what it changed,
            and the run and frame to go on from, if any.
        viewed: called when another view was chosen; `st.session_state[key].viewed` names it.
        ended: called when a run that was watched has ended.
        lost: called when the server does not know the run any more.
    """
    house = {"base": "/lab", "assets": f"/lab/assets/{assets_version()}", "themes": THEMES}
    events: dict[str, Any] = {
        "on_moved_change": moved, "on_viewed_change": viewed,
        "on_ended_change": ended, "on_lost_change": lost,
    }  # fmt: skip
    _stage(key=key, data={**house, **data}, **events)
