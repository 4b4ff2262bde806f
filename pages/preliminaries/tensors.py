"""The prose of the lab on tensors."""

from pages.shell import lab_page

lab_page(
    "tensors",
    look_for=r"""
A tensor is a row of cells in memory and a rule that says how to read it: a shape, a stride for each
axis, and an offset. Many operations only write another rule. Which ones?

**Play a slice.** Each cell of the result lights up the cell it is. Then the ringed cell of $x$ gets
a 99. If the result shows it too, both read the same memory: it is a view, and cost nothing. Drag
the ring to see which cells are shared.

**Choose by a list.** `[0, 2]` and `::2` mean the same rows. One copies, one does not. A condition
such as `x > 5` copies as well.

**Look at the strides.** A transpose swaps them and moves no cell. Because of that `view` may refuse
what `reshape` can do by copying: take “When reshape has to copy”, then view instead.

**Stretch.** In a broadcast, shapes meet from the right; sizes are equal or one of them is 1. Hollow
cells are copies that are only imagined.

**Save memory.** `x = x + 1` takes new cells and gives them the old name; `x += 1` and
`x[:] = x + 1` write into the old ones. An array from `x.numpy()` is a window on
the tensor; a list is not.

PyTorch itself carries out each operation, strides and refusals are its own; whether memory is
shared is read from its addresses. The numbers in the cells are made up: 0, 1, 2 and so on.
What you type is read by a small parser and never run as code.
""",
)
