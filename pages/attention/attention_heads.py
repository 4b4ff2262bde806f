"""The prose of the lab on attention heads."""

from pages.shell import lab_page

lab_page(
    "attention_heads",
    look_for=r"""
A small Transformer learns to write dates the same way, from nothing, on examples made up on the
spot (synthetic data; the digits of the last task are real). Scrub the training.

**Watch alignment appear.** At first every head looks everywhere. Then the rows of the cross heads
sharpen: the year is written while looking at the year, though it stands last in the input. A row
is a *query*, the token being written; a column is a *key*; a row sums to 1. The decoder reads one
token behind what it writes, so its first column is the start sign ▸. Many figures shift these
labels by one.

**Ask whether it matters.** Set “A click on a head” to *cuts it* and click. Green bars tell what
each head is worth: the lead $\Delta$ of the right token that is lost without it. One head keeps
looking at the end sign ■ and nothing is lost without it. Softmax must put its weight somewhere;
a key with a short value is a good place to do nothing. That is a sink.

**Forge a date.** Paint one cell of a cross head with *all weight there* and read what is written.

**Take the stages apart.** Without $1/\sqrt{d}$ rows harden, at temperature 10 they blur. Which of
the two does the model survive better? Act on all heads (under More).

**Do not trust the picture.** *Why* sets roll-out, which adds up attention, beside a measurement:
each input token is replaced and the loss of lead is counted. They agree only in part. Attention
shows where information may come from, not what is made of it.
""",
)
