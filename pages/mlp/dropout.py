"""The prose of the lab on dropout."""

from pages.shell import lab_page

lab_page(
    "dropout",
    look_for=r"""
A network with more weights than examples can learn its examples by heart, errors included. Dropout
makes that harder: at every step, for every example, each hidden unit is left out with probability
$p$.

**Watch the gap.** Two networks start with the same weights and see the same batches of clothes, a
fifth of them wrongly labelled. The one without dropout ends at 100 % in training, and its loss on
new images rises. The other learns less by heart and reads more of what it has not seen. Set the
wrong labels to 0 and the gain nearly goes; make the network small and dropout only hurts.

**Average the masks.** In the second view ten values are pulled by hand. One mask makes each of
them 0 or $h/(1-p)$. The mean over masks comes back to $h$, and its error falls with the square root
of their number. So in a test no mask is needed. Without the division the mean is $(1-p)h$, and the
next layer would hear something else in a test than in training. That a mean is kept holds for one
layer; behind a bend the mean of the outputs is only near the output of the mean.

**Ask sixty times.** Leave dropout on and the answers differ: little at the data, much beyond them.
This is used as a measure of doubt. Take it with care: its width follows $p$, and between two groups
of data it may be as sure as on them.
""",
)
