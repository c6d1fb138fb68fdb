"""Systems under measurement, a module each; its `load(**settings)` gives a `Speak`."""

from collections.abc import Callable
from typing import Any

# From texts to what a system makes of them.
Speak = Callable[[list[str]], Any]
