"""The prose of the lab on softmax regression."""

from pages.shell import lab_page

lab_page(
    "softmax_regression",
    look_for=r"""
A linear model can only add up pixels. Ten sums, ten logits, one for each class; softmax turns them
into probabilities that sum to 1. The loss is the surprise at the true label, $-\log p$.

**Training.** Play from the start. Each class grows a template: orange where ink speaks for it, blue
where ink speaks against it. The trousers show a dark gap between the legs. Learn from ten
pictures of each class, and the templates become those pictures. Take steps of η = 1: the accuracy
looks fair while the loss is worse than guessing, because what is wrong is wrong with certainty.

**Logits.** Pull the bars. Lift all ten by the same amount and no probability moves: only
differences count. Then add 100 to all: exp overflows in float32 and ∞ / ∞ is not a number, while
the version that takes out the largest logit first does not notice. The diamond is the trained model
on a typical test image, the geometric mean; it slides down the curve as you play in this view.

**Mistakes.** The table counts 2,000 test images by truth and prediction. Shirts are lost to
T-shirts, pullovers and coats, because they share most of their pixels. Drag the square to any cell
and look at the pictures themselves.

From scratch and with torch.nn the losses agree to rounding, which a test compares at steps that
settle; where training bounces, even rounding grows.
""",
)
