"""The speech that the evaluate tests have."""

from tests.evaluate.conftest import spoken, train

__all__ = ["spoken", "train"]
