"""The prose of the lab on linear maps."""

from pages.shell import lab_page

lab_page(
    "linear_maps",
    look_for=r"""
A linear map keeps the origin, and straight, evenly spaced lines stay so. That is why two arrows say
all: the columns of the matrix are where $(1, 0)$ and $(0, 1)$ go.

**Drag an arrow** and watch the shaded square. Its area is the determinant. Bring the arrows
together: the area shrinks to nothing, and the plane falls onto a line. Drag on, and the square
comes out turned over, with a negative determinant. Choose “A, then A⁻¹ undoes it” and play; then do
it with “A plane on a line”, where nothing can be undone.

**Look for dashed lines.** A vector on one of them is only made longer or shorter: an eigenvector.
Turn one arrow slowly the other way round. The two lines close up, and in the moment when they meet
the eigenvalues, at the right, leave the real axis. A turn keeps no real direction.

**Multiply again and again.** Under “Power iteration” any start ends on the same line, unless it
begins on the other one. The straight slope on the log axis is $|\lambda_2/\lambda_1|$ per step.

**Turn, stretch, turn.** The singular values exist for every matrix. In “Small eigenvalues, long
arrows” both eigenvalues are ½, and still one direction grows: eigenvalues do not bound the stretch
unless the eigenvectors are perpendicular.

**Solve a system** by its eigenvectors: split $b$, divide, add. Then take “A trembling solution” and
drag $b$ by a hair.

All numbers here are exact up to rounding; nothing is sampled.
""",
)
