"""Files of a teacher: by path, by pinned URL, and what is said when there is none."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.params import Onnx, Torchmoji
from pngnw.teach.files import located, onnx_files, torchmoji_files

CONTENT = b"weights"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/model.bin" else 404)
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_pinned_url_is_fetched_once(server: HTTPServer) -> None:
    where = f"http://127.0.0.1:{server.server_port}/model.bin#sha256={DIGEST}"
    path = located("weights", where, "")
    assert path.read_bytes() == CONTENT
    # From the cache: nobody would answer this one.
    assert located("weights", f"http://127.0.0.1:1/gone#sha256={DIGEST}", "") == path
    path.write_bytes(b"spoilt")
    assert located("weights", where, "").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("file", "pin", "said"),
    [
        ("model.bin", "", "pin what it holds"),
        ("model.bin", "#sha256=abc", "pin what it holds"),
        ("model.bin", f"#sha256={'0' * 64}", f"has SHA-256 {DIGEST}, not the pinned 000"),
        ("gone.bin", f"#sha256={DIGEST}", "cannot be fetched"),
    ],
)
def test_other_urls_are_refused(
    file: str, pin: str, said: str, server: HTTPServer, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"^weights: http") as error:
        located("weights", f"http://127.0.0.1:{server.server_port}/{file}{pin}", "")
    assert said in str(error.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_vocabulary_lies_beside_its_weights_or_where_it_is_said_to_lie(tmp_path: Path) -> None:
    weights, beside, other = (tmp_path / n for n in ("a.bin", "vocabulary.json", "other.json"))
    for path in (weights, beside, other):
        path.touch()
    found = torchmoji_files(Torchmoji(weights=str(weights)))
    assert found == {"weights": weights, "vocabulary": beside}
    found = onnx_files(Onnx(model=str(weights), vocabulary=str(other)))
    assert found == {"model": weights, "vocabulary": other}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (Torchmoji(), ["not set", "dropbox.com/s/q8lax9ary32c7t9/pytorch_model.bin", "--weights"]),
        (Torchmoji(weights="gone.bin"), ["no file 'gone.bin'", "dropbox.com", "--weights"]),
        (Torchmoji(weights=__file__), ["vocabulary.json", "huggingface/torchMoji", "--vocabulary"]),
        (Onnx(), ["not set", "TigreGotico/deepmoji-onnx", "--weights"]),
        (Onnx(model="gone.onnx"), ["no file 'gone.onnx'", "TigreGotico", "teach.onnx.model"]),
        (Onnx(model=__file__), ["vocabulary.json", "--vocabulary"]),
    ],
)
def test_a_missing_file_says_where_the_published_one_lies(
    params: Torchmoji | Onnx, said: list[str]
) -> None:
    with pytest.raises(UserError) as error:
        torchmoji_files(params) if isinstance(params, Torchmoji) else onnx_files(params)
    assert "\n" not in str(error.value)
    assert all(part in str(error.value) for part in said)
