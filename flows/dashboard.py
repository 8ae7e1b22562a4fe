"""`attune serve`: the report's pages for one person on one machine.

Bound to loopback. The address printed at start carries a token that works once and becomes a
session cookie; without it every page is refused, since focus lists are about people.
"""

import secrets
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint

from pipeline.errors import UsageError

COOKIE = "attune-session"
REFUSED = "Open the address that `attune serve` printed; it works once.\n"


def application(report: Path, token: str, session: str) -> FastAPI:
    """The pages behind one token; `session` is the cookie's value."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    unused = {token}

    @app.middleware("http")
    async def allow(request: Request, proceed: RequestResponseEndpoint) -> Response:
        given = request.query_params.get("token", "")
        if given and any(_same(given, one) for one in unused):
            unused.clear()
            welcome = RedirectResponse("/")
            welcome.set_cookie(COOKIE, session, httponly=True, samesite="strict")
            return welcome
        if not _same(request.cookies.get(COOKIE, ""), session):
            return PlainTextResponse(REFUSED, status_code=403)
        response = await proceed(request)
        response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
        response.headers["Cache-Control"] = "no-store"
        return response

    app.mount("/", StaticFiles(directory=report, html=True))
    return app


def serve(report: Path, *, port: int) -> None:
    """Serve until stopped; raises UsageError when there is no report or the port is taken."""
    if not (report / "index.html").is_file():
        raise UsageError(f"There is no report in {report}.", next_step="run `attune run` first.")
    token = secrets.token_urlsafe(16)
    listener = socket.socket()
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise UsageError(
            f"Port {port} is taken.", next_step="choose another with --port."
        ) from error
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/?token={token}"
    print(f"Report for one person on this machine, open once: {address}", flush=True)
    app = application(report, token, secrets.token_urlsafe(16))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listener])


def _same(given: str, wanted: str) -> bool:
    """In constant time; encoded, for compare_digest takes no other characters than ASCII."""
    return secrets.compare_digest(given.encode(), wanted.encode())
