"""The prose of the lab on estimation and testing."""

from pages.shell import lab_page

lab_page(
    "estimation_and_testing",
    look_for=r"""
One sample gives one number. What it is worth shows only if the experiment is repeated, which
nobody can afford, except here: a thousand times, always from a normal world with $\sigma = 1$.

**Likelihood.** Every place on the map is a normal distribution. Drag the points, and the hill
follows; its top is their mean and their spread. The ascent is slow where $\sigma$ is wide. Click
to add points: the hill grows narrow, as fewer worlds could have made them all.

**Estimators.** Dividing by $n$ makes the variance too small on average, dividing by $n - 1$ does
not. Yet unbiased is not the same as near: pull the mean towards 0 and find the factor that errs
least. It depends on a truth one does not know.

**Tests.** Step through the experiments and watch the p-value dance. Drag the true mean on the power
curve; at 0 the alarms that are left are all false.

**Intervals.** Each of them either holds the truth or misses it. “95 %” is about the many, not the
one before you. Drag the true mean: as many miss as before.

**Many tests.** Ask twenty questions where nothing is and chance answers. Bonferroni guards the
whole family; Benjamini and Hochberg guard the share of false alarms among all alarms, and find
more.

The world is simulated; power, bias and variance are exact curves.
""",
)
