"""One measured figure beside those of its peers."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Result:
    """`ours` and each peer in `unit` (more is better); None for a peer that is not there."""

    name: str
    unit: str
    ours: float
    peers: Mapping[str, float | None]

    def as_json(self) -> dict[str, Any]:
        """The entry of benchmarks/results.json, without machine and command."""
        return {
            "unit": self.unit,
            "ours": round(self.ours, 3),
            "peers": {k: NOT_MEASURED if v is None else round(v, 3) for k, v in self.peers.items()},
            "ratio": {
                k: NOT_MEASURED if v is None else round(self.ours / v, 2)
                for k, v in self.peers.items()
            },
        }

    def as_text(self) -> str:
        """A line for ours, then one per peer with the ratio."""
        lines = [f"{self.name:<34}{self.ours:>14,.1f} {self.unit}"]
        for peer, value in self.peers.items():
            if value is None:
                lines.append(f"  {peer:<32}{NOT_MEASURED:>14}")
            else:
                lines.append(
                    f"  {peer:<32}{value:>14,.1f} {self.unit}   ours is {self.ours / value:.1f}x"
                )
        return "\n".join(lines)


def interleaved_medians(
    runs: Mapping[str, Callable[[], float]], repeats: int = 3
) -> dict[str, float]:
    """Call every run in turn, `repeats` times over, and return each one's median.

    In turn, because the machine's speed drifts: neighbours in time are compared with each other.
    """
    seen: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            seen[name].append(run())
    return {name: statistics.median(values) for name, values in seen.items()}
