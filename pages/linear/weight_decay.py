"""The prose of the lab on weight decay."""

from pages.shell import lab_page

lab_page(
    "weight_decay",
    look_for=r"""
With more weights than samples many fits are exact, and most of them are nonsense. Weight decay adds
the price $\frac{\lambda}{2} \lVert w \rVert^2$ to the loss: a weight must be worth its size.

**Let λ fall.** Each line is the weight of one feature of real houses, or of two multiplied. Under a
strong $\lambda$ all sleep. As it weakens the training error goes down to nothing, and the unseen
error turns up long before. The best $\lambda$ lies between, and moves as samples are added. Then
try the data where all features go together: there the weakest decay is the best one.

**Change the penalty.** L1 charges by the size instead of the square. Weights now enter one at a
time, and the others are exactly 0. With five true features among two hundred it finds them, given
samples enough; rings show the truth.

**See why.** With two weights, ellipses of equal loss grow around the ring until they touch the
ball. A circle is touched anywhere. A diamond is touched at a corner most of the time, and at a
corner one weight is 0. Drag the ring, tilt the ellipses.

**Train with it.** Each step keeps the share $1 - \eta\lambda$ of every weight. Where no sample
pulls at all, plain descent keeps the random numbers it began with; decay forgets them, and ends at
ridge’s closed form. PyTorch’s `weight_decay` runs beside it; the difference is told.
""",
)
