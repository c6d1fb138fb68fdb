"""Named parameter sets: the YAML overlays of pngnw/presets, written into a params.yaml."""

import io
from importlib.resources import files
from pathlib import Path
from typing import Any

from pngnw.core.errors import UserError


def names() -> list[str]:
    """The presets that there are."""
    overlays = (files("pngnw") / "presets").iterdir()
    return sorted(Path(file.name).stem for file in overlays if file.name.endswith(".yaml"))


def apply(name: str, path: Path = Path("params.yaml")) -> list[str]:
    """Write preset `name` into the parameters at `path`; comments and other keys stay.

    Returns:
        The keys that changed, as `model.width: 128 -> 768`.

    Raises:
        UserError: there is no such preset or no params.yaml, or the result would not be valid;
            the file is then left as it was.
    """
    from ruamel.yaml import YAML

    from pngnw.core.atomic import write_text
    from pngnw.params import parse

    if name not in names():
        raise UserError(f"no preset {name!r}; there are {', '.join(names())}")
    if not path.is_file():
        raise UserError(
            f"there is no {path} here: a preset changes the parameters of the pipeline. Run this "
            "in the root of a clone of the repository"
        )
    yaml = _comment_keeping_yaml()
    document = yaml.load(path.read_text(encoding="utf-8"))
    plain = YAML(typ="safe", pure=True)
    overlay = plain.load((files("pngnw") / "presets" / f"{name}.yaml").read_text("utf-8"))
    changes = _merge(document, overlay, "")
    text = io.StringIO()
    yaml.dump(document, text)
    parse(plain.load(text.getvalue()), f"preset {name}")
    write_text(path, text.getvalue())
    return changes


def _comment_keeping_yaml() -> Any:
    """A reader and writer that changes nothing but what it is told to."""
    from ruamel.yaml import YAML
    from ruamel.yaml.representer import RoundTripRepresenter

    class Representer(RoundTripRepresenter):
        pass

    # ruamel would leave the value out.
    Representer.add_representer(
        type(None), lambda self, _: self.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    yaml = YAML()
    yaml.Representer = Representer
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _merge(document: Any, overlay: dict[str, Any], prefix: str) -> list[str]:
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
    """A list that stands on one line stays on one line."""
    from ruamel.yaml.comments import CommentedSeq

    if not (isinstance(old, CommentedSeq) and old.fa.flow_style()):
        return value
    flow = CommentedSeq(value)
    flow.fa.set_flow_style()
    return flow
