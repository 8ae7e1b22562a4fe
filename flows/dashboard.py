"""`attune serve`: the report's pages for one person on one machine.

Bound to loopback. The address printed at start carries a token that works once and becomes a
session cookie; without it every page is refused, since focus lists are about people.

The redacted copies are where the pages look for them, and nowhere else; each time one is sent is in
the audit log before it is.
"""

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint

from flows.audit import Audit
from flows.configuration import Settings
from flows.keys import pseudonyms_of
from pipeline.errors import StoreError, UsageError
from pipeline.privacy.copies import ENDING
from pipeline.privacy.pseudonyms import Pseudonyms
from pipeline.report.recordings import recordings_beside

COOKIE = "attune-session"
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
REFUSED = "Open the address that `attune serve` printed; it works once.\n"
NO_RECORDING = "There is no such recording.\n"
RECORDING = "recording"


@dataclass(frozen=True)
class Copies:
    """The redacted copies in a folder, and who is told of each that is sent.

    `address` is where the pages look for them, without the slash at its start. In the audit log a
    copy is a keyed hash of its name, as what is forgotten is: its name is a hash of the call's id,
    and the log is never cut.
    """

    folder: Path
    address: str
    audit: Audit
    pseudonyms: Pseudonyms

    def named(self, name: str) -> Path | None:
        """The copy, for the address's name of it; None for any other name."""
        path = self.folder / Path(name).name
        there = name == f"{self.address}{path.name}" and path.suffix == ENDING and path.is_file()
        return path if there else None

    def note(self, copy: Path) -> None:
        """Raises StoreError where the audit log cannot be written."""
        subject = self.pseudonyms.tombstone(RECORDING, copy.name)
        self.audit.note("recording sent", {}, subject=subject)


def copies_of(settings: Settings) -> Copies | None:
    """The copies of the settings; None where none are made, or no page can point to them.

    A page's way to them leads up from the report, and a browser goes up no further than the root.
    """
    folder = settings.privacy.recordings
    if folder is None or not (way := recordings_beside(settings.report.path, folder).folder):
        return None
    address = unquote(urljoin("/", f"{way}/")).removeprefix("/")
    return Copies(folder, address, Audit(settings.privacy.audit_log), pseudonyms_of(settings))


def application(report: Path, token: str, session: str, copies: Copies | None = None) -> FastAPI:
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
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get(f"/{{name:path}}{ENDING}")
    def recording(name: str) -> Response:
        copy = copies.named(f"{name}{ENDING}") if copies else None
        if copies is None or copy is None:
            return PlainTextResponse(NO_RECORDING, status_code=404)
        try:
            copies.note(copy)
        except StoreError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        return FileResponse(copy, media_type="audio/flac")

    app.mount("/", StaticFiles(directory=report, html=True))
    return app


def serve(settings: Settings, *, port: int) -> None:
    """Serve until stopped; raises UsageError when there is no report or the port is taken."""
    report = settings.report.path
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
    app = application(report, token, secrets.token_urlsafe(16), copies_of(settings))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listener])


def _same(given: str, wanted: str) -> bool:
    """In constant time; encoded, for compare_digest takes no other characters than ASCII."""
    return secrets.compare_digest(given.encode(), wanted.encode())
