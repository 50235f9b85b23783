"""The local server: loopback, its own name, the site's files and nothing else."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from humming import built

from probatum.site.server import Bell, serve_folder

Answer = tuple[int, bytes, dict[str, str]]


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def port(bell: Bell) -> Iterator[int]:
    server = serve_folder(built(), bell)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    assert server.server_address[0] == "127.0.0.1"
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def ask(port: int, path: str, host: str | None = None, method: str = "GET") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"localhost:{port}")
    connection.putheader("Connection", "close")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, dict(answer.getheaders())


def test_a_page_is_served_with_reload_and_the_file_stays_as_it_is(port: int) -> None:
    status, body, headers = ask(port, "/")
    assert status == 200
    assert b'<script src="/_probatum/live.js" defer></script>' in body
    assert b"script-src 'self'" in body
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<script" not in (built() / "index.html").read_bytes()


def test_the_script_is_served_and_is_no_file_of_the_site(port: int) -> None:
    status, body, _ = ask(port, "/_probatum/live.js")
    assert status == 200
    assert b"EventSource" in body
    assert not list(built().rglob("*.js"))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost",
        "localhost:1",
        "localhost:{port}.evil.example",
        "localhost:{port}@evil.example",
        "127.0.0.1.evil.example:{port}",
        "0.0.0.0:{port}",
        " ",
    ],
)
def test_another_name_is_turned_away(port: int, host: str) -> None:
    status, body, _ = ask(port, "/", host.format(port=port))
    assert status == 421
    assert b"Humming" not in body


@pytest.mark.parametrize("path", ["/", "/_probatum/live.js", "/_probatum/events"])
def test_nothing_is_told_under_another_name(port: int, path: str) -> None:
    assert ask(port, path, "evil.example")[0] == 421
    assert ask(port, f"http://evil.example{path}", "evil.example")[0] == 421


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/../base/base.toml",
        "/%2e%2e/base/base.toml",
        "//etc/passwd",
        "/uses/..%2f..%2fbase%2fbase.toml",
        "/.probatum/manifest.json",
        "/./.probatum/manifest.json",
        "/%2e/.probatum",
        f"/{'a' * 300}/",
        "http://[evil/",
        "/%00",
        "/a%5cb",
    ],
)
def test_nothing_but_pages_is_served(port: int, path: str) -> None:
    assert ask(port, path)[0] == 404


def test_folders_lead_to_their_page(port: int) -> None:
    status, _, headers = ask(port, "/uses")
    assert (status, headers["Location"]) == (301, "/uses/")
    assert ask(port, "/uses/")[0] == 200


def test_only_reading_is_answered(port: int) -> None:
    assert ask(port, "/", method="HEAD")[:2] == (200, b"")
    assert ask(port, "/", method="POST")[0] == 501


def test_a_ring_reaches_the_page_that_listens(port: int, bell: Bell) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/_probatum/events", headers={"Host": f"localhost:{port}"})
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    bell.ring()
    assert answer.readline() == b"event: reload\n"
    connection.close()
    bell.ring()


def test_symbolic_links_are_not_followed(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page.html").symlink_to(tmp_path / "secret")
    server = serve_folder(tmp_path / "site", bell)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    try:
        assert ask(server.server_port, "/page.html")[0] == 404
    finally:
        server.shutdown()
        server.server_close()
