"""The prose of the lab on convexity."""

from pages.shell import lab_page

lab_page(
    "convexity",
    look_for=r"""
One picture runs through all four views: **a chord**.

**Sets.** A set is convex if each chord between two of its points stays inside. One bad chord is a
proof that it is not; a thousand good ones prove nothing. A polygon is different: it is convex
exactly if all its corners turn the same way, 360° in all. Drag a corner through the line between
its neighbours and see the verdict flip. Then join the polygon with a disc.

**Functions.** The red chord comes from the lower hull of the graph, the largest convex function
below it, on 241 places of the picture. Where hull and graph are one, the function is convex there.
Move the tangent: for a convex function the difference in the small picture is never negative, and
the slope never falls. Convex is not yet strict: look at the preset with straight pieces, and at
$x^4$, which is strict though its second derivative is zero at one place.

**Jensen.** Drag places and weights. The average of the heights lies on or above the height at the
average. Play the time line: the places move apart from their mean, and the gap grows about with
their variance.

**Constraints.** Projection steps and comes back. The penalty pays for crossing the wall, so it
always stays a little outside; its weight grows by a quarter each iteration. Dual ascent learns the
force α with which the wall has to push. All three go to one solution; α* is the force there.

The solution, the hull and the turns are exact up to rounding; the chords of two sets together are
tried, about a thousand of them.
""",
)
