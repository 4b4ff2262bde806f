"""The prose of the lab on distribution shift."""

from pages.shell import lab_page

lab_page(
    "distribution_shift",
    look_for=r"""
A classifier is only promised to work where its training data came from. Three things can move, and
they are not alike.

**The inputs.** Play, or drag the ring. The rule, a curve, stays; the test points wander to where
the learned line was never asked. Weighting each training point by how much more common its place is
there turns the line. Exact weights need both densities; a classifier that tells source from target
finds nearly the same from unlabelled points. Drag on: when hardly any point counts, the corrected
line hangs on two or three of them, and may be worse than none.

**The classes.** Only the mix changes, as a disease in winter. Under Clothes, pull the bars:
counting predictions misleads, because shirts are taken for coats. Dividing by the confusion matrix
mends the count, and the new shares mend the answers. From twenty pictures it finds shifts that are
not there.

**The answers.** The inputs have not moved, so every weight is 1, and nothing in them warns you.
Only new labels do.

**People.** Who is just refused steps across the line. Retraining follows and moves the line away,
round after round; it settles, but below what it would be if nobody reacted.

Accuracy in the plane is the exact chance of being right, averaged over 2,000 fresh points.
""",
)
