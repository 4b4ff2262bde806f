"""The prose of the lab on generalization."""

from pages.shell import lab_page

lab_page(
    "generalization",
    look_for=r"""
A fit is judged on points it has not seen. Here a hundred of them are always at hand, a luxury that
real problems lack. Choose under “Look at” what the time line goes through.

**The degree grows.** Training error can only fall. Error on unseen points falls, turns and
explodes. Why it does is in the small panel: eight other samples, the same degree. Where they agree
the fit says something about the curve; where they fan out it says something about the sample. Drag
the purple point to feel it. Under “More”, deal the targets out at random: a high degree learns even
those by heart.

**Cross-validation** has no fresh points and holds some back in turns. Each fold gives an error, and
they differ a lot. The mean finds about the right degree, and the bars say how sure it is.

**More and more data.** A model that is too simple settles soon and high. A rich one needs points
before it is any good, and then goes lower.

**Early stopping.** Descent on sixty waves fits the slow ones first. Long before the end it has all
there is to know, and goes on to learn the noise. Patience keeps the best weights seen.

**Beyond the number of points.** As features are added, error rises steeply up to the place where
they are as many as points. Beyond it the shortest of all exact fits grows smoother again. On this
data the second valley is seldom the deeper one.
""",
)
