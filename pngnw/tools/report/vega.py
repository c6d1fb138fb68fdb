"""The page template of `dvc plots` that holds Vega, so that its charts need no network.

Guarantees: the script is the one inside the installed package vl-convert; nothing is downloaded,
and nothing of it is in git.
"""

import argparse
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError

# The template that .dvc/config names; made here, ignored by git. DVC 3.67 takes a name that is no
# file for the template itself, and with these two placeholders it is one: without the file the
# pages load their charts from the network, as DVC's own do, instead of failing.
TEMPLATE: Final = "offline.{scripts}{plot_divs}.html"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{refresh_tag}
<title>DVC plots</title>
<!-- vl-convert %s: Vega, BSD-3-Clause, University of Washington Interactive Data Lab -->
<script>%s</script>
<style>body { font-family: system-ui, sans-serif; } table { border-spacing: 15px; }</style>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def version() -> str:
    """Of the package that the script comes from; `UserError` if it is not installed."""
    try:
        return metadata.version("vl-convert-python")
    except metadata.PackageNotFoundError:
        raise UserError("charts need vl-convert-python: pip install 'pngnw[report]'") from None


def bundle() -> str:
    """The script, which takes seconds to make; it defines `vegaEmbed`, `vega` and `vegaLite`."""
    import vl_convert

    make: Any = vl_convert.javascript_bundle  # whose types forget that all arguments have defaults
    # Inside a page's <script> these two would end it, or hide what follows.
    return str(make()).replace("</script", "<\\/script").replace("<!--", "<\\!--")


def vendor(root: Path) -> Path | None:
    """Make `dvc plots show` and `dvc plots diff` of a DVC repository work without a network.

    The template is made anew if it is missing or of another version.
    """
    if not (root / ".dvc").is_dir():
        return None
    path, origin = root / ".dvc" / TEMPLATE, f"<!-- vl-convert {version()}:"
    if not path.is_file() or origin not in path.read_text(encoding="utf-8")[:1000]:
        write_text(path, _PAGE % (version(), bundle()))
    return path


def main() -> None:
    """Parse the command line, and write the template of this repository."""
    argparse.ArgumentParser(
        prog="python -m pngnw.tools.report.vega",
        description="Make `dvc plots` of the repository in this folder work without a network.",
        epilog="example: python -m pngnw.tools.report.vega && dvc plots show",
    ).parse_args()
    vendor(Path())


if __name__ == "__main__":
    main()
