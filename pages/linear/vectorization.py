"""The prose of the lab on vectorization."""

from pages.shell import lab_page

lab_page(
    "vectorization",
    look_for=r"""
Adding two vectors is the same arithmetic however it is written. The time is not. All that you see
is measured while you watch, on one thread of the machine that serves this page; it differs a little
from run to run, and the bars are quartiles.

**Loop or one call.** A loop over a tensor makes a call from Python for every number, and each call
costs microseconds, whatever it does. One call for the whole vector stays level up to thousands of
numbers. Two costs explain it: $t(n) = \text{overhead} + c\,n$. The lines are fitted to the lower
quartiles, since whatever disturbs a measurement lengthens it. The results of all ways are compared.

**Minibatches.** The same trade decides the batch size. An epoch over 1,024 examples makes
$\lceil 1024 / b \rceil$ calls. Drag the ring: the bars say how much of the time goes to calls and
how much to work. With more features an example is more work, and small batches lose less.

**Roofline.** What limits the work itself? A product of a matrix and a vector uses each number once,
so it can go no faster than bytes arrive. A product of two matrices uses each number many times and
climbs towards what the arithmetic can do. Small ones are far below both roofs: overhead again.
Those that fit into the cache may pass memory’s roof.
""",
)
