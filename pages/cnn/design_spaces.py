"""The prose of the lab on design spaces."""

from pages.shell import lab_page

lab_page(
    "design_spaces",
    look_for=r"""
Most papers show one network. Radosavovic and others (2020) asked another question: which *rules*
make networks good, whatever else one chooses? They drew hundreds of networks from a space, trained
each briefly, and looked at the distribution of errors. Here it is done in small, live: one network
after the other, on one processor core, at nearly equal cost.

**Read the curves.** A curve says which share of a space’s networks stays below an error. Farther
left is better, and the area between two curves is the difference of their means. Space A lets each
of three stages choose freely. B shares the bottleneck ratio, C the group width too: fewer choices,
and no clear loss. D lets widths only grow, E depths too. RegNet puts widths on a line.

**Mistrust small differences.** Ten networks are few. Bands and intervals hold 90 % of what
resampling gives; an open mark means that chance explains the difference. Press *Another seed*, or
train more networks of fewer spaces. In four runs of ours,
letting widths grow (C to D) was beyond noise three times; sharing ratios or groups never helped
beyond it.

**Click a mark** to see that network’s stages, parameters and multiply–adds. What do the worst have
in common?

**Drag the line** under *Widths*. Two numbers give a width for every block, a third rounds them to
stages. With the published numbers the published networks come out.

What is small here: 14 × 14 pixels, three stages, 1,920 images seen, where the paper had ImageNet,
four stages and ten epochs. The order of spaces after so short a training is about how quickly
networks learn; longer training brings them closer together.
""",
)
