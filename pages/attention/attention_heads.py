"""The prose of the lab on attention heads."""

from pages.shell import lab_page

lab_page(
    "attention_heads",
    look_for=r"""
A small Transformer learns to write dates the same way, from nothing, on synthetic examples. Scrub
the training.

**Watch alignment appear.** At first every head looks everywhere. Then the rows of the cross heads
sharpen: the year is written while looking at the year, though it stands last in the input. A row
is a *query*, the token being written; a column is a *key*; a row sums to 1. The decoder reads one
token behind what it writes, so its first column is the start sign ▸.

**Ask whether it matters.** Set “A click on a head” to *cuts it* and click. Green bars tell what
each cross head is worth: the lead $\Delta$ of the right token that is lost without it. Head 4
keeps looking at the end sign ■ and little is lost without it. Softmax must put its weight
somewhere; a key with a short value is a good place to do nothing. *Sink* shows that, most of all
in MiniLM, where [CLS] draws over half of all weight in blocks 2 to 5.

**Forge a date.** Paint one cell of a cross head with *all weight there* and read what is written.

**Take the stages apart.** Without $1/\sqrt{d}$ rows harden, at temperature 10 they blur. Which of
the two does the model survive better? Act on all heads (under More).

**Read real sentences.** Choose *pretrained MiniLM* and step through its six layers. The second
text is read as trained; your changes act on the first.

**Do not trust the picture.** *Why* sets roll-out, which adds up attention, beside a measurement:
each input token is replaced. They agree only in part, and for MiniLM not at all. Attention shows
where information may come from, not what is made of it.
""",
)
