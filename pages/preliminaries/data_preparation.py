"""The prose of the lab on preparing data."""

from pages.shell import lab_page

lab_page(
    "data_preparation",
    look_for=r"""
A network takes numbers, and a table has gaps and words. Step through the stages: gaps filled, words
as columns of 0 and 1, columns scaled, a tensor. Then each fold of rows is held out once, and its
prices are predicted by what was learned from the others. The file of houses has no gaps; those you
see are made.

**Drag the mark.** It says what stands in the gaps of every column of numbers. The dashed line is
the error you get. The mean does well; so why not leave it at that?

**Ask why a cell is empty.** Let dear houses hide more. Now a gap tells something, and the mean
wipes it out. A “was missing” column keeps it. With that column, a linear model no longer
minds what you fill in: try it.

**Scale.** The exact linear model gives the same with and without. Descent does not: a column in
thousands bends the loss into a ravine, and 100 steps end near the start. Neighbours mind too,
for whatever is large decides who is near.

**Watch for the leak.** What is learned in preparing must come from the training rows. Taking means
before the split is wrong and here nearly harmless. Picking ten of 300 columns of noise before
the split is not: the error falls, and nothing was learned.

**Read the error.** The root mean square of $\log \hat y - \log y$ treats cheap and dear houses
alike; 0.22 is about 25 %. One answer for all gives 0.37.
""",
)
