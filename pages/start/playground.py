"""The prose of the playground."""

from pages.shell import lab_page

lab_page(
    "playground",
    look_for=r"""
A network is given two numbers, the place of a point, and is to say which class the point has. Each
neuron takes a weighted sum of what stands before it and bends it:
$h_j = \varphi(b_j + \sum_i w_{ij} x_i)$. Every square shows what one neuron makes of the whole
plane. In front they see little: a slope, a wave. Further back, pieces come together.

**Press Train, then pull the time line back.** When did the two arms come apart? Which neuron saw it
first? Click it, and change one of its weights: the picture answers at once, and the fork in the bar
below goes on from there.

**Take layers away.** Without a hidden layer the cut is straight, whatever the weights. The right
feature can do what a layer does: give the circle $x_1^2$ and $x_2^2$. With a layer, the network
makes such features itself, and “Inside” shows how it folds the plane until a straight cut is
enough.

**Then break it.** A rate that is too large kills ReLU neurons, or runs out of all numbers. Sigmoids
on six layers let no gradient through. First weights of zero leave all neurons alike. Few noisy
points are learned by heart: the dashed loss falls, the solid one climbs. The note below the picture
says what happened, and where.

**Do not trust one network.** In “Together”, twenty of them learn the same points from other first
weights. Where they disagree, none of them knows.
""",
)
