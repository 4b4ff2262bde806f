"""The prose of the lab on probability."""

from pages.shell import lab_page

lab_page(
    "probability",
    look_for=r"""
A probability is a promise about many draws. One throw shows nothing of it, and ten thousand throws
show nearly all of it. What lies between is what this page is about.

**Draws.** Go back to the first throw and play. The bars jump, then settle at the green marks. Now
drag a purple top. The luck stays as it was, throw by throw, so you see what the die alone does. The
heights are divided by their sum, for probabilities must add up to 1. On the right, twenty runs
close in on the expectation. Their band is as wide as $2\sigma/\sqrt n$: about 19 runs in 20 should
be inside at any one time, though not all the time.

**Joint.** Every point of the square is equally likely, so an area is a probability. The diamonds
move the cut for $A$ and the two steps for $B$. A conditional probability is a share of a part:
cover the rest with your hand. $P(A \mid B)$ and $P(B \mid A)$ share the area on top and differ
below the line. When the two steps are level, $A$ and $B$ are independent.

**Bayes.** The first box holds all people. The second holds those who tested positive, stretched
to full width, and the third those positive twice. For a rare illness the false alarms of the many
outnumber the true alarms of the few. Then let the second test repeat what the first said, and see
how much a second opinion is worth when it is not independent.

All counts come from simulated draws; the green marks are exact.
""",
)
