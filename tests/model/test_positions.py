"""Tables start alike when near; rotation knows distances alone."""

import math

import pytest
import torch

from pngnw.model.positions import Positions, Rotary, apply_rope, sinusoids
from tests.model.synthetic import MODEL


def test_sinusoids_by_hand() -> None:
    table = sinusoids(3, 4)
    torch.testing.assert_close(table[0], torch.tensor([0.0, 1.0, 0.0, 1.0]))
    expected = [math.sin(2.0), math.cos(2.0), math.sin(0.02), math.cos(0.02)]
    torch.testing.assert_close(table[2], torch.tensor(expected))


@pytest.mark.parametrize("pos_emb", ["learned", "sinusoidal"])
def test_near_positions_begin_alike(pos_emb: str) -> None:
    positions = Positions(MODEL.model_copy(update={"pos_emb": pos_emb}))
    positions.initialize(0.02, torch.Generator().manual_seed(0))
    rows = positions({kind: torch.arange(100) for kind in positions.kinds})
    assert len(rows) == 6
    for table in (row.detach() for row in rows):
        assert 0.012 < float(table.std()) < 0.03
        near = torch.cosine_similarity(table[:-1], table[1:]).mean()
        far = torch.cosine_similarity(table[:-30], table[30:]).mean()
        assert near > far + 0.1


def test_rotation_keeps_lengths_and_knows_distances_alone() -> None:
    rotary = Rotary(16)
    query, key = torch.randn(2, 1, 1, 16, generator=torch.Generator().manual_seed(0))

    def product(at: int, other: int) -> torch.Tensor:
        left = apply_rope(query, *rotary(torch.tensor([at])))
        return (left * apply_rope(key, *rotary(torch.tensor([other])))).sum()

    torch.testing.assert_close(product(3, 10), product(40, 47), atol=1e-4, rtol=1e-4)
    assert abs(float(product(3, 10) - product(3, 11))) > 1e-3
    torch.testing.assert_close(apply_rope(query, *rotary(torch.tensor([9]))).norm(), query.norm())
