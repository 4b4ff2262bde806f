"""The prose of the lab on generative adversarial networks."""

from pages.shell import lab_page

lab_page(
    "gan",
    look_for=r"""
Nobody tells the generator $G$ what good data look like. It turns noise $z$ into points $G(z)$. A
second network, the discriminator $D$, sees real points and fakes and learns to tell them apart. $G$
only learns where $D$'s verdict would rise: the thin lines on the fakes.

**Watch the shading.** Where it is blue, $D$ says real. Fakes climb into the blue, $D$ takes it away
from them, and so on until it is pale everywhere. If $D$ is right at each moment, it says
$p/(p+q)$, data against data and fakes. The view “Discriminator” sets it beside that, and draws
the pull everywhere. “One step” shows what the next step of each network would change.

**Then break it.** In the preset “Oscillation” $G$ moves faster than $D$ can follow: all fakes hop
together. In “Mode collapse” $D$ stays ahead, and each fake that fools it is content with
half of the blobs. In “Vanishing gradient” $D$ is so sure that its slope is zero where the fakes
are. In “Memorising” all looks well, except that nothing new is made. The note under the picture
says which it is, and by which numbers. Go on from a frame with one setting changed: what saves it?

**Losses tell little.** Both stand near $\log 4$ and $\log 2$ when all is well, and when both
networks are equally poor. So look at distance and coverage. $W_2$ is exact, but of two samples of
256; two samples of the data are apart as well, and that is the dashed line.

**Three other models** learn the same points without a fight. Which of them leaves bridges between
the blobs, which blurs, and which is slow to sample?
""",
)
