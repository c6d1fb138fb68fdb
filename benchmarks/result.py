"""One measured figure beside those of its peers."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

NOT_MEASURED = "not measured"
OURS = "ours"


@dataclass(frozen=True)
class Result:
    """`ours` and each peer in `unit`; None for a peer that was not measured.

    A ratio is above 1 where ours is better: ours / peer, or peer / ours if `less_is_better`.
    `ranges` has the smallest and largest ratio over the blocks of one run.
    """

    name: str
    unit: str
    ours: float
    peers: Mapping[str, float | None] = field(default_factory=dict)
    less_is_better: bool = False
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of_samples(
        cls,
        name: str,
        unit: str,
        samples: Mapping[str, Sequence[float]],
        peers: Sequence[str] = (),
        less_is_better: bool = False,
    ) -> Self:
        """Medians over blocks in which the systems took turns, and the range of their ratios."""
        ours = samples[OURS]
        ranges = {}
        for peer in peers:
            if peer in samples:
                ratios = [a / b for a, b in zip(ours, samples[peer], strict=True)]
                ratios = [1 / ratio for ratio in ratios] if less_is_better else ratios
                ranges[peer] = (min(ratios), max(ratios))
        medians = {p: statistics.median(samples[p]) if p in samples else None for p in peers}
        return cls(name, unit, statistics.median(ours), medians, less_is_better, ranges)

    def ratio(self, peer: str) -> float | None:
        """How many times better than the peer ours is; None if the peer was not measured."""
        theirs = self.peers[peer]
        if theirs is None:
            return None
        return theirs / self.ours if self.less_is_better else self.ours / theirs

    def as_json(self) -> dict[str, Any]:
        """The entry of benchmarks/results.json, without machine, command and commit."""
        ratios = {peer: self.ratio(peer) for peer in self.peers}
        return {
            "unit": self.unit,
            "ours": round(self.ours, 4),
            "peers": {k: NOT_MEASURED if v is None else round(v, 4) for k, v in self.peers.items()},
            "ratio": {k: NOT_MEASURED if v is None else round(v, 3) for k, v in ratios.items()},
            "range": {peer: [round(end, 3) for end in ends] for peer, ends in self.ranges.items()},
        }

    def as_text(self) -> str:
        """A line for ours, then one per peer with the ratio and its range."""
        lines = [f"{self.name:<34}{_figure(self.ours):>14} {self.unit}"]
        for peer, value in self.peers.items():
            ratio = self.ratio(peer)
            if value is None or ratio is None:
                lines.append(f"  {peer:<32}{NOT_MEASURED:>14}")
                continue
            low, high = self.ranges.get(peer, (ratio, ratio))
            spread = f" ({low:.3g} to {high:.3g})" if low < high else ""
            lines.append(
                f"  {peer:<32}{_figure(value):>14} {self.unit}   ours is {ratio:.3g}x{spread}"
            )
        return "\n".join(lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3f}"
