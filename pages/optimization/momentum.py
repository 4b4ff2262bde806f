"""The prose of the lab on momentum."""

from pages.shell import lab_page

lab_page(
    "momentum",
    look_for=r"""
The convention here is the one of PyTorch: $v \leftarrow \beta v + g$, then $w \leftarrow w - \eta
v$. Some books put $\eta$ into the velocity; with a constant $\eta$ the paths are the same.

Turn your head until the ravine lies along its axes, and the problem falls apart: **each direction
is a mode of its own**, with its own curvature $\lambda$, and no mode knows of the other. One step
multiplies a mode's place and velocity by a 2 × 2 matrix. Its two roots $r$ say all: the larger
$|r|$ is the rate $\rho$ by which the error shrinks in the long run.

**Drag the ring** on the map of settings. Below a critical curve $\beta = (1 -
\sqrt{\eta\lambda})^2$ a mode glides home; above it the roots leave the real line and it ripples.
Right of $\eta = 2(1 + \beta)/\lambda_n$ the steep mode flies off. The best setting is where both
modes are critically damped at once, and there κ counts only by its square root.

**Set β = 0.97** and move η: the slope of the error stays. Once both modes ripple, $\rho =
\sqrt\beta$ and nothing else.

**Open “Memory”** and pull the purple mark. The velocity is a leaky sum of gradients with weights
$\beta^j$; about $1/(1 - \beta)$ of them count. Across the ravine their signs cancel, along it they
add up.

The map and the dotted slopes are exact. The measured rate comes from the steps on screen, so early
steps and ripples make it wander. The ravine is a formula, not data.
""",
)
