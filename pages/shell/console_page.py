"""The console of an instructor, to be used during a talk: what happens now, and what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from labcore import catalog, engine
from labcore.engine import room
from pages.shell import console, console_now, who
from pages.shell.console import act

TITLES = {
    "workers": "Runs at a time",
    "running_per_learner": "Of these, of one learner",
    "queue": "Runs that may wait",
    "queue_per_learner": "Of these, of one learner",
    "run_seconds": "Seconds a run may take",
}
STYLE = """
.stMainBlockContainer { padding-top: 4rem; max-width: 1240px; }
.st-key-console h3 { font-size: 1.1rem; padding: 0.25rem 0 0; }
.st-key-console [data-testid^="stBaseButton"],
.st-key-console [data-testid="stPopoverButton"] { min-height: 44px; }
.st-key-console :is(.stSelectbox, .stTextInput, .stMultiSelect) [data-baseweb] { min-height: 44px; }
.st-key-console .stButton p { white-space: nowrap; }
.st-key-console [data-testid="stMetricValue"] {
  font-size: 1.8rem; font-variant-numeric: tabular-nums; line-height: 1.25;
}
.st-key-console [class*="st-key-run-"] {
  border-bottom: 1px solid light-dark(#d5d9de, #3a4048); padding-bottom: 0.4rem;
}
.st-key-console [class*="st-key-run-"] p { margin: 0; font-variant-numeric: tabular-nums; }
"""


def main() -> None:
    if not who.is_instructor():
        _shut()
        return
    st.html(f"<style>{STYLE}</style>")
    with st.container(key="console"):
        with st.container(horizontal=True, horizontal_alignment="distribute", key="console-head"):
            st.title("Console", anchor=False, width="content")
            if not engine.settings().auth:
                st.button(
                    "Close the console", type="tertiary", icon=":material/lock:", on_click=who.lock
                )
        console_now.said()
        now, do = st.columns([2, 3], gap="large")
        with now:
            _pause()
            console_now.draw()
        with do:
            _open()
            _controls()
            st.subheader("For the whole room", anchor=False)
            with st.container(horizontal=True, gap="small"):
                _board()
                _warm()
                _limits()
            hours = f"{room.ROOM_SECONDS / 3600:g} hours"
            st.markdown(f":small[What is set here holds for {hours} after its last change.]")


def _shut() -> None:
    """What anybody else sees."""
    st.title("Console", anchor=False)
    if engine.settings().auth:
        st.info("The console is for instructors, and you are signed in as a learner.")
    elif not who.is_class():
        st.info("This server has no instructor. To have one, start it with a long random token:")
        st.code(
            'LAB_INSTRUCTOR_TOKEN="$(python -c "import secrets; print(secrets.token_urlsafe())")"'
            " make run",
            language="sh",
        )
    else:
        st.markdown("It is for the instructor. The token is where the server was started.")
        with st.form("unlock", clear_on_submit=True, border=False, width=420):
            token = st.text_input("Token", type="password", autocomplete="current-password")
            if st.form_submit_button("Open", type="primary"):
                if wrong := who.unlock(token):
                    st.error(wrong)
                else:
                    st.rerun()


def _pause() -> None:
    st.session_state["console/quiet"] = room.current().quiet
    st.toggle(
        "Pause new runs", key="console/quiet",
        on_change=lambda: act(console.pause, st.session_state["console/quiet"]),
        help="Learners read a sentence that says so. Finished runs still play, presets too.",
    )  # fmt: skip


def _labs(key: str, label: str) -> str:
    slugs = [entry.slug for entry in (*catalog.LABS, *catalog.extra())]
    return st.selectbox(label, slugs, format_func=lambda slug: catalog.find(slug).title, key=key)


def _open() -> None:
    """A page for everyone."""
    st.subheader("Open for everyone", anchor=False)
    with st.container(horizontal=True, gap="small"):
        slug = _labs("console/lab", "Lab")
        preset = st.selectbox(
            "As", [name for name, _, _ in console.settings(slug)], key=f"console/as/{slug}"
        )
    link = st.text_input(
        "Or a link of this server", key="console/link", placeholder="Paste what “Share” gave you"
    )
    host = urlsplit(st.context.url or "").netloc

    def send(take: bool) -> None:
        if link.strip():
            act(console.open_link, link, host, take)
            st.session_state["console/link"] = ""  # the next time the choice above is meant
        else:
            act(console.open_preset, slug, preset, take)

    with st.container(horizontal=True, gap="small"):
        st.button(
            "Offer it", icon=":material/campaign:", type="primary", key="console/offer",
            on_click=send, args=(False,), help="A bar on every page: “Go there”, “Stay”.",
        )  # fmt: skip
        st.button(
            "Take everyone there", icon=":material/directions_walk:", key="console/take",
            on_click=send, args=(True,),
        )  # fmt: skip
        if opened := room.current().opened:
            st.button(
                f"Take back “{catalog.find(opened.slug).title}”", key="console/close",
                type="tertiary", on_click=act, args=(console.close_link,),
            )  # fmt: skip


def _controls() -> None:
    """Which controls everyone has."""
    st.subheader("Hide controls", anchor=False)
    hidden = room.current().hidden
    st.session_state["console/hide-all"] = room.ALL in hidden
    st.toggle(
        "All controls of all labs: everyone watches", key="console/hide-all",
        on_change=lambda: act(console.hide_all, st.session_state["console/hide-all"]),
    )  # fmt: skip
    slug = st.session_state["console/lab"]
    titles = {c.name: c.title for c in catalog.load(slug).Config.controls()}
    key = f"console/hide/{slug}"
    st.session_state[key] = [name for name in titles if f"{slug}.{name}" in hidden]
    st.multiselect(
        f"Of “{catalog.find(slug).title}”", list(titles), format_func=titles.__getitem__, key=key,
        placeholder="None is hidden", disabled=room.ALL in hidden,
        on_change=lambda: act(console.hide, slug, st.session_state[key]),
    )  # fmt: skip


def _board() -> None:
    with st.popover("Class board", icon=":material/leaderboard:"):
        st.session_state["console/board"] = room.shows_board()
        st.toggle(
            "Shown to everyone, under “Challenges”", key="console/board",
            on_change=lambda: act(console.show_board, st.session_state["console/board"]),
        )  # fmt: skip
        rows = engine.board().table()
        if rows:
            st.dataframe(pd.DataFrame(rows, columns=["Name", "Passed"]), hide_index=True)
            st.button(
                "Take everyone off", key="console/clear", on_click=act, args=(console.clear_board,)
            )
        else:
            st.markdown("Nobody has joined yet.")


def _warm() -> None:
    with st.popover("Compute ahead", icon=":material/bolt:"):
        st.markdown("Every preset is computed once, so it opens at once for the whole class.")
        slug = st.session_state["console/lab"]
        slugs = [entry.slug for entry in catalog.LABS]
        for label, chosen in ((f"“{catalog.find(slug).title}”", [slug]), ("All labs", slugs)):
            st.button(
                label, key=f"console/warm/{len(chosen)}", on_click=act, args=(console.warm, chosen),
                width="stretch",
            )  # fmt: skip


def _limits() -> None:
    with st.popover("Limits", icon=":material/speed:"), st.form("limits", border=False):
        now = engine.current().settings
        for name, title in TITLES.items():
            st.number_input(
                title, min_value=1, max_value=int(room.MOST[name]), value=int(getattr(now, name)),
                key=f"console/limit/{name}",
            )  # fmt: skip
        st.form_submit_button("Set", on_click=_set_limits)
        st.markdown("They hold from the next run on.")


def _set_limits() -> None:
    act(console.limit, {name: st.session_state[f"console/limit/{name}"] for name in TITLES})


main()
