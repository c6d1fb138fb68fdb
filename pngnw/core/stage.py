"""What every stage returns: its metrics and what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class StageResult:
    """Result of a stage's `run`.

    Attributes:
        metrics: what `metrics/<stage>.json` holds; equal for equal runs.
        cost: added to seconds and memory in `metrics/cost/<stage>.json`; never equal.
    """

    metrics: Mapping[str, Any]
    cost: Mapping[str, Any] = field(default_factory=dict)
