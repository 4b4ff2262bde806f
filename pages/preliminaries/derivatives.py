"""The prose of the lab on derivatives."""

from pages.shell import lab_page

lab_page(
    "derivatives",
    look_for=r"""
Through one point goes no secant, only through two. The derivative is what the secant’s slope
tends to while the second point wanders into the first.

**Watch the limit, then watch it fail.** Play the time line: $h$ shrinks from the distance of the
two points to a millionth of a millionth of it. For a while each step brings the quotient nearer to
the slope. Then the error turns and grows: $f(x+h)$ and $f(x)$ agree in almost all their digits, and
what is left of their difference is rounding. The central quotient starts from $h^2$ and gets
further; in float32, the numbers most networks use, everything fails much earlier. This is why
training differentiates automatically and uses quotients only to check.

**Stand on a corner.** Put the point of $|x|$ on 0. From the left the slope is −1, from the right
1. Networks with ReLU have such corners; libraries pick one value and go on.

**Put one machine behind another.** In *Chain*, a small $\Delta x$ becomes $\Delta u$ and then
$\Delta y$. The slopes multiply, so a flat stretch anywhere in the chain silences all that is
before it.

**Turn around on a hillside.** In *Surface* the time line turns a direction once around. The slopes
make a cosine: its height is the length of the gradient, its top the gradient’s direction. The two
cuts below are the partial derivatives, the slopes due east and due north.
""",
)
