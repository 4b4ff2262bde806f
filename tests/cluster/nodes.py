"""A Ray cluster on this machine: a head that computes nothing, and nodes of one CPU each.

A program of its own, so that the tests never import Ray. It prints its address, adds a node for
each line it reads, and takes all down at the end of its input. Ray prints among that.
"""

from __future__ import annotations

import sys
from typing import Any

from ray.cluster_utils import Cluster

STORE = 80 * 2**20


def main() -> None:
    node: dict[str, Any] = {"object_store_memory": STORE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **node})
    try:
        for _ in range(2):
            cluster.add_node(num_cpus=1, object_store_memory=STORE, wait=False)
        cluster.wait_for_nodes(timeout=120)
        print("cluster:", cluster.address, flush=True)
        for _ in sys.stdin:
            cluster.add_node(num_cpus=1, object_store_memory=STORE, wait=False)
            print("cluster: added", flush=True)
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
