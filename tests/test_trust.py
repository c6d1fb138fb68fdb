"""What params.yaml may not do: write outside the repository, or have pip run or fetch other things.

That files of weights run no code is tested beside their readers (tests/teach, tests/tools).
"""

from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.params import parse, read_yaml

ROOT = Path(__file__).parent.parent
SOURCE = {
    "kind": "pypi", "name": "a", "package": "some-texts", "version": "1.0", "sha256": "0" * 64,
    "files": ["*.txt"],
}  # fmt: skip
FOLDERS = ["../out", "/tmp/out", "..", ".", "a/b", "a\\b", "~", "", "-rf", "a\n", ".a", "a b", "é"]
PACKAGES = [
    "x @ file:///tmp/x#egg",  # pip runs that folder's setup.py
    "git+https://example.org/x",
    "-r/tmp/x",
    "--index-url=https://example.org",
]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("name", name) for name in FOLDERS),
        *(("package", package) for package in PACKAGES),
        ("version", "1 @ https://example.org/x.zip"),
        ("version", "../1"),
        ("sha256", "0" * 63),
    ],
)
def test_a_source_is_plain_words_and_pinned(key: str, value: str) -> None:
    raw = read_yaml(ROOT / "params.yaml", "")
    raw["fetch"]["sources"] = [SOURCE]
    parse(raw)
    raw["fetch"]["sources"] = [SOURCE | {key: value}]
    with pytest.raises(UserError, match=rf"{key} = .*pattern"):
        parse(raw)
