"""The prose of the lab on information."""

from pages.shell import lab_page

lab_page(
    "information",
    look_for=r"""
News is worth as much as it surprises. A symbol of probability $p$ carries $-\log p$: a fair coin
one bit, one face in eight three bits, and what was certain nothing.

**Bits.** Each box is one symbol, as wide as it is likely and as high as its codeword is long. The
blue area is the entropy $H(P)$. The orange outline uses codewords made for $Q$; its area is the
cross-entropy, and what it has beyond the blue is $\mathrm{KL}(P\,\|\,Q)$. Drag an orange bar to
zero: what $Q$ holds for impossible has no codeword at all, and the cost is infinite. Then swap the
two roles. The number changes, for KL is no distance.

**Message.** Play from the first symbol. The mean length wanders, then settles at the two areas.
Lengths are ideal here and need not be whole.

**Joint.** Drag the eight bars. The lengths add up row by row, whatever you do, and the green one
never turns negative. For three variables such a part can, so there are no circles here.

**Loss.** A label is a distribution with all its weight on one class, so its entropy is 0 and the
cross-entropy is the whole of KL. Its gradient in the logits is $p - y$. Make the model sure and
wrong, and compare it with the squared error, which hardly moves there.

**Fit.** One bell cannot be two bumps. $\mathrm{KL}(P\,\|\,Q)$ punishes empty places that should be
full; $\mathrm{KL}(Q\,\|\,P)$ punishes full places that should be empty. Drag the start.
""",
)
