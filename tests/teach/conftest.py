"""The teacher, loaded once."""

import pytest

from pngnw.teach.prototype import PrototypeTeacher


@pytest.fixture(scope="session")
def teacher() -> PrototypeTeacher:
    return PrototypeTeacher.load()
