"""The prose of the lab on minibatches."""

from pages.shell import lab_page

lab_page(
    "minibatch_sgd",
    look_for=r"""
The loss is a mean over 546 houses, and so is its gradient. A minibatch of $b$ houses gives an
estimate that is right on average. How wrong is it usually?

**Drag the point.** Each dot is the gradient of one minibatch, in the two weights you chose; the
cross is the exact one. The ellipse is not fitted to the dots. It comes from the data: $\Sigma / b$,
times $(n - b)/(n - 1)$ if no house may come twice. Far from the minimum nearly all dots agree on
the direction. At the minimum they point anywhere, and no batch size cures that but all.

**Ten times the batch, a third of the error.** Drag the ring along $b$. The usual error falls with
$\sqrt b$, the work grows with $b$.

**Race.** By epochs and with the same $\eta$, single houses win, for they make 546 steps where the
full batch makes one. By the clock it looks different. The seconds are measured here while the race
runs, so they differ a little each time; a step with a hundred houses costs hardly more than one
with a single house. This problem is small and round: where $\eta$ grows with $b$, all houses
at once do well too.

**Let η fall.** Under a constant $\eta$ the loss stops on a floor of noise. Theory for convex losses
promises $1/\sqrt t$ for the mean of the weights, and $1/t$ where the loss is curved everywhere, as
here. Both are bounds for draws with replacement: shuffled epochs may be quicker, and are.
""",
)
