"""The prose of the lab on integrals."""

from pages.shell import lab_page

lab_page(
    "integrals",
    look_for=r"""
An integral adds up infinitely many slices, each infinitely thin. Here they are finite, and you can
watch what they tend to.

**Slice more finely.** With heights from the left edges, twice as many slices halve the error. With
heights from the middle, or the mean of both edges, they quarter it: the lines in the error plot
fall twice as steeply. Over a whole period of a smooth wave even the edges are exact to many digits
almost at once.

**Drag the end.** The area from $a$ to $x$ is itself a curve. Where $f$ is high it climbs, where $f$
crosses zero it turns, and below the axis it falls: its slope is $f$. Left of $a$ the area counts
backwards.

**Change the variable.** Give each $x$ another name, $u = g(x)$. Slices of equal width in $x$ become
wide where $g$ is steep and narrow where it is flat. Their areas stay, because
$g'(x)\,\Delta x \approx \Delta u$. This is how a normalizing flow keeps track of probability while
it bends space.

**Go up a dimension.** Under a surface the slices are columns. Adding up each row first turns them
into slabs, and the area under the slabs is the volume; the other order gives the same. Drag the
corner until the bell is inside: its volume is $\pi$, the reason for the root in front of the
normal density.

**Break it.** $1/x$ across 0 has no area to tend to.
""",
)
