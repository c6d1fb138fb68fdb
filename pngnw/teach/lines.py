"""Lines of text to rows for people and pipes: the `teach` command.

Guarantees: a row for every line, in order; memory does not grow with the text.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from pngnw.params import Teach
from pngnw.teach.backends import open_backend

BATCH: Final = 512  # lines: enough to find company of like length, little to wait for


def open_lines(params: Teach) -> Callable[[Sequence[str]], Iterator[dict[str, Any]]]:
    """Load a backend; the function that it returns yields a row for each line.

    A row has `text`, `tokens` if the backend has a vocabulary, and `emoji`, 64 probabilities.

    Raises:
        UserError: as `open_backend`.
    """
    backend = open_backend(params)

    def rows(lines: Sequence[str]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(lines), BATCH):
            texts = lines[start : start + BATCH]
            taught = backend(texts)
            tokens = backend.tokens(texts)
            for number, text in enumerate(texts):
                read = {} if tokens is None else {"tokens": tokens[number]}
                yield {"text": text, **read, "emoji": taught.probabilities[number].tolist()}

    return rows
