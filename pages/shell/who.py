"""Who is here: a token of the visit, or a name made from a sign-in; and who may instruct.

With `LAB_AUTH=1` everyone signs in by OpenID Connect, and `LAB_INSTRUCTORS` says who of them
instructs. Without it nobody is asked who they are, and `LAB_INSTRUCTOR_TOKEN` opens the
console; what is opened so lasts for the visit and is known to the server alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit import runtime

from labcore import engine
from labcore.engine import log
from labcore.engine.guests import guests

UNLOCKED = "instructor"
ATTEMPTS, PERIOD_SECONDS = 10, 60.0
"""So many wrong tokens are heard in a period, from all visitors together."""
WRONG = "That is not the token."
PATIENCE = "There were too many attempts on this server. Wait a minute."


def learner() -> str:
    """A name that tells learners apart and says nothing about them.

    It lets its bearer stop their runs, so it must not be guessed either: what is made from a
    sign-in is keyed with the secret of the sign-in cookies, which all servers of a house share.
    """
    if claims := signed_in():
        who = f"{claims.get('iss', '')}\n{claims['sub']}".encode()
        key = str(st.secrets["auth"]["cookie_secret"]).encode()
        token = hmac.new(key, who, hashlib.blake2b).hexdigest()[:32]
        guests.admit(token)
        return token
    if "learner" not in st.session_state:
        st.session_state["learner"] = secrets.token_urlsafe(12)
    return st.session_state["learner"]


def signed_in() -> Mapping[str, Any]:
    """What the provider says of who has signed in; empty for nobody, or too long ago."""
    if not engine.settings().auth:
        return {}
    claims = st.user.to_dict()
    valid = claims.get("is_logged_in") and claims.get("sub") and is_recent(claims)
    return claims if valid else {}


def is_recent(claims: Mapping[str, Any]) -> bool:
    """Whether a sign-in still counts. Streamlit's cookie holds for a month, roles change sooner."""
    issued = claims.get("iat")
    return isinstance(issued, int | float) and (
        time.time() - issued < engine.settings().auth_hours * 3600
    )


def instructs(claims: Mapping[str, Any], named: str) -> bool:
    """Whether what the provider says makes an instructor.

    Args:
        named: e-mail addresses, and claims as “name=value”, by commas. An address counts only
            if it is verified: at many providers anyone can claim one.
    """
    for item in filter(None, map(str.strip, named.split(","))):
        name, equals, value = item.partition("=")
        said = claims.get(name) if equals else claims.get("email")
        if equals and (value in said if isinstance(said, list) else value == said):
            return True
        verified = claims.get("email_verified") is True
        if not equals and verified and isinstance(said, str) and said.lower() == item.lower():
            return True
    return False


def is_instructor() -> bool:
    """Whether this visitor may use the console."""
    if engine.settings().auth:
        return instructs(signed_in(), engine.settings().instructors)
    return st.session_state.get(UNLOCKED) is True


def is_class() -> bool:
    """Whether anybody could instruct here; else no page asks for the room."""
    chosen = engine.settings()
    return bool(chosen.instructors if chosen.auth else chosen.instructor_token.get_secret_value())


class Attempts:
    """Wrong tokens of late, from all visitors. Any thread."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=ATTEMPTS)
        self._lock = threading.Lock()

    def may_try(self) -> bool:
        """Whether another token is heard."""
        with self._lock:
            full = len(self._times) == ATTEMPTS
            return not (full and time.monotonic() - self._times[0] < PERIOD_SECONDS)

    def failed(self) -> None:
        with self._lock:
            self._times.append(time.monotonic())


attempts = Attempts()


def unlock(token: str) -> str:
    """Open the console for this visit; a sentence if it stays shut."""
    expected = engine.settings().instructor_token.get_secret_value()
    if not attempts.may_try():
        return PATIENCE
    if expected and hmac.compare_digest(token.strip().encode(), expected.encode()):
        st.session_state[UNLOCKED] = True
        log.tell("signed in")
        return ""
    attempts.failed()
    log.tell("sign-in failed")
    return WRONG


def lock() -> None:
    """Close the console again."""
    st.session_state.pop(UNLOCKED, None)


def connected() -> int:
    """How many pages are open on this server, by Streamlit's own count."""
    if not runtime.exists():
        return 0
    found = runtime.get_instance().stats_mgr.get_stats(["active_sessions"])
    return sum(int(getattr(stat, "value", 0)) for stat in found.get("active_sessions", ()))


def door() -> None:
    """The page of those who have to sign in first."""
    st.title("Deep Learning Visual Lab", anchor=False)
    st.markdown("This server belongs to a class. Sign in to open it.")
    st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)


def account() -> None:
    """Who has signed in, and the way out."""
    claims = signed_in()
    st.title("Your account", anchor=False)
    role = "an instructor" if is_instructor() else "a learner"
    st.text(f"{claims.get('name') or claims.get('email') or 'You'}, signed in as {role}.")
    st.button("Sign out", icon=":material/logout:", on_click=st.logout)
