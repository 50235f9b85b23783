"""A small server for one's own machine: shows a built site and tells pages to load again."""

from __future__ import annotations

import threading
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from probatum.site.output import OURS, Output, UnusableOutput

LOOPBACK = "127.0.0.1"
SCRIPT = "/_probatum/live.js"
EVENTS = "/_probatum/events"
BEAT_SECONDS = 15.0
"""How often an idle page is written to, so that one that has gone is noticed."""
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".bib": "text/plain; charset=utf-8",
    ".ris": "text/plain; charset=utf-8",
}


class Bell:
    """Rings once for everybody who waits; the count of rings tells who has heard which."""

    def __init__(self) -> None:
        self.rings = 0
        self._condition = threading.Condition()

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """Return the count of rings once it exceeds ``heard``, or when the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self.rings > heard, seconds)
            return self.rings


def serve_folder(root: Path, bell: Bell, port: int = 0) -> ThreadingHTTPServer:
    """Return a server for the folder, on the loopback interface only; port 0 takes a free one."""
    server = ThreadingHTTPServer((LOOPBACK, port), partial(LocalHandler, Output(root, {}), bell))
    server.daemon_threads = True
    return server


class LocalHandler(BaseHTTPRequestHandler):
    """Answers reading requests that were addressed to this machine by its own name."""

    server_version = "probatum"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    safe: ClassVar[dict[str, str]] = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, output: Output, bell: Bell, *args: object) -> None:
        self.output = output
        self.bell = bell
        super().__init__(*args)  # type: ignore[arg-type]  # request, address and server, as given

    def do_GET(self) -> None:
        """Answer with a page, the reload script, or the stream of reload events."""
        try:
            path = unquote(urlsplit(self.path).path)
        except ValueError:  # brackets that hold no address
            path = ""
        if not self.meant_for_us():
            self.answer(HTTPStatus.MISDIRECTED_REQUEST, b"This server answers to localhost only.\n")
        elif path == EVENTS and self.command == "GET":
            self.stream()
        elif path == SCRIPT:
            script = (files("probatum.site") / "static" / "live.js").read_bytes()
            self.answer(HTTPStatus.OK, script, "text/javascript; charset=utf-8")
        else:
            self.page(path)

    do_HEAD = do_GET  # noqa: N815  # the name that http.server calls

    def meant_for_us(self) -> bool:
        """Return whether the Host header names this machine, so that no other name can reach us."""
        port = self.connection.getsockname()[1]
        return self.headers.get("Host") in {f"{name}:{port}" for name in ("localhost", LOOPBACK)}

    def page(self, path: str) -> None:
        """Answer with a file of the site."""
        name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        ours = OURS in PurePosixPath(name).parts
        try:
            file = self.output.path(name)
            leads_on, found = file.is_dir() and not ours, file.is_file() and not ours
        except (UnusableOutput, OSError):  # OSError: a name that no file could have
            leads_on = found = False
        if leads_on:
            self.answer(HTTPStatus.MOVED_PERMANENTLY, b"", location=f"/{name}/")
        elif not found:
            self.answer(HTTPStatus.NOT_FOUND, b"There is no such page.\n")
        else:
            data = file.read_bytes()
            kind = TYPES.get(file.suffix, "application/octet-stream")
            self.answer(HTTPStatus.OK, live(data) if file.suffix == ".html" else data, kind)

    def answer(
        self,
        status: HTTPStatus,
        body: bytes,
        kind: str = "text/plain; charset=utf-8",
        location: str = "",
    ) -> None:
        """Send one whole answer."""
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **self.safe}
        for name, value in {**headers, **({"Location": location} if location else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self) -> None:
        """Send a reload event at every ring, for as long as the page listens."""
        self.close_connection = True
        heard = self.bell.rings  # before the answer begins, so that no ring after it is missed
        self.send_response(HTTPStatus.OK)
        for name, value in {"Content-Type": "text/event-stream", **self.safe}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            while True:
                now = self.bell.wait(heard, BEAT_SECONDS)
                self.wfile.write(b"event: reload\ndata: \n\n" if now > heard else b": beat\n\n")
                self.wfile.flush()
                heard = now
        except (BrokenPipeError, ConnectionError):
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # inherited name
        """Keep quiet: the terminal tells of builds."""


def live(html: bytes) -> bytes:
    """Return a page that loads again when told; only what is served changes, never the file."""
    opened = html.replace(
        b"default-src 'none';", b"default-src 'none'; script-src 'self'; connect-src 'self';", 1
    )
    return opened.replace(
        b"</head>", f'<script src="{SCRIPT}" defer></script>\n</head>'.encode(), 1
    )
