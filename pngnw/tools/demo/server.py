"""The page and its questions over HTTP, for this machine alone.

Guarantees: only 127.0.0.1 is listened on. A request is answered only if it names this server as its
host, so a page from elsewhere cannot reach it under a name of its own (DNS rebinding), and a
question only if it comes from the page itself (`Origin`). The page may load nothing but its own
files. Nothing is written down and nothing goes out.
"""

import json
import re
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pngnw.core.errors import UserError
from pngnw.tools.demo.changes import parse
from pngnw.tools.demo.explorer import Explorer
from pngnw.tools.demo.voice import Manner, Reciter
from pngnw.tools.say import LEAST, MOST

HOST: Final = "127.0.0.1"
BODY: Final = 1 << 16  # bytes of a question
TEXT: Final = 1000  # characters of a sentence; the model's own limit is in tokens
POLL: Final = 0.2  # seconds until an end that was asked for is seen
PATIENCE: Final = 2  # seconds that a client may keep a thread waiting, and with it the end
WAV: Final = "audio/wav"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_NUMBER: Final = re.compile(r"^text \d+: ")
_HERE = Path(__file__).parent / "page"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
FILES: Final = {
    "/": "page.html",
    **{f"/{path.name}": path.name for path in sorted(_HERE.iterdir()) if path.suffix in _KINDS},
}


Times = Annotated[float, Field(ge=LEAST, le=MOST, allow_inf_nan=False)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Change(_Checked):
    """Phonemes for word number `word`, with spaces between them."""

    word: Annotated[int, Field(ge=0)]
    phonemes: Annotated[str, Field(max_length=TEXT)]


class WordManner(_Checked):
    """How many times as high and as long word number `word` is to be said."""

    word: Annotated[int, Field(ge=0)]
    pitch: Times = 1.0
    length: Times = 1.0


class Question(_Checked):
    """A sentence, what is changed in it by hand, and how it is to be said."""

    text: Annotated[str, Field(max_length=TEXT)]
    changes: Annotated[list[Change], Field(max_length=TEXT)] = []
    rate: Times = 1.0
    pitch: Times = 1.0
    words: Annotated[list[WordManner], Field(max_length=TEXT)] = []


class Server(ThreadingHTTPServer):
    """Answers for one explorer, and a voice or the line that says why there is none, until it is
    shut down."""

    request_queue_size = 64  # connections that wait; of more than 5 at once the rest lost a second
    daemon_threads = False  # killed amid their work at the end, they take the program with them

    def __init__(self, explorer: Explorer, voice: Reciter | str, port: int) -> None:
        """Listen. Port 0 is any free one.

        Raises:
            UserError: the port is taken, forbidden or none.
        """
        self.explorer = explorer
        self.voice = voice
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "0 to 65535"
            raise UserError(
                f"--port {port}: cannot be listened on ({reason}); give another, or 0 for any "
                "free one"
            ) from None
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    def server_bind(self) -> None:
        """As the library does it, but without looking a name up, which may ask a network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's mistake."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


class _Refused(Exception):
    """A status and one line that says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server: Server

    def do_GET(self) -> None:
        """A file of the page, or what stays the same while it is open."""
        self._answer(self._got)

    def do_POST(self) -> None:
        """A question."""
        self._answer(self._posted)

    def _answer(self, work: Callable[[], tuple[str, bytes]]) -> None:
        status = 200
        try:
            self._check_host()
            kind, content = work()
        except _Refused as error:
            status, (kind, content) = error.status, _json({"error": str(error)})
        except UserError as error:  # a good question with no answer: the reader's, not HTTP's
            line = _NUMBER.sub("", str(error))  # texts are numbered; here there is one
            kind, content = _json({"error": line})
        except OSError:  # of the connection
            raise
        except Exception:  # noqa: BLE001 -- the page shall hear of it, the terminal the rest
            traceback.print_exc()
            message = "a mistake of this program; its terminal says more"
            status, (kind, content) = 500, _json({"error": message})
        self.send_response(status)
        charset = "" if kind == WAV else "; charset=utf-8"
        self.send_header("Content-Type", f"{kind}{charset}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _check_host(self) -> None:
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            raise _Refused(403, f"this server is {self.server.url} and answers to no other name")

    def _got(self) -> tuple[str, bytes]:
        if self.path == "/api/about":
            voice = self.server.voice
            told = {"silent": voice} if isinstance(voice, str) else {"name": voice.name}
            return _json({**self.server.explorer.about(), "voice": told})
        if self.path not in FILES:
            raise _Refused(404, "there is no such page")
        path = _HERE / FILES[self.path]
        return _KINDS[path.suffix], path.read_bytes()

    def _posted(self) -> tuple[str, bytes]:
        origin = self.headers.get("Origin", "").lower()
        if origin not in {f"http://{host}" for host in self.server.hosts}:
            raise _Refused(403, "questions are taken from the page of this server alone")
        if self.path not in ("/api/explore", "/api/contour", "/api/say"):
            raise _Refused(404, "there is no such question")
        asked = self._question()
        changes = {change.word: parse(change.phonemes) for change in asked.changes}
        if self.path == "/api/explore":
            return _json(self.server.explorer.explore(asked.text, changes))
        voice = self.server.voice
        if isinstance(voice, str):
            raise UserError(voice)
        words = {each.word: (each.pitch, each.length) for each in asked.words}
        manner = Manner(asked.rate, asked.pitch, words)
        if self.path == "/api/say":
            return WAV, voice.wav(asked.text, changes, manner)
        return _json(voice.contour(asked.text, changes, manner))

    def _question(self) -> Question:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > BODY:
            raise _Refused(413, f"a question says its length, {BODY} bytes at most")
        try:
            return Question.model_validate_json(self.rfile.read(int(length)))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"]) or "the question"
            line = f"{key}: {first['msg'][0].lower()}{first['msg'][1:]}"
            raise _Refused(400, line) from None

    def end_headers(self) -> None:
        """With what browsers have to keep to, on every answer, those of the library too."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is written down."""


def _json(answer: dict[str, Any]) -> tuple[str, bytes]:
    return "application/json", json.dumps(answer, allow_nan=False).encode("ascii")


def serve(model: Path, voice: Path | None, port: int) -> None:
    """Open the explorer and a voice and serve them until Ctrl-C.

    Raises:
        UserError: the encoder or the voice that is named cannot be read, or the port not be
            listened on.
    """
    reciter = Reciter.open(voice)
    with Server(Explorer(model), reciter, port) as server:
        print(f"{server.url} (this machine alone; Ctrl-C ends it)", flush=True)
        # Not in this thread, where Ctrl-C strikes: amid the taking of a connection it would close
        # that under whoever answers it.
        serving = threading.Thread(target=server.serve_forever, args=(POLL,))
        try:
            serving.start()
            while serving.is_alive():
                serving.join(POLL)  # endless, it would not hear a Ctrl-C that another thread took
        except KeyboardInterrupt:
            server.shutdown()
            print("ended")
