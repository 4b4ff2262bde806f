"""The prose of the lab on linear algebra."""

from pages.shell import lab_page

lab_page(
    "linear_algebra",
    look_for=r"""
A network is mostly matrix products. It pays to see them in more than one way.

**A mixture of columns.** Pull a bar: it says how much of one column goes into $A x$. Put end to
end, the parts lead to the result. Read by rows, the same two numbers are dot products; both
readings stand below with the numbers filled in.

**Four orders, one product.** Under “Matrix · matrix” choose how to multiply and play. Entry by
entry takes a row of $A$ and a column of $B$. Rows of the product are mixtures of rows of $B$;
columns are mixtures of columns of $A$. As outer products, whole tables are laid on one another:
that is how a gradient adds up over a batch. Drag the ring to any cell of the result. The Hadamard
product is another thing: cell by cell, for equal shapes.

**How long is long?** The blue shape under “Norms” holds all vectors of norm 1. Drag $p$: at 1 it
has corners on the axes, which is why an $\ell_1$ penalty sets weights to zero. Below 1 it has
dents, and is no norm. Beside it stands what a matrix makes of the shape; the longest arrow is the
norm of the matrix.

**An axis goes.** Under “Reductions” sum along an axis, then divide $A$ by the result. Take “A
silent mistake”: for a square $A$ the wrong axis gives wrong numbers and no error.

Write your own matrices, up to 4 × 4. All is exact, but the norm of $M$ is searched on directions
2° apart.
""",
)
