"""One phonemizer for all tests: what it remembers never matters (test_phonemizer.py)."""

import pytest

from pngnw.phonemize.phonemizer import Phonemizer


@pytest.fixture(scope="session")
def phonemizer() -> Phonemizer:
    return Phonemizer()
