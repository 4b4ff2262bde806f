"""The prose of the lab on gradient descent."""

from pages.shell import lab_page

lab_page(
    "gradient_descent",
    look_for=r"""
Gradient descent knows one thing about the place where it stands: the slope. What it does not know
is the curvature $f''$, and that decides everything about its speed.

**Read the straight part of the error.** Near a minimum, each step multiplies the error by
$|1 - \eta f''|$. The dotted line has that slope; the full line is the path you see. The factor is
also measured, by a line through the logarithm of the error over the later half of the path. Where
the curve is no parabola, early steps differ.

**Pull the purple mark** on the rate curve over $\eta = 2/f''$ and watch the minimum turn from a
place that attracts into one that repels. In a bowl each mode has a curve of its own, and one η has
to serve both.

**Turn the valley.** Preconditioning by the diagonal of the Hessian makes a valley along an axis
round at once. At 45° it is as slow as before.

**Start in the hollow between two valleys** with Newton's method. Its parabola (dashed) has a top
there, and Newton climbs to it. Dividing by $|f''|$ instead, as the preconditioned method does,
goes down.

**Watch backtracking try.** A step is refused (✕) until the height falls below Armijo's line, a
share $c$ of what the slope promises. The bound drawn for it is a guarantee; the path may be
quicker.

All slopes and curvatures are exact derivatives of the formula you type. The curves are made up.
""",
)
