"""What a server takes of a cluster's nodes."""

from __future__ import annotations

import pytest

from labcore.engine.cluster.node import share
from labcore.engine.settings import Settings


@pytest.mark.parametrize(
    ("cpus", "gpus", "node_share", "fraction", "taken"),
    [
        (0, 0, 1, 0, (0, 0, 0)),  # a head that computes nothing
        (16, 2, 1, 0, (16, 0, 16)),
        (16, 0, 0.5, 0, (8, 0, 8)),
        (1, 0, 0.5, 0, (0, 0, 0)),
        (16, 0, 1, 0.5, (16, 0, 0)),  # no GPU where one is wanted
        (16, 2, 1, 0.25, (16, 2, 8)),
        (4, 2, 1, 0.25, (4, 2, 4)),
        (16, 1, 0.5, 0.1, (8, 0.5, 5)),
        (16, 3, 0.5, 0.1, (8, 1, 8)),
    ],
)
def test_a_share_of_a_node(
    cpus: int, gpus: int, node_share: float, fraction: float, taken: tuple[int, float, int]
) -> None:
    settings = Settings(node_share=node_share, gpu_fraction=fraction)
    assert share({"CPU": cpus, "GPU": gpus}, settings) == taken
