"""Named parameter sets: small YAML overlays that are written into params.yaml, comments kept."""

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.params import parse

FOLDER = Path(__file__).parent.parent / "presets"


def names() -> list[str]:
    """The presets that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def apply(name: str, params: Path = Path("params.yaml")) -> list[str]:
    """Write preset `name` into `params`; keys that it does not mention stay as they are.

    Returns:
        The keys that changed, as `model.width: 128 -> 768`.

    Raises:
        UserError: there is no such preset, or the result would not be valid; `params` is then
            left as it was.
    """
    if name not in names():
        raise UserError(f"no preset {name!r}; there are {', '.join(names())}")
    if not params.is_file():
        raise UserError(f"{params}: not found; run this from the root of the repository")
    yaml = YAML()
    yaml.Representer = _ExplicitNull
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(params.read_text(encoding="utf-8"))
    overlay = YAML(typ="safe", pure=True).load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    changes = _merge(document, overlay, "")
    text = io.StringIO()
    yaml.dump(document, text)
    parse(YAML(typ="safe", pure=True).load(text.getvalue()), f"preset {name}")
    write_text(params, text.getvalue())
    return changes


class _ExplicitNull(RoundTripRepresenter):
    """Writes `null`, where ruamel would leave the value out."""

    def represent_none(self, _: None) -> ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_ExplicitNull.add_representer(type(None), _ExplicitNull.represent_none)


def _merge(document: CommentedMap, overlay: dict[str, Any], prefix: str) -> list[str]:
    changes: list[str] = []
    for key, value in overlay.items():
        if key not in document:
            raise UserError(f"preset key {prefix}{key} is not in params.yaml")
        if isinstance(value, dict):
            changes += _merge(document[key], value, f"{prefix}{key}.")
        elif document[key] != value:
            changes.append(f"{prefix}{key}: {document[key]!r} -> {value!r}")
            document[key] = _in_style_of(document[key], value)
    return changes


def _in_style_of(old: Any, value: Any) -> Any:
    """A list that stood on one line goes on doing so."""
    if not (isinstance(old, CommentedSeq) and old.fa.flow_style()):
        return value
    flow = CommentedSeq(value)
    flow.fa.set_flow_style()
    return flow
