"""The server by HTTP: what it answers, what it refuses, and what every answer carries."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pngnw.core.errors import UserError
from pngnw.tools.demo.explorer import Explorer
from pngnw.tools.demo.server import BODY, HEADERS, Server
from pngnw.tools.demo.voice import Manner, Reciter

Ask = Callable[..., tuple[int, Any, Any]]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "pngnw/tools/demo/page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


@pytest.fixture
def ask(server: Server) -> Ask:
    """Send a request; None leaves a header out. Gives status, headers and the body, JSON read."""

    def send(
        method: str, path: str, body: bytes | None = None, **headers: str | None
    ) -> tuple[int, Any, Any]:
        own = f"127.0.0.1:{server.server_port}"
        sent: dict[str, str | None] = {"Host": own}
        if method == "POST":
            sent |= {"Origin": f"http://{own}", "Content-Length": str(len(body or b""))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, answer.headers, json.loads(content) if is_json else content

    return send


def question(**keys: Any) -> bytes:
    return json.dumps({"text": "Red cat.", "changes": [], **keys}).encode()


def test_files_of_the_page(ask: Ask) -> None:
    for path in sorted(PAGE.iterdir()):
        status, headers, content = ask("GET", f"/{path.name}")
        assert status == 200
        assert headers["Content-Type"] == f"{KINDS[path.suffix]}; charset=utf-8"
        assert content == path.read_bytes()
    assert ask("GET", "/")[2] == (PAGE / "page.html").read_bytes()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/none"), ("POST", "/none"), ("PUT", "/")]
)
def test_every_answer_carries_the_policy(ask: Ask, method: str, path: str) -> None:
    _, headers, _ = ask(method, path)
    for name, value in HEADERS.items():
        assert headers.get_all(name) == [value]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_a_question(ask: Ask, explorer: Explorer) -> None:
    status, headers, answer = ask("POST", "/api/explore", question())
    assert status == 200
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer == json.loads(json.dumps(explorer.explore("Red cat.", {})))
    changes = [{"word": 1, "phonemes": "k aa1 t"}]
    _, _, answer = ask("POST", "/api/explore", question(changes=changes))
    assert answer["after"]["words"][1]["phonemes"] == ["K", "AA1", "T"]
    about = ask("GET", "/api/about")[2]
    assert {"name"} == about.pop("voice").keys()
    assert about == explorer.about()
    assert len(about["phonemes"]) == 69
    assert about["emoji"][0] == ["😂", "face with tears of joy"]


MANNER = {"rate": 0.8, "pitch": 1.2, "words": [{"word": 1, "pitch": 1.5, "length": 2}]}


def test_a_sentence_is_said(ask: Ask, reciter: Reciter) -> None:
    status, headers, sound = ask("POST", "/api/say", question(**MANNER))
    assert (status, headers["Content-Type"]) == (200, "audio/wav")
    manner = Manner(0.8, 1.2, {1: (1.5, 2.0)})
    assert sound == reciter.wav("Red cat.", {}, manner)
    asked = question(**MANNER, changes=[{"word": 0, "phonemes": "R"}])
    _, _, answer = ask("POST", "/api/contour", asked)
    assert answer == json.loads(json.dumps(reciter.contour("Red cat.", {0: ("R",)}, manner)))


@pytest.mark.parametrize("path", ["/api/explore", "/api/say"])
@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"text": "日本"}, "nothing to say"),
        ({"text": "Never again. " * 40}, "tokens, the model takes 256"),
        ({"changes": [{"word": 0, "phonemes": "QQ"}]}, "'QQ' is not an ARPAbet symbol"),
        ({"changes": [{"word": 9, "phonemes": "K"}]}, "no word 9"),
    ],
)
def test_what_has_no_answer_is_one_line(
    ask: Ask, path: str, keys: dict[str, Any], line: str
) -> None:
    status, _, answer = ask("POST", path, question(**keys))
    assert status == 200
    assert set(answer) == {"error"}
    assert line in answer["error"]
    assert "\n" not in answer["error"]
    assert not answer["error"].startswith("text 0")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "the question: "),
        (b"[]", "the question: "),
        (b"\xff", "the question: "),
        (b'{"text": "\\ud800"}', "the question: "),
        (question(text=1), "text: "),
        (question(text="a" * 1001), "text: "),
        (question(more=1), "more: "),
        (question(changes=[{"word": -1, "phonemes": "K"}]), "changes.0.word: "),
        (question(rate=0.2), "rate: "),
        (question(pitch=float("nan")), "pitch: "),
        (question(words=[{"word": 0, "length": 5.0}]), "words.0.length: "),
    ],
)
def test_what_is_no_question_is_refused(ask: Ask, body: bytes, line: str) -> None:
    status, _, answer = ask("POST", "/api/say", body)
    assert status == 400
    assert answer["error"].startswith(line)
    assert "\n" not in answer["error"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "host", [None, "evil.test:{port}", "127.0.0.1:1", "127.0.0.1:{port}.evil.test"]
)
def test_another_name_is_refused(ask: Ask, server: Server, method: str, host: str | None) -> None:
    """A page from elsewhere whose name was made to mean 127.0.0.1 asks under that name."""
    named = host and host.format(port=server.server_port)
    path = "/" if method == "GET" else "/api/explore"
    status, _, answer = ask(method, path, question() if method == "POST" else None, Host=named)
    assert status == 403
    assert "answers to no other name" in answer["error"]
    assert ask("GET", "/", Host=f"LOCALHOST:{server.server_port}")[0] == 200


@pytest.mark.parametrize("origin", [None, "null", "http://evil.test", "https://127.0.0.1:{port}"])
def test_questions_of_other_pages_are_refused(ask: Ask, server: Server, origin: str | None) -> None:
    named = origin and origin.format(port=server.server_port)
    status, _, answer = ask("POST", "/api/explore", question(), Origin=named)
    assert status == 403
    assert "page of this server alone" in answer["error"]


@pytest.mark.parametrize("path", ["/page.py", "/../server.py", "/%2e%2e/cli.py", "/api/explore"])
def test_there_is_nothing_else(ask: Ask, path: str) -> None:
    assert ask("GET", path)[0] == 404
    assert ask("POST", "/api/about", question())[0] == 404


@pytest.mark.parametrize("length", [None, "-1", "x", str(BODY + 1), "9" * 400])
def test_a_body_is_bounded_before_it_is_read(ask: Ask, length: str | None) -> None:
    assert ask("POST", "/api/explore", None, Content_Length=length)[0] == 413


def test_a_mistake_of_the_program_is_told(
    ask: Ask, explorer: Explorer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(explorer, "explore", broken)
    status, _, answer = ask("POST", "/api/explore", question())
    assert status == 500
    assert "secret" not in answer["error"]
    assert "secret" in capfd.readouterr().err


def test_a_client_that_goes_away_is_nobodys_mistake(
    ask: Ask, server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(b"POST /api/explore HTTP/1.1\r\nHost: x")
    assert ask("GET", "/")[0] == 200
    assert capfd.readouterr().err == ""


def test_questions_at_once(ask: Ask) -> None:
    asked = [
        *(("/api/explore", question(text=text)) for text in ("Red cat.", "Oh!")),
        *(("/api/say", question(rate=rate)) for rate in (0.5, 2.0)),
    ]
    alone = [ask("POST", *each)[2] for each in asked]
    with ThreadPoolExecutor(16) as pool:
        assert [*pool.map(lambda each: ask("POST", *each)[2], asked * 4)] == alone * 4


def test_without_a_voice(server: Server, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "voice", "models/voice: no voice here")
    assert ask("GET", "/api/about")[2]["voice"] == {"silent": server.voice}
    assert ask("POST", "/api/say", question())[2] == {"error": server.voice}


def test_the_address(server: Server, explorer: Explorer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    for port in (server.server_port, 65536, -1):
        with pytest.raises(UserError, match=rf"--port {port}: cannot be listened on"):
            Server(explorer, "no voice", port)


def test_the_command_serves_until_ctrl_c(folder: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pngnw", "demo", "--port", "0", "--model", str(folder)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = re.match(r"http://127\.0\.0\.1:(\d+)/ ", process.stdout.readline())
        assert address
        port = int(address[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/about")
        assert json.loads(connection.getresponse().read())["layers"] == 2
        with socket.create_connection(("127.0.0.1", port)):  # an idle one, as browsers keep it
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=30) == ("ended\n", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
