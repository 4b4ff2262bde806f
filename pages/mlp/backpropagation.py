"""The prose of the lab on backpropagation."""

from pages.shell import lab_page

lab_page(
    "backpropagation",
    look_for=r"""
A network has many weights and one loss. Backpropagation finds what each weight has to do with that
loss, in one walk to the right and one to the left. Here every number of both walks is in sight.

**Read one edge.** The gradient of a weight is what arrives at its right end times the value at its
left end, plus $\lambda w$ from weight decay. If either is 0, nothing but the decay is left. Pull
$x_1$ to 0 and look at the edges that leave it.

**Put the units to sleep.** With ReLU a negative sum gives value 0 and slope 0. Let all hidden sums
be negative and the first layer gets no gradient at all, however large the loss. Drag the inputs
until one unit wakes up.

**Hold a tangent.** The small curve shows $J$ while one weight moves and all else stands still. Drag
the mark: the orange line comes from the walk back, the curve does not, and it stays a tangent.

**See what must be remembered.** The walk back uses values of the walk forward, so they stay in
memory. After tanh, ReLU or the sigmoid $z$ may go, because the slope follows from $h$; GELU needs
both. Without a walk back hardly anything stays.

**Trade work for memory.** In a chain of $n$ layers keep every $k$-th input and compute the others
again. Near $k=\sqrt{n}$ the memory is least, about $2\sqrt{n}$, for less than one more walk
forward.
""",
)
