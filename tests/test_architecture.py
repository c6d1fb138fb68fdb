"""The house rules that a machine can check: which way imports point, and how long files are."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOUNDATION = ["errors", "whole", "uncollected", "shards", "params", "downloads", "engine"]
FLOW = ["corpus", "phonemes", "words", "teacher", "model", "pretraining", "tacotron"]
TOP = [
    "presets",
    "incoming",
    "reader",
    "reading",
    "encoder",
    "probes",
    "export",
    "sweep",
    "report",
    "demo",
    "doctor",
    "cli",
    "__main__",
    "__init__",
]


def _imports(file: Path) -> set[str]:
    """Names of the pngnw parts (and `stages`) that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        for module in modules:
            parts = module.split(".")
            if parts[0] == "stages":
                found.add("stages")
            elif parts[0] == "pngnw" and len(parts) > 1:
                found.add(parts[1])
    return found


def _part(file: Path) -> str:
    return file.relative_to(ROOT / "pngnw").parts[0].removesuffix(".py")


def test_imports_point_to_the_left() -> None:
    parts = [*FOUNDATION, *FLOW, *TOP]
    wrong = []
    for file in sorted((ROOT / "pngnw").rglob("*.py")):
        part = _part(file)
        assert part in parts, f"{file}: {part} has no place in the order of DESIGN section 2"
        for imported in _imports(file) - {part}:
            known = imported in parts
            if imported == "stages" or (
                known and part not in TOP and parts.index(imported) > parts.index(part)
            ):
                wrong.append(f"{file.relative_to(ROOT)} imports {imported}")
    assert wrong == []


def test_files_are_short() -> None:
    files = [*(ROOT / "pngnw").rglob("*.py"), *(ROOT / "stages").rglob("*.py")]
    long = {
        str(file.relative_to(ROOT)): lines
        for file in files
        if (lines := len(file.read_text().splitlines())) > 300
    }
    assert long == {}
