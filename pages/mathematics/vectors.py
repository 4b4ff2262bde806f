"""The prose of the lab on vectors."""

from pages.shell import lab_page

lab_page(
    "vectors",
    look_for=r"""
A network compares vectors all day: a neuron with its input, a query with a key, one word with
another. The tool is always the dot product. What does it see?

**Drag u and v.** The thick line is the shadow that $v$ throws on the line of $u$. The dot product
is the length of that shadow times the length of $u$, with a minus sign if it falls behind. Play,
and $v$ goes once round: the product follows a cosine, and it is zero at a right angle.

**Length is not agreement.** “Large product, wide angle” has a large product and a cosine of ½. The
cosine similarity divides the lengths out; attention keeps them.

**A plane has two sides.** Under “Hyperplane” the sign of $w \cdot x - b$ says on which side a point
lies, and its size, over $|w|$, how far away. Turn $w$, shift the diamond, and count the crosses.
The rows at the right are all that a linear classifier ever sees. In “No plane will do” no turn of
$w$ helps.

**Many dimensions are strange.** Under “High dimensions”, each place of the time line gives the
same random pairs more coordinates. They crowd around 90°; the spread of the cosine falls like
$1/\sqrt n$. Then forbid negative entries: the crowd goes to 41° instead, and a cosine of 0.75 says
nothing about likeness.

The points of the two groups and the random vectors are made up, from the seed; angles of random
pairs are counted, the dashed lines are exact.
""",
)
