"""Runs on many machines: the same labs, the same processes, with Ray between them.

On each node of a Ray cluster stands what stands on a single machine, a worker host that forks
a process per run. So a run there is as alone as here: its memory is limited, a stopped run
keeps its numbers, one that must be killed costs no warm process, and a first frame takes what
a fork takes. Ray finds the nodes, starts an actor on each, carries packets as streaming
generators, and says when a node has gone::

    web server ── socket ── driver ══ Ray ══ node ── socket ── worker host ── a process per run
    (engine.py)            (driver.py)      (node.py)

The driver is a process of its own because Ray ends a process that has lost its cluster for a
minute: a web server must outlive that. To the server it is one more worker host, and nothing
but the driver and the nodes imports Ray.

Ray must be running on this machine, too: `ray start --address=… --num-cpus=0` if it is not to
compute. All machines use the same checkout, at the same path or by `PYTHONPATH`; a node whose
code differs is left out. Token authentication stays on, by `RAY_AUTH_TOKEN` or a file: anyone
who reaches an open cluster can run any code on it.
"""

from __future__ import annotations

from labcore.engine.cluster.engine import ClusterEngine

__all__ = ["ClusterEngine"]
