"""A web server of the test's own, which can resume, cut connections and be out of order."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """What is served, how, and what was asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges = True  # False: a Range header is ignored
        self.cut: int | None = None  # bytes after which a connection breaks
        self.failures: list[int] = []  # statuses of the next answers
        self.asked: list[str | None] = []  # the Range header of every request
        self.url = ""


@contextmanager
def serving(content: bytes) -> Iterator[Site]:
    """Serve `content` under every path until the block is left."""
    site = Site(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            site.asked.append(asked)
            if site.failures:
                self.send_error(site.failures.pop(0))
                return
            match = re.fullmatch(r"bytes=(\d+)-", asked or "") if site.ranges else None
            start = int(match[1]) if match else 0
            if match and start >= len(site.content):
                self.send_error(416)
                return
            rest = site.content[start:]
            self.send_response(206 if match else 200)
            self.send_header("Content-Length", str(len(rest)))
            if match:
                end = len(site.content)
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
            self.end_headers()
            self.wfile.write(rest if site.cut is None else rest[: site.cut])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
