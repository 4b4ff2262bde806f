"""The prose of the lab on Gaussian process posteriors."""

from pages.shell import lab_page

lab_page(
    "gp_posterior",
    look_for=r"""
A Gaussian process is a belief about a whole function. The kernel $k(x, x')$ says how alike it is at
two places, and that is all one has to say: every band and curve here follows from it by one
Cholesky factor.

**Drag a point.** Each thin line is one function the model holds possible. The lines bend with your
hand, and they are exact draws at every moment. The inner band is about the function; the outer one
also holds the noise of a new observation. Many demos draw one band and do not say which.

**Move far from all points.** There the belief is the prior again. Play the run from its start to
see the prior give way, point by point.

**Look at the evidence.** Every place on that map is a model. A short lengthscale meets each point
and would have met any other points as well; a long one is simple and misses them. The best lies
between. Drag the ring, switch the fit on, and start it from elsewhere: there may be two hills.

**Then distrust it.** “Leave one out” counts how many points lie in the band that the others
give them. Put two points at one $x$ without noise, and read what happens to the matrix. Add an
outlier, and change the noise to Student-t.

**Write a kernel.** `rbf(2) * periodic(1, 1) + linear` is a season that fades, on a trend. For the
CO₂ in the air such a sum foretells years it has not seen.

Last, play: ten looks at a hidden function, you against the machine.
""",
)
