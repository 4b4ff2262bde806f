"""The prose of the lab on distributions."""

from pages.shell import lab_page

lab_page(
    "distributions",
    look_for=r"""
A distribution says how often each value comes up. The book's seven are here, with three more that
deep learning borrows, and one that you draw.

**Shape.** Play from the first sample. The histogram is what happened; the orange curve is what
was promised. Read the mean, the variance and the entropy below. For a density the entropy can be
negative: it is measured against a stretch of length 1, and a narrow density is surer than that. A
density may also be higher than 1, for only its area is a probability.

**Sums.** Each of a thousand averages takes $n$ draws. They are centred and stretched by
$\sqrt n/\sigma$, so only the shape is left. Choose “drawn by you”, step from $n = 1$, and try to
stop the bell from coming. You can slow it down with a rare and distant value. You can stop it with
Student-t: at $k \le 2$ there is no variance, and at $k \le 1$ an average of sixty is as wild as one
draw. The small panel measures the gap; a thousand averages cannot show less than the dotted line.

**Model.** Twelve points measure a line, and the distribution is their noise. Fit, repeat, and look
at how wrong the slope is. Its width follows $\sigma$ alone, for any noise that has a variance; but
with heavy tails another fit, the median of all slopes between two points, does better.

All samples are simulated; curves and moments are exact.
""",
)
