"""The prose of the lab on using a test set again."""

from pages.shell import lab_page

lab_page(
    "test_set_reuse",
    look_for=r"""
A test set is honest once. Everything here is simulated, so that the truth is known.

**Winner.** A thousand models are equally good, and each is tried on the same test. Play: the best
score climbs although nothing got better, and the same model on fresh examples falls back. The
dashed line is exact. The flattery grows with the square root of a logarithm: slowly. That is one
reason why years of benchmarks did less harm than was feared. Let the models differ, and choosing
does help.

**Attack.** Now somebody listens to every score. The labels are coin flips; nobody can know them.
Guess at random, turn around the guesses that score below one half, and let all vote: with enough
guesses the vote knows the test by heart, and nothing else. The Ladder answers only when the best is
beaten clearly; green is what can be got out of it.

**Bounds.** Drag the ring to n examples and a margin ε. Hoeffding promises for any p, the central
limit estimates, and the diamond is the exact binomial answer. A thousand models cost a logarithm.
VC theory promises for every classifier of a kind at once, however it was chosen. For nets with more
parameters than examples it promises less than nothing: they could fit random labels, and do. That
they generalise on real ones, it does not explain.
""",
)
