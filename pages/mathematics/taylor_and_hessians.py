"""The prose of the lab on Taylor series and Hessians."""

from pages.shell import lab_page

lab_page(
    "taylor_and_hessians",
    look_for=r"""
Take one point of a curve and nothing else: its height, slope, bend and so on. The Taylor polynomial
is what can be built from the first few of these.

**Raise the order.** Each one touches the curve more closely, and the error near the point drops by
another power of the distance. The small panels show why: the coefficients $f^{(k)}(x_0)/k!$ of the
sine shrink quickly, because the factorial outgrows everything. They are found here by arithmetic
on series, without ever writing a derivative down.

**Run into a wall.** $1/(1+x^2)$ has no corner and no pole, and still its series at 0 fails beyond
distance 1. The grey bar shows how far the series reaches, guessed from its last coefficients. Drag
the point outwards and it grows: the culprits are $i$ and $-i$, off the line.

**Trust no sum.** The series of $e^{2x}$ converges everywhere, yet at $-5$ its terms are thousands
of times larger than the result. They cancel, and the digits go with them.

**Lay a bowl on a hillside.** On a surface the second order is the Hessian. Its axes are the
directions in which the model is a plain parabola, its eigenvalues how sharply they bend: two up is
a bowl, two down a dome, one of each a saddle. Newton’s method jumps to where the model is level,
whatever it is there. Damping adds $\delta$ to both bends; enough of it, and each step leads down.
""",
)
