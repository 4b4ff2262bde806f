"""On a projector: large type and the stage alone, and a playlist of links stepped by keyboard.

?present=1           the stage alone; `present=controls` keeps the controls
&list=…&list=…&at=2  the playlist, each a lab and its settings, and which one stands there
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st

from labcore import catalog
from pages.shell.addresses import page_of
from pages.shell.pins import number

PRESENT, LIST, AT = "present", "list", "at"
MOST = 40
STYLE = """
.stAppHeader, .st-key-tip { display: none; }
.stMainBlockContainer { padding: 1rem 2rem; max-width: none; }
html { font-size: 20px; }
.stage { font-size: 19px; }
.stage-panels { height: clamp(320px, 100vh - 330px, 900px); }
"""
ALONE = ".st-key-lab > :has(> .st-key-controls), .st-key-controls { display: none; }"
LARGER = 1.45
"""Letters in figures, as a multiple of their usual size."""


def presenting() -> bool:
    """Whether the page is shown on a projector."""
    return PRESENT in st.query_params


def style() -> str:
    """What the page looks like then."""
    keeps = st.query_params.get(PRESENT) == "controls"
    return STYLE if keeps else STYLE + ALONE


def begin() -> None:
    """Show this page on a projector."""
    st.query_params[PRESENT] = "1"


def leave() -> None:
    """Back to the page as a learner has it."""
    for name in (PRESENT, LIST, AT):
        st.query_params.pop(name, None)


def playlist() -> list[str]:
    """The links set aside in this visit, each “slug?settings”."""
    return st.session_state.setdefault("playlist", [])


def add(slug: str) -> None:
    """Set this page aside for the playlist."""
    kept = {n: st.query_params.get_all(n) for n in st.query_params if n not in (PRESENT, LIST, AT)}
    item = f"{slug}?{urlencode(kept, doseq=True)}".rstrip("?")
    if len(playlist()) < MOST:
        playlist().append(item)
    st.toast(f"{len(playlist())} in the playlist. Find it under “Presenter”.")


def read_item(text: str) -> tuple[str, dict[str, list[str]]]:
    """The lab and the parameters of a link, whole or short.

    Raises:
        ValueError: a sentence, if it leads to no lab.
    """
    try:
        parts = urlsplit(text.strip())
        slug = parts.path.rstrip("/").rpartition("/")[2]
        catalog.find(slug)
    except (KeyError, ValueError):
        raise ValueError(f"“{text.strip()[:60]}” leads to no lab.") from None
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        given.setdefault(name, []).append(value)
    return slug, given


def go(items: list[str], at: int) -> None:
    """Open one entry of a playlist on the projector."""
    slug, given = read_item(items[at])
    st.switch_page(page_of(slug), query_params={**given, PRESENT: "1", LIST: items, AT: str(at)})


def bar() -> None:
    """While presenting: one back, one on, leave; also by the keys of a clicker."""
    items = st.query_params.get_all(LIST)
    at = min(number(st.query_params.get(AT, "")) or 0, max(len(items) - 1, 0))
    turn = 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="presenter"):
        if len(items) > 1:
            back = st.button("Back", shortcut="PageUp", disabled=at == 0, type="tertiary")
            on = st.button(
                "On", shortcut="PageDown", disabled=at == len(items) - 1, type="tertiary"
            )
            st.caption(f"{at + 1} of {len(items)}")
            turn = on - back
        st.button("Leave", shortcut="Esc", on_click=leave, type="tertiary")
    if turn:
        try:
            go(items, at + turn)
        except ValueError as error:
            st.warning(str(error))


def main() -> None:
    """The page on which a playlist is put together."""
    st.title("Presenter", anchor=False)
    st.markdown(
        "Links to labs, one a line, shown one after the other on a projector: large type, the "
        "stage alone. PageDown and PageUp step, as a clicker does; Escape leaves."
    )
    st.text_area(
        "Playlist", value="\n".join(playlist()), key="presenter/text", height=220,
        placeholder="optimizer_trajectories?surface=saddle",
    )  # fmt: skip
    lines = [line for line in st.session_state["presenter/text"].splitlines() if line.strip()]
    good, wrong = [], []
    for line in lines[:MOST]:
        try:
            slug, given = read_item(line)
            good.append(f"{slug}?{urlencode(given, doseq=True)}".rstrip("?"))
        except ValueError as error:
            wrong.append(str(error))
    playlist()[:] = good
    for sentence in wrong:
        st.warning(sentence, icon=":material/info:")
    if len(lines) > MOST:
        st.warning(f"Only the first {MOST} are kept.", icon=":material/info:")
    if good and st.button("Begin", type="primary", icon=":material/present_to_all:"):
        go(good, 0)
