"""The prose of the lab on rules and learning."""

from pages.shell import lab_page

lab_page(
    "rules_vs_learning",
    look_for=r"""
A shop's till follows rules that somebody wrote down. For a handwritten digit nobody can write them
down, though everybody can read it. Here you try.

**Rule.** Each point is a real digit, placed by two numbers measured on it. The mark is yours: where
the plane is shaded, the rule says the second digit. With ink and symmetry no mark reads better than
a coin. Drag the ring to see the digits themselves, and choose other features. Counting loops by
flooding the paper is one good idea, and it is worth hundreds of examples: a rule with it keeps up
with the network.

**Mistakes.** The digits held back that were misread: by your rule, by a line fitted to the same two
numbers (logistic regression), and by a small network that is given the pixels. Play it from ten
images on. The rule stays where it is. The line is settled after a few dozen images, and more do not
help: two numbers do not hold more. The network goes on.

**Learned features.** On the right the digits held back stand as the network sees them, trained anew
at each size of the data: across what decides, upwards what else its hidden units tell apart. For 3
or 5 no two of our eight features get beyond three in four, and the network's own get nineteen in
twenty. Give it ten training steps only, and data alone is of little use.

What is right is counted on 400 digits that nobody learned from; ± is one standard error. If you
choose a rule by looking at that number, it flatters you a little.
""",
)
