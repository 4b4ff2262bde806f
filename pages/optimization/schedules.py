"""The prose of the lab on learning rate schedules."""

from pages.shell import lab_page

lab_page(
    "schedules",
    look_for=r"""
Far from a minimum a large step is right; near it, the noise of the batches throws a large step
about. A schedule multiplies $\eta$ by a factor that changes on the way. Here six networks begin
with the same weights and see the same batches of clothes, at equal cost. One schedule is yours.

**Draw one.** Drag the purple points; a click adds one, and a drag off the panel takes it away. On
release the networks train anew.

**Watch a milestone.** In the view *Training* the multi-step loss drops at once when $\eta$ falls
to a tenth. The network did not suddenly learn: it had been shaken around a place it now sinks
into. Falling early sinks into a worse place. Constant stays shaken.

**Add a warm-up.** With $\eta = 1$ and plain SGD, the first steps throw the weights about, before
any of them mean anything. A slow rise spares them that.

**Compare training and test.** Most of what a schedule gains in training, it gains on images never
seen as well. With wrong labels, see who follows the labels and who the clothes.

**Trust small differences little.** Half a point on 2,000 images is ten images: press *Another
seed* and see the order change. The network is small (196 → 64 → 10) and the run short, some eight
epochs; a larger one reads more, and its schedules differ in the same way. Cyclical rates were made
for longer runs: here the last cycle's end is what counts.
""",
)
