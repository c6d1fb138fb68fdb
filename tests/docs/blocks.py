"""The fenced code and the code spans of README and docs/*.md, with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_FENCE = re.compile(
    r"^ *(?P<marks>```+)(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^ *(?P=marks) *$",
    re.DOTALL | re.MULTILINE,
)
_SPAN = re.compile(r"(?<!`)(?P<marks>`{1,2})(?!`)(?P<text>[^\n]*?[^`\n])(?P=marks)(?!`)")
_COMMENT = re.compile(r"(?:^|\s)#(?![^'\"]*['\"]\s*$).*")


@dataclass(frozen=True)
class Code:
    """A block or a span: where it begins (the first line of its text), its language, its text."""

    file: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """As editors understand it."""
        return f"{self.file}:{self.line}"

    def commands(self) -> list[str]:
        """The lines of a bash block without comments; lines that go on are one command."""
        joined = self.text.replace("\\\n", " ")
        lines = (_COMMENT.sub("", line).strip() for line in joined.splitlines())
        return [" ".join(line.split()) for line in lines if line]


def files() -> list[Path]:
    """README and every page, CONTRIBUTING too: what tells a reader to type something."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(path: Path) -> Iterator[Code]:
    """The fenced blocks of a file."""
    text = path.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start("text")) + 1
        yield Code(path.relative_to(ROOT).as_posix(), line, match["language"], match["text"])


def spans(path: Path) -> Iterator[Code]:
    """The code spans of a file, those in tables too."""
    text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), path.read_text(encoding="utf-8"))
    for match in _SPAN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        span = match["text"].strip().replace("\\|", "|")
        yield Code(path.relative_to(ROOT).as_posix(), line, "", span)


def every_block(*languages: str) -> list[Code]:
    """The blocks of all files in these languages."""
    return [code for path in files() for code in blocks(path) if code.language in languages]


def every_span() -> list[Code]:
    """The code spans of all files."""
    return [code for path in files() for code in spans(path)]
