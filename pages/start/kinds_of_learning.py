"""The prose of the lab on kinds of learning."""

from pages.shell import lab_page

lab_page(
    "kinds_of_learning",
    look_for=r"""
What is learned depends on what one is told. Here are the same points four times.

**With labels** (supervised). Some points come with an answer. If it is a kind, that is
*classification*; if it is a number, *regression*. Other shapes of answer have names too. *Tagging*
gives one picture several labels at once. *Search* puts pages in order for a question.
*Recommendation* orders things for a person. *Sequence* problems turn one row into another: speech
to text, German to English. Leave one label for each kind, and see how far three carry.

**Without labels** (unsupervised). Stars move to the middle of their groups; an ellipse says what is
usual, an arrow what varies most. On the wines, the groups agree with the growers at 9 in 10. On
three layers, they do not. A stray point rings the alarm.

**For rewards** (reinforcement). The plane is cut into arms. Pulling one gives the height of one of
its points, and the agent, who sees nothing else, must choose again. With ε = 0 it stays with what
it first met, though a better arm stands beside it.

**From itself** (self-supervised). Hide one coordinate and foretell it from the other points. The
answers lie in the data. Points on a curve explain each other; a round cloud does not.

The 24 points are made up and half of them have labels at first; accuracy is counted on the others.
Grouping needs its number of groups from you, and where the stars start is drawn by the seed.
""",
)
