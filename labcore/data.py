"""Where the data sets and small models are that ship with the house.

A lab looks here and not beside its own file: its code also runs as an exported script, from
whatever folder that is in.
"""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"
