"""PnGNW BERT: a text encoder that knows how words are spelled, spoken and felt.

`Encoder` is imported on first use: reading the parameters or cleaning text must not cost the
second and the memory that PyTorch takes to load.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pngnw.encoder import Encoder as Encoder

__all__ = ["Encoder"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "Encoder":
        from pngnw.encoder import Encoder

        return Encoder
    raise AttributeError(f"module 'pngnw' has no attribute {name!r}")
