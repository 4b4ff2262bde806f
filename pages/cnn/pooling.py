"""The prose of the lab on pooling."""

from pages.shell import lab_page

lab_page(
    "pooling",
    look_for=r"""
Pooling slides a window over numbers and keeps one of each window. It has nothing to learn. What is
it for?

**Play**, and read every step: the numbers under the window, what each counts for, the output cell.
All five methods are a weighted sum $y = \sum_i w_i x_i$. The maximum chooses its weights by
looking; the average has the same for all.

**Ring a cell** by a click. The small field on the right is the gradient on its way back, window by
window. A maximum pays the winner alone, an average pays everyone. A cell that never wins learns
nothing from this layer.

**Change the shape.** The formula below has your numbers filled in. A stride larger than the window
leaves cells unread; “Round the output up” keeps a last window that sticks out; adaptive windows
fit any input.

**Drag the picture** under *Shift*. It is often said that pooling makes a network invariant to
small shifts. Measure it: on brightness, one pixel changes a maximum about as much as no pooling
does. On edges, which is what networks pool, it helps, and the average and blurring help too. Then
compare with the old output *moved along*: at whole strides nothing is lost, between them much is,
and least if one blurs before skipping. A change of 1.4 is that between two unrelated pictures.

**Turn and zoom**, and see pooling help little.

The photographs are real. Windows are computed by hand, moving pictures by PyTorch; tests hold both
against each other. Turned pictures are interpolated, which blurs them a little.
""",
)
