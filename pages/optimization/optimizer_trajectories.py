"""The prose of the lab on optimizer trajectories."""

from pages.shell import lab_page

lab_page(
    "optimizer_trajectories",
    look_for=r"""
Every racer starts at the same place and sees the same gradient, $g = \nabla f(\theta)$. They
differ only in what they do with it.

**Follow the zigzag.** In a ravine the gradient points across the valley, hardly along it. Across
it, each step of SGD multiplies the distance by $1 - \eta\lambda_{\max}$: above
$\eta = 2/\lambda_{\max}$ it grows. Momentum keeps a velocity, in which steps across cancel and
steps along add up; its edge lies at $2(1+\beta)/\lambda_{\max}$. Each cell of the small map is a
race of its own. Drag its ring along the dotted edge: the quickest settings lie close to disaster.

**Look at one step.** In *Steps*, arrows show the slope, the memory and the move. Adagrad, RMSProp,
Adam and kin divide each coordinate by the usual size of its own gradient. In a ravine along the
axes this is a gift; turn the ravine by 45° and it is gone.

**Ask for curvature.** Newton’s method divides by it, L-BFGS guesses it. Newton looks for slope
zero, so it likes tops and saddles as well. *Basins* shows where a racer ends from each start.

**Change η on the way.** Choose a schedule under More, or draw one. PyTorch’s momentum and Polyak’s
are the same until η changes; then they part.

**Leave the toys.** The network has 760 weights and real images; its small batches are real noise.
*Sharpness* compares its largest curvature with $2/\eta$. Its paths are exact, but the plane under
them is one slice, and the share of their variance it shows is said. Newton stays away: each step
would need all 760 × 760 second derivatives.
""",
)
