"""How a table of words is written."""


def words(text: str) -> frozenset[str]:
    """The words of a text, for a row that is a look-up of words."""
    return frozenset(text.split())
