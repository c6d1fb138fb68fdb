"""Sources to what they could do: run what they read, or open connections. Nothing is imported."""

import ast

UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
NETWORK = {
    "urllib.request",
    "requests",
    "httpx",
    "http.client",
    "socket",
    "aiohttp",
    "huggingface_hub",
}


def dotted(node: ast.expr) -> str:
    """ "pickle.loads" of the expression `pickle.loads`; "" of what is no such name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _names(tree: ast.AST) -> dict[str, str]:
    """What imported names stand for: `import numpy as np` gives {"np": "numpy"}."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({a.asname or a.name: a.name for a in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    return found


def _is(keywords: dict[str | None, ast.expr], name: str, value: object) -> bool:
    given = keywords.get(name)
    return isinstance(given, ast.Constant) and given.value == value


def refusals(source: str) -> list[str]:
    """The calls in a source that could run what they are given, as `line: what`."""
    tree = ast.parse(source)
    names = _names(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        first, _, rest = dotted(node.func).partition(".")
        called = ".".join(filter(None, (names.get(first, first), rest)))
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        module, _, name = called.rpartition(".")
        wrong = (
            called in {"eval", "exec", "compile", "builtins.eval", "builtins.exec", "__import__"}
            or (module in UNPICKLERS and name in {"load", "loads", "open", "Unpickler"})
            or (called == "torch.load" and not _is(keywords, "weights_only", True))
            or (called in {"numpy.load", "pandas.read_pickle"} and "pickle" in _loose(keywords))
            or (
                "yaml" in names.values()
                and module == "yaml"
                and name.startswith(("load", "unsafe", "full"))
            )
            or called in {"os.system", "os.popen", "subprocess.getoutput", "pty.spawn"}
            or "shell" in keywords
            or (called.endswith("YAML") and _is(keywords, "typ", "unsafe"))
            or _is(keywords, "trust_remote_code", True)
        )
        if wrong:
            found.append(f"{node.lineno}: {called or 'a call'}")
    return found


def _loose(keywords: dict[str | None, ast.expr]) -> str:
    """ "pickle" unless numpy is forbidden to unpickle in so many words."""
    return "" if _is(keywords, "allow_pickle", False) else "pickle"


def connects(source: str) -> bool:
    """Whether a source imports what opens connections; of `socket` the host's name is no harm."""
    tree = ast.parse(source)
    modules = set(_names(tree).values())
    if "socket" in modules:
        used = {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if {name for name in used if name.startswith("socket.")} == {"socket.gethostname"}:
            modules.discard("socket")
    return any(
        module == each or module.startswith(f"{each}.") for module in modules for each in NETWORK
    )
