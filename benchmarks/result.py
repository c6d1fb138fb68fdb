"""One measured figure beside those of its peers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Result:
    """`ours` and each peer in `unit`; None for a peer that was not measured.

    The ratio is above 1 where ours is better: ours / peer, or peer / ours if `less_is_better`
    (seconds, MiB).
    """

    name: str
    unit: str
    ours: float
    peers: Mapping[str, float | None] = field(default_factory=dict)
    less_is_better: bool = False

    def ratio(self, peer: str) -> float | None:
        """How many times better than the peer ours is; None if the peer was not measured."""
        theirs = self.peers[peer]
        if theirs is None:
            return None
        return theirs / self.ours if self.less_is_better else self.ours / theirs

    def as_json(self) -> dict[str, Any]:
        """The entry of benchmarks/results.json, without machine and command."""
        ratios = {peer: self.ratio(peer) for peer in self.peers}
        return {
            "unit": self.unit,
            "ours": round(self.ours, 4),
            "peers": {k: NOT_MEASURED if v is None else round(v, 4) for k, v in self.peers.items()},
            "ratio": {k: NOT_MEASURED if v is None else round(v, 3) for k, v in ratios.items()},
        }

    def as_text(self) -> str:
        """A line for ours, then one per peer with the ratio."""
        lines = [f"{self.name:<34}{_figure(self.ours):>14} {self.unit}"]
        for peer, value in self.peers.items():
            ratio = self.ratio(peer)
            if value is None or ratio is None:
                lines.append(f"  {peer:<32}{NOT_MEASURED:>14}")
            else:
                lines.append(
                    f"  {peer:<32}{_figure(value):>14} {self.unit}   ours is {ratio:.3g}x as good"
                )
        return "\n".join(lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3f}"
