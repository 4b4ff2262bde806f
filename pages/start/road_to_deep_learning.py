"""The prose of the lab on the road to deep learning, and all its sources."""

from labcore.start.road_to_deep_learning import sources
from pages.shell import lab_page

PROSE = r"""
Most ideas are old: a neuron with weights in 1943, noisy descent in 1951, errors sent backwards in
1986. What was missing?

**Papers.** Three roots (statistics, optimization, neuroscience) and four fields that changed
(vision, language, speech, games). Play, and they are published one after the other, each with its
numbers and its source. Stars are AlexNet, word2vec, the GAN and the Transformer.

**Growth.** Each axis is logarithmic, so a steady doubling is a straight line. The line is fitted to
what lies in the brush; the dotted part is what it foretells. Drag the right edge from 2017 to 2025:
the famous 3.4 months become five. Then look at the words. Until 2020 they doubled about every nine
months; since then it takes years, as there is only so much text. On the right all four are
compared, with one standard error of the slope.

**Drivers.** Data, memory and compute, by decade. From 1990 to 2010 data came first; in the decade
of deep learning compute overtook it. Memory was always last, which is why methods win that do not
keep every example. Crosses are single cards.

These are chosen papers, not all there are, and the fit knows nothing of why they were chosen. Most
numbers are the papers' own; where the compute was estimated later, the table says by whom. The
decades are the book's rough orders of magnitude.
"""

lab_page("road_to_deep_learning", look_for=f"{PROSE}\n\n**All facts and sources**\n\n{sources()}")
