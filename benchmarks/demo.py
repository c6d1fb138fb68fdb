"""How long the explorer takes to answer: `python -m benchmarks.demo`.

Questions go to a server of its own over HTTP, as the page asks them: a sentence, the same with the
phonemes of one word changed, and the attention of the last layer. Sentences are of the test split,
from the shortest to the longest that the encoder takes, evenly spread over their order by length;
each is asked once, after one that warms up. Nothing goes into benchmarks/results.json: there is no
peer to compare with.
"""

import argparse
import http.client
import json
import statistics
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.phonemize import say
from pngnw.tools.demo.explorer import Explorer
from pngnw.tools.demo.server import HOST, Server

SENTENCES = 50
MODEL, DATA = Path("models/encoder"), Path("data/clean")
CHANGED = "K AE1 T"


class Client:
    """Asks a server as its page does."""

    def __init__(self, server: Server) -> None:
        self._port = server.server_port

    def ask(self, path: str, **question: Any) -> tuple[float, dict[str, Any]]:
        """Milliseconds until the answer was read, and the answer."""
        headers = {"Content-Type": "application/json", "Origin": f"http://{HOST}:{self._port}"}
        body = json.dumps(question)
        start = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, self._port)
        connection.request("POST", path, body, headers)
        content = connection.getresponse().read()
        taken = 1000 * (time.perf_counter() - start)
        connection.close()
        answer: dict[str, Any] = json.loads(content)
        return taken, answer


def main() -> None:
    """Print the median and the maximum for each kind of question."""
    argparse.ArgumentParser(
        prog="python -m benchmarks.demo",
        description=__doc__,
        epilog="example: python -m benchmarks.demo",
    ).parse_args()
    start = time.perf_counter()
    explorer = Explorer.open(MODEL, DATA)
    say(f"opened in {time.perf_counter() - start:.1f} s")
    with Server(explorer, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            measure(Client(server), explorer.about()["layers"] - 1, *explorer.sentences())
        finally:
            server.shutdown()
            thread.join()


def measure(client: Client, layer: int, source: str, texts: Sequence[str]) -> None:
    """Ask, and print a line for each kind of question."""
    order = sorted(texts, key=len)
    count = min(SENTENCES, len(order))
    last = max(count - 1, 1)
    chosen = [order[index * (len(order) - 1) // last] for index in range(count)]
    taken: dict[str, list[float]] = {"a sentence": [], "with a change": [], "attention": []}
    client.ask("/api/explore", text=chosen[0])
    for text in chosen:
        milliseconds, answer = client.ask("/api/explore", text=text)
        taken["a sentence"].append(milliseconds)
        words = answer["before"]["words"]
        number = next(n for n, word in enumerate(words) if word["origin"] != "punctuation")
        changes = [{"word": number, "phonemes": CHANGED}]
        milliseconds, _ = client.ask("/api/explore", text=text, changes=changes)
        taken["with a change"].append(milliseconds)
        milliseconds, _ = client.ask("/api/attention", text=text, layer=layer, head=0)
        taken["attention"].append(milliseconds)
    shortest, longest = len(chosen[0].split()), len(chosen[-1].split())
    print(f"{count} sentences of {source}, {shortest} to {longest} words")
    for kind, found in taken.items():
        print(
            f"{kind:<14} median {statistics.median(found):6.1f} ms   "
            f"at most {max(found):6.1f} ms   over 300 ms: {sum(t > 300 for t in found)}"
        )


if __name__ == "__main__":
    main()
