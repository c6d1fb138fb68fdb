"""PnGNW BERT: a text encoder that knows how words are spelled, spoken and felt.

`Encoder` and `Phonemizer` are imported at their first use: phonemes need no PyTorch, and reading
the parameters must not cost the second and the memory that PyTorch takes to load. `normalize` is
the function. Its package has the same name, which is why it is imported here and not later: from
then on, Python leaves the name alone. `from pngnw.normalize import ...` works as for any package.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pngnw.normalize import normalize as normalize

if TYPE_CHECKING:
    from pngnw.encoder import Encoder as Encoder
    from pngnw.phonemize.phonemizer import Phonemizer as Phonemizer

__all__ = ["Encoder", "Phonemizer", "normalize"]
__version__ = "0.1.0"

_MODULES = {"Encoder": "pngnw.encoder", "Phonemizer": "pngnw.phonemize.phonemizer"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'pngnw' has no attribute {name!r}")
