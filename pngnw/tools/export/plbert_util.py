"""StyleTTS2's `Utils/PLBERT/util.py`, as `pngnw export --plbert` writes it: a pngnw encoder in the
place of PL-BERT. The states and their rows are described in `pngnw/tools/export/plbert.py`.
"""

try:
    from pngnw.tools.export.plbert import load_plbert
except ImportError as error:
    raise ImportError(
        f"this PLBERT folder holds a pngnw encoder ({error}): pip install 'pngnw[encoder]'"
    ) from error

__all__ = ["load_plbert"]
