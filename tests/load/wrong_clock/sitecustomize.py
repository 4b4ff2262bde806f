"""Python loads this by its name; here the time of day is wrong by as many seconds as a file says.

The clocks that only go forward are left alone, as a real jump leaves them. libfaketime would
do it below Python, but makes `time.sleep` of Python 3.11 and later fail.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

OFFSET = Path(os.environ["WRONG_CLOCK"])
right, right_ns = time.time, time.time_ns


def offset() -> float:
    return float(OFFSET.read_text() or 0)  # empty for the moment in which it is written


time.time = lambda: right() + offset()
time.time_ns = lambda: right_ns() + int(1e9 * offset())
