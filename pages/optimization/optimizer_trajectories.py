"""The prose of the lab on optimizer trajectories."""

from pages.shell import lab_page

lab_page(
    "optimizer_trajectories",
    look_for=r"""
Every racer starts at the same place and sees the same gradient, $g = \nabla f(\theta)$. They
differ only in what they do with it.

**Follow the zigzag.** In a ravine the gradient points across the valley, hardly along it. SGD
takes $\theta \leftarrow \theta - \eta g$ at its word. Across the ravine each step multiplies the
distance by $1 - \eta\lambda_{\max}$, so above $\eta = 2/\lambda_{\max}$ it grows instead of
shrinking. Move η past that edge and read what the note under the picture says.

**Then watch momentum.** It keeps a velocity, $v \leftarrow \beta v + g$. Steps across the valley
cancel in it, steps along add up, and its edge moves out to $2(1+\beta)/\lambda_{\max}$. The map on
the right shows how many steps momentum needs for each pair of η and β: 16,384 races, run while you
look. Drag its ring along the dashed edge. The quickest settings lie close to disaster.

**Adagrad, RMSProp and Adam** divide each coordinate by the usual size of its own gradient, so a
steep direction and a flat one are walked at the same pace. In a ravine that lies along the axes
this is a gift. Adagrad remembers all gradients since the start and slows down for ever; RMSProp
and Adam forget, so they keep their pace, and near the minimum they cannot settle.

**Add noise** and switch the band on, under More: twenty races for each rule. Which differences
between the rules survive the noise, and which were luck?

Formulas are toys. Choose the network last: the same five rules, 760 weights, real images.
""",
)
