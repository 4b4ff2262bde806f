"""The prose of the lab on checkpoints."""

from pages.shell import lab_page

lab_page(
    "checkpoints",
    look_for=r"""
Training takes long, and machines fail. So one writes down, now and then, all that the next step
depends on. Here a small network trains, is saved, and trained on from the file. Both runs stand on
top of each other.

**Save less.** With weights, optimizer and random state in the file, the gap is exactly 0, bit for
bit. Leave out the optimizer: Adam has forgotten how large the gradients were, and its first steps
are too long. Leave out the random state: other batches come. That run is not wrong, but it is
another one, and no bug can be found by running it again.

**Look into the file.** The format is safetensors. Eight bytes tell the length of a header, the
header is JSON with the name, dtype, shape and place of each tensor, then come the numbers. Click
on any byte. There is no code in it, unlike in a pickle, which may run a program when it is
opened. A list is saved as tensors named 0 and 1.

**Damage it.** Flip one bit of the header and reading fails, with a reason. Flip one of a weight and
nobody notices: there is no checksum. Bit 6 of a float's top byte is worth a factor of $2^{128}$ or
its inverse; the lowest bits, nothing one would see.

**Read the sentences.** Missing, renamed, another shape: each is what PyTorch will tell you one day
in a hundred lines.

The file is really written and read back, in memory.
""",
)
