"""The prose of the lab on devices."""

from pages.shell import lab_page

lab_page(
    "devices",
    look_for=r"""
A tensor lives on a device, and what is computed with it is computed there. A GPU multiplies
matrices hundreds of times as fast as a processor. But it has to be called, and the numbers have to
get there and back. From which size is that worth it?

**Measured.** The blue line is this server's processor in one thread, timed while you watch: the
shortest of a few goes. Others compute here too, so it trembles. If the server has a GPU and lends
it to this run, its line is measured as well. If not, the page says so, and none is drawn. The
dashed line gives half of the rows to a second thread, as several GPUs share a batch: it pays once
the work outweighs handing it out.

**Foretold.** The dotted line is a model: a call, a transfer of $3 n^2$ numbers, and $2 n^3$
operations at full rate. Its three numbers are yours to set; drag the ring. A real GPU reaches its
full rate with large matrices only, so the model flatters it in the middle.

**Move the crossing.** Use the matrices a hundred times before they come back, as training does,
and it moves far to the left. This is why data and weights stay on the GPU, and why printing the
loss after every step, which fetches a number, is slow.

**Compare dtypes.** In the view *Rate* half the bytes are not always twice as quick: it depends on
which instructions the processor has.

The view *This server* says what measures here, and what PyTorch answers when the parts of a sum lie
on two devices.
""",
)
