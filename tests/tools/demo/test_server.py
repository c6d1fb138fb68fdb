"""The server by HTTP: what it answers, what it refuses, and what every answer carries."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="module")
def server(explorer: Explorer, reciter: Reciter) -> Iterator[Server]:
    with Server(explorer, reciter, 0) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def ask(server: Server) -> Ask:
    """Send a request; None leaves a header out. Gives status, headers and the body, JSON read."""

    def send(
        method: str, path: str, body: bytes | None = None, **headers: str | None
    ) -> tuple[int, Any, Any]:
        own = f"127.0.0.1:{server.server_port}"
        sent: dict[str, str | None] = {"Host": own}
        if method == "POST":
            sent |= {"Origin": f"http://{own}", "Content-Type": "application/json"}
            sent["Content-Length"] = str(len(body or b""))
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


@pytest.mark.parametrize(
    ("path", "kind", "file"),
    [("/", "text/html", "page.html"), *(
        (f"/{path.name}", {"html": "text/html", "css": "text/css", "js": "text/javascript"}
         [path.suffix[1:]], path.name) for path in sorted(PAGE.iterdir())
    )],
)  # fmt: skip
def test_files_of_the_page(ask: Ask, path: str, kind: str, file: str) -> None:
    status, headers, content = ask("GET", path)
    assert status == 200
    assert headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert content == (PAGE / file).read_bytes()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/none"), ("POST", "/none"), ("PUT", "/")]
)
def test_every_answer_carries_the_policy(ask: Ask, method: str, path: str) -> None:
    _, headers, _ = ask(method, path)
    for name, value in HEADERS.items():
        assert headers.get_all(name) == [value]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Server"] == "pngnw"


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


def test_attention(ask: Ask, explorer: Explorer) -> None:
    status, _, answer = ask("POST", "/api/attention", question(layer=1, head=0))
    assert status == 200
    assert answer == explorer.attention("Red cat.", {}, 1, 0)
    changes = [{"word": 1, "phonemes": "T"}]
    _, _, answer = ask("POST", "/api/attention", question(layer=1, head=0, changes=changes))
    assert [token["label"] for token in answer["tokens"]][4:6] == ["T", "."]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"text": "日本"}, "nothing to say"),
        ({"text": "Never again. " * 40}, "tokens, the model takes 256"),
        ({"changes": [{"word": 0, "phonemes": "QQ"}]}, "'QQ' is not an ARPAbet symbol"),
        ({"changes": [{"word": 9, "phonemes": "K"}]}, "no word 9"),
    ],
)
def test_what_has_no_answer_is_one_line(ask: Ask, keys: dict[str, Any], line: str) -> None:
    status, _, answer = ask("POST", "/api/explore", question(**keys))
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
        (b"[" * 5000, "the question: "),
        (question(text=1), "text: "),
        (question(text="a" * 1001), "text: "),
        (question(more=1), "more: "),
        (question(changes=[{"word": -1, "phonemes": "K"}]), "changes.0.word: "),
        (question(changes=[{"word": 1}]), "changes.0.phonemes: "),
    ],
)
def test_what_is_no_question_is_refused(ask: Ask, body: bytes, line: str) -> None:
    status, _, answer = ask("POST", "/api/explore", body)
    assert status == 400
    assert answer["error"].startswith(line)
    assert "\n" not in answer["error"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "host",
    [None, "", "evil.test", "evil.test:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}",
     "127.0.0.1:{port}.evil.test", "[::1]:{port}"],
)  # fmt: skip
def test_another_name_is_refused(ask: Ask, server: Server, method: str, host: str | None) -> None:
    """A page from elsewhere whose name was made to mean 127.0.0.1 asks under that name."""
    named = host and host.format(port=server.server_port)
    path = "/" if method == "GET" else "/api/explore"
    status, _, answer = ask(method, path, question() if method == "POST" else None, Host=named)
    assert status == 403
    assert "answers to no other name" in answer["error"]
    assert ask("GET", "/", Host=f"LOCALHOST:{server.server_port}")[0] == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "", "http://evil.test", "https://127.0.0.1:{port}", "http://127.0.0.1"]
)
def test_questions_of_other_pages_are_refused(ask: Ask, server: Server, origin: str | None) -> None:
    named = origin and origin.format(port=server.server_port)
    status, _, answer = ask("POST", "/api/explore", question(), Origin=named)
    assert status == 403
    assert "page of this server alone" in answer["error"]


@pytest.mark.parametrize(
    "path", ["/none", "/page.py", "/../server.py", "/page/page.html", "/%2e%2e/cli.py",
             "/api/explore", "http://evil.test/"],
)  # fmt: skip
def test_there_is_nothing_else_to_get(ask: Ask, path: str) -> None:
    assert ask("GET", path)[0] == 404


def test_there_is_nothing_else_to_ask(ask: Ask) -> None:
    assert ask("POST", "/", question())[0] == 404
    assert ask("POST", "/api/about", question())[0] == 404
    assert ask("DELETE", "/")[0] == 501


def test_a_body_is_bounded_before_it_is_read(ask: Ask) -> None:
    path = "/api/explore"
    assert ask("POST", path, None, Content_Length=str(BODY + 1))[0] == 413
    assert ask("POST", path, None, Content_Length="9" * 400)[0] == 413
    for length in (None, "-1", "1.5", "x", "٣"):
        asked = ask("POST", path, None, Content_Length=length and length.encode().decode("latin1"))
        assert asked[0] == 411
    assert ask("POST", path, question(), Content_Type="text/plain")[0] == 415
    assert ask("POST", path, question(), Content_Type=None)[0] == 415


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


MANNER = {"rate": 0.8, "pitch": 1.2, "words": [{"word": 1, "pitch": 1.5, "length": 2}]}


def test_a_sentence_is_said(ask: Ask, reciter: Reciter) -> None:
    status, headers, sound = ask("POST", "/api/say", question(**MANNER))
    assert (status, headers["Content-Type"]) == (200, "audio/wav")
    manner = Manner(0.8, 1.2, {1: (1.5, 2.0)})
    assert sound == reciter.wav("Red cat.", {}, manner)
    asked = question(**MANNER, changes=[{"word": 0, "phonemes": "R"}])
    _, _, answer = ask("POST", "/api/contour", asked)
    assert answer == json.loads(json.dumps(reciter.contour("Red cat.", {0: ("R",)}, manner)))


@pytest.mark.parametrize("path", ["/api/say", "/api/contour"])
@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"rate": 0.2}, "rate: "),
        ({"rate": 4.1}, "rate: "),
        ({"pitch": float("nan")}, "pitch: "),
        ({"pitch": "1"}, "pitch: "),
        ({"words": [{"word": -1}]}, "words.0.word: "),
        ({"words": [{"word": 0, "length": 5.0}]}, "words.0.length: "),
        ({"words": [{"word": 0}] * 1001}, "words: "),
        ({"text": "a" * 1001}, "text: "),
    ],
)
def test_what_is_asked_of_the_voice_is_bounded(
    ask: Ask, path: str, keys: dict[str, Any], line: str
) -> None:
    status, _, answer = ask("POST", path, question(**keys))
    assert status == 400
    assert answer["error"].startswith(line)


def test_what_the_voice_cannot_say_is_one_line(ask: Ask) -> None:
    for keys, line in (
        ({"text": "日本"}, "nothing to say"),
        ({"words": [{"word": 9}]}, "no word 9: the sentence has 3"),
        ({"text": "Never again. " * 40}, "tokens, the model takes 256"),
    ):
        status, _, answer = ask("POST", "/api/say", question(**keys))
        assert status == 200
        assert line in answer["error"]


def test_without_a_voice(server: Server, ask: Ask) -> None:
    voice, server.voice = server.voice, "models/voice: no voice here; run `dvc repro voice`"
    try:
        assert ask("GET", "/api/about")[2]["voice"] == {"silent": server.voice}
        assert ask("POST", "/api/say", question())[2] == {"error": server.voice}
    finally:
        server.voice = voice


def test_the_address(server: Server, explorer: Explorer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    for port in (server.server_port, 65536, -1):
        with pytest.raises(UserError, match=rf"--port {port}: cannot be listened on"):
            Server(explorer, "no voice", port)


def test_the_command_serves_until_ctrl_c(folder: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pngnw", "demo", "--port", "0", "--model", str(folder)],
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": "",
            "OMP_NUM_THREADS": "1",
            # The cache of other tests may hold this encoder's sentences.
            "XDG_CACHE_HOME": str(tmp_path),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        assert lines[0] == "neighbors: 32 sentences of a built-in list\n"
        address = re.match(r"http://127\.0\.0\.1:(\d+)/ ", lines[1])
        assert address
        port = int(address[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/about")
        assert json.loads(connection.getresponse().read())["layers"] == 2
        with socket.create_connection(("127.0.0.1", port)):  # an idle one, as browsers keep it
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        assert err == "pngnw demo: encoding 32 sentences to compare with, once\n"
        assert (out, process.returncode) == ("ended\n", 0)
    finally:
        process.kill()
        process.wait()
