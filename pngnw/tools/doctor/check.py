"""One finding of the doctor, and how it is shown."""

from __future__ import annotations  # `python3 -m pngnw doctor` has to speak on older Pythons too

from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Check:
    """What was looked at and what was found.

    Attributes:
        name: what was looked at, in a word or two.
        state: "ok"; "warning": it works, but not as well as it could; "problem": it will fail.
        found: what is there.
        remedy: what to do; empty if nothing.
    """

    name: str
    state: str
    found: str
    remedy: str = ""

    def as_text(self) -> str:
        """One line: `problem  packages        numpy is missing; run ...`."""
        told = f"{self.found}; {self.remedy}" if self.remedy else self.found
        return f"{self.state:8} {self.name:14} {' '.join(told.split())}"


def listed(names: list[str], most: int = 4) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def gib(count: float) -> str:
    """Bytes as GiB."""
    return f"{count / 2**30:.1f} GiB"
