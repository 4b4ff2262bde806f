"""The stage on the page: one component, kept from run to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from labcore.engine.http import assets_version
from labcore.palette import THEMES

SHIM = """
export default async function (component) {
  const module = await import(new URL(`${component.data.assets}/FILE`, document.baseURI));
  return module.default(component);
}
"""


def shim(file: str) -> str:
    """JavaScript that loads a component from our own assets, where it is cached for good."""
    return SHIM.replace("FILE", file)


def assets() -> str:
    """Where the assets are; the version stands in the address."""
    return f"/lab/assets/{assets_version()}"


_stage = st.components.v2.component("stage", js=shim("stage.js"), isolate_styles=False)
_comparison = st.components.v2.component("comparison", js=shim("compare.js"), isolate_styles=False)


def stage(
    key: str,
    data: Mapping[str, Any],
    *,
    moved: Callable[[], None],
    viewed: Callable[[], None],
    pinned: Callable[[], None],
    marked: Callable[[], None],
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
        pinned: called when the run on the stage is to be pinned; `.pinned` is its key.
        marked: called when a frame is marked; `.marked` says which of which run.
        ended: called when a run that was watched has ended.
        lost: called when the server does not know the run any more.
    """
    events: dict[str, Any] = {
        "on_moved_change": moved, "on_viewed_change": viewed, "on_pinned_change": pinned,
        "on_marked_change": marked, "on_ended_change": ended, "on_lost_change": lost,
    }  # fmt: skip
    _stage(key=key, data={**_house(), **data}, **events)


def mount_comparison(
    key: str,
    data: Mapping[str, Any],
    *,
    viewed: Callable[[], None],
    unpinned: Callable[[], None],
    opened: Callable[[], None],
    ended: Callable[[], None],
    lost: Callable[[], None],
) -> None:
    """Mount the comparison, or tell the mounted one what has changed.

    Args:
        key: the same for every comparison of a lab.
        data: what `assets/compare.js` expects, but for what is the same for every lab.
        viewed, ended, lost: as for the stage.
        unpinned, opened: called with the index of a run that is to be taken off or opened.
    """
    events: dict[str, Any] = {
        "on_viewed_change": viewed, "on_unpinned_change": unpinned, "on_opened_change": opened,
        "on_ended_change": ended, "on_lost_change": lost,
    }  # fmt: skip
    _comparison(key=key, data={**_house(), **data}, **events)


def _house() -> dict[str, Any]:
    return {"base": "/lab", "assets": assets(), "themes": THEMES}
