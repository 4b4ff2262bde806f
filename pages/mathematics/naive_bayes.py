"""The prose of the lab on naive Bayes."""

from pages.shell import lab_page

lab_page(
    "naive_bayes",
    look_for=r"""
Learning can be mere counting. For each class, count how often each pixel has ink; for a new
picture, multiply the chances of what its pixels show. That would be exactly right if the pixels of
a 4 knew nothing of each other.

**Digit.** The four is real, and yours to change. Each cell votes for the first class or the second,
by the logarithm of how much more likely it is there. Paint the gap at the top shut and watch the 9
win. Then try the chessboard: no class fits, but one fits least badly, and it takes it all.

**Counts.** Play from twenty images on: ten stains become ten digits, and after a few hundred
images more of them hardly help. The square picks one pixel. Without smoothing a count of 0 means
impossible, and one such speck silences the 195 other pixels.

**Calibration.** Of the pictures it had not counted, 8 in 10 are right, though it claims more than
9 in 10. Neighbouring pixels repeat each other, and the model takes every repetition for news. Tell
it each pixel five times: no answer changes, and it is surer still. With a few scattered pixels it
is modest, and worse. A temperature near 3 mends the claim and no answer; where one comes from data,
it should be other data than these 1,000.

The counts agree with scikit-learn's BernoulliNB to rounding.
""",
)
