"""A small OpenID Connect provider on loopback: code flow with PKCE, signed tokens, sign-out.

Whoever signs in chooses who they are; what makes it a provider is that everything else is
checked as a real one does: client, redirect, state carried through, code used once, verifier.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "visual-lab", "the-secret-of-the-client"
PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"name": "Ada", "email": "ada@example.org", "email_verified": True},
    "bob": {"name": "Bob", "email": "bob@example.org", "email_verified": True},
    "carl": {"name": "Carl", "email": "carl@example.org", "role": ["instructor"]},
    "eve": {"name": "Eve", "email": "ada@example.org", "email_verified": False},
    "old": {"name": "Olive", "email": "ada@example.org", "email_verified": True},
}
"""Eve says that she is Ada, and nobody has checked it. Olive signed in two days ago."""
OLD_SECONDS = 2 * 24 * 3600


@dataclass
class Provider:
    """A running provider: its address, and the codes it has given out."""

    port: int
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Starlette:
        """Its five addresses, and the way out."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/authorize", self.ask),
                Route("/authorize", self.agreed, methods=["POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.userinfo),
                Route("/jwks", self.keys),
                Route("/end", self.end),
            ]
        )

    async def discovery(self, request: Request) -> Response:
        """What it is and where."""
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def ask(self, request: Request) -> Response:
        """The page on which someone signs in: a button for each who could."""
        asked = request.query_params
        right = asked.get("client_id") == CLIENT and asked.get("response_type") == "code"
        if not right or asked.get("code_challenge_method") != "S256":
            return Response("invalid_request", status_code=400)
        held = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        buttons = "".join(f'<button name="person" value="{who}">{who}</button>' for who in PEOPLE)
        return HTMLResponse(f'<h1>Provider</h1><form method="post">{held}{buttons}</form>')

    async def agreed(self, request: Request) -> Response:
        """Back to the app, with a code."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        code = secrets.token_urlsafe()
        self.codes[code] = form
        query = urlencode({"code": code, "state": form["state"]})
        return RedirectResponse(f"{form['redirect_uri']}?{query}", status_code=303)

    async def token(self, request: Request) -> Response:
        """A signed token for a code, once, to the client that asked for it."""
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), None)
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        client = [unquote(part) for part in base64.b64decode(basic).decode().split(":")]
        challenge = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        if (
            asked is None
            or client != [CLIENT, SECRET]
            or form.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        issued = now - OLD_SECONDS if asked["person"] == "old" else now
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": asked["person"], "iat": issued,
            "exp": now + 3600, "nonce": asked["nonce"], **PEOPLE[asked["person"]],
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return JSONResponse(
            {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": signed}
        )

    async def userinfo(self, request: Request) -> Response:
        """Not asked by the app, which reads the token; a provider has one."""
        return Response(status_code=401)

    async def keys(self, request: Request) -> Response:
        """The public half of the key that signs."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def end(self, request: Request) -> Response:
        """Signed out here too."""
        return RedirectResponse(request.query_params["post_logout_redirect_uri"])


@contextmanager
def provided() -> Generator[Provider, None, None]:
    """A provider in a thread of its own, on a free port of loopback."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        provider = Provider(sock.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(5)
