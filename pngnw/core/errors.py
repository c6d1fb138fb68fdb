"""The one exception that users see: a mistake they can mend, in one line."""

from pathlib import Path

MAX_LENGTH = 440  # characters of the reason in `one_line_error`


class UserError(Exception):
    """Names the file or key, what is wrong with it and what to do; shown without a traceback."""


def one_line_error(origin: Path | str, reason: str) -> UserError:
    """An error about a file or section: printable, one line, at most `MAX_LENGTH` characters."""
    return UserError(f"{origin}: {clip(reason, MAX_LENGTH)}")


def diverged(step: int, rate: float, remedy: str) -> UserError:
    """A training that has something not finite after a step at a learning rate of `rate`."""
    return UserError(
        f"step {step}: the loss or a weight is not finite at a learning rate of {rate:g}; {remedy}"
    )


def clip(text: str, length: int) -> str:
    """Printable text in one line; the middle of a long one is left out."""
    text = " ".join(text.split())
    if len(text) > length:
        text = f"{text[: length - length // 4]} … {text[-length // 8 :]}"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )[:length]
