"""The step of each rule as a formula, filled with the numbers of the frame on screen.

All are of the coordinate x, and on the network of one weight. ε is at most 1e−3 (Yogi), too small
to be seen in the numbers.
"""

from __future__ import annotations


def _means(name: str) -> str:
    """The two running means of Adam and its kin."""
    return r"""
m &\leftarrow \beta_1 m + (1 - \beta_1) g
 = 0.9 \cdot (\slot{NAME.m.before}) + 0.1 \cdot (\slot{NAME.g}) = \slot{NAME.m} \\
""".replace("NAME", name)


def _squares(name: str) -> str:
    return r"""v &\leftarrow \beta_2 v + (1 - \beta_2) g^2
 = \slot{NAME.beta2} \cdot \slot{NAME.v.before}
 + \slot{NAME.fresh} \cdot (\slot{NAME.g})^2 = \slot{NAME.v} \\
""".replace("NAME", name)


def _corrected(name: str) -> str:
    return r"""\hat m &= \frac{m}{1 - \beta_1^t} = \slot{NAME.mhat}, \quad
\hat v = \frac{v}{1 - \beta_2^t} = \slot{NAME.vhat}, \quad t = \slot{NAME.t} \\
""".replace("NAME", name)


def _divided(name: str, begins: str = "before") -> str:
    """The last line of Adam and its kin."""
    return r"""\theta &\leftarrow \theta - \frac{\eta \hat m}{\sqrt{\hat v} + \epsilon}
 = \slot{NAME.BEGINS} - \frac{\slot{NAME.lr} \cdot (\slot{NAME.mhat})}
{\sqrt{\slot{NAME.vhat}}} = \slot{NAME.after}
""".replace("NAME", name).replace("BEGINS", begins)


def _aligned(*parts: str) -> str:
    return r"\begin{align*}" + "".join(parts) + r"\end{align*}"


FORMULAS = {
    "SGD": r"\theta \leftarrow \theta - \eta g"
    r" = \slot{sgd.before} - \slot{sgd.lr} \cdot (\slot{sgd.g}) = \slot{sgd.after}",
    "Momentum": r"""\begin{align*}
v &\leftarrow \beta v + g
 = \slot{momentum.beta} \cdot (\slot{momentum.v.before}) + (\slot{momentum.g})
 = \slot{momentum.v} \\
\theta &\leftarrow \theta - \eta v
 = \slot{momentum.before} - \slot{momentum.lr} \cdot (\slot{momentum.v}) = \slot{momentum.after}
\end{align*}""",
    "Polyak": r"""\begin{align*}
v &\leftarrow \beta v + \eta g
 = \slot{polyak.beta} \cdot (\slot{polyak.v.before}) + \slot{polyak.lr} \cdot (\slot{polyak.g})
 = \slot{polyak.v} \\
\theta &\leftarrow \theta - v
 = \slot{polyak.before} - (\slot{polyak.v}) = \slot{polyak.after}
\end{align*}""",
    "Nesterov": r"""\begin{align*}
v &\leftarrow \beta v + g
 = \slot{nesterov.beta} \cdot (\slot{nesterov.v.before}) + (\slot{nesterov.g})
 = \slot{nesterov.v} \\
\theta &\leftarrow \theta - \eta (g + \beta v)
 = \slot{nesterov.before} - \slot{nesterov.lr} \cdot
 (\slot{nesterov.g} + \slot{nesterov.beta} \cdot (\slot{nesterov.v})) = \slot{nesterov.after}
\end{align*}""",
    "Adagrad": r"""\begin{align*}
s &\leftarrow s + g^2
 = \slot{adagrad.s.before} + (\slot{adagrad.g})^2 = \slot{adagrad.s} \\
\theta &\leftarrow \theta - \frac{\eta g}{\sqrt{s} + \epsilon}
 = \slot{adagrad.before} - \frac{\slot{adagrad.lr} \cdot (\slot{adagrad.g})}
{\sqrt{\slot{adagrad.s}}} = \slot{adagrad.after}
\end{align*}""",
    "RMSProp": r"""\begin{align*}
s &\leftarrow \rho s + (1 - \rho) g^2
 = \slot{rmsprop.rho} \cdot \slot{rmsprop.s.before}
 + \slot{rmsprop.fresh} \cdot (\slot{rmsprop.g})^2 = \slot{rmsprop.s} \\
\theta &\leftarrow \theta - \frac{\eta g}{\sqrt{s} + \epsilon}
 = \slot{rmsprop.before} - \frac{\slot{rmsprop.lr} \cdot (\slot{rmsprop.g})}
{\sqrt{\slot{rmsprop.s}}} = \slot{rmsprop.after}
\end{align*}""",
    "Adadelta": r"""\begin{align*}
s &\leftarrow \rho s + (1 - \rho) g^2
 = \slot{adadelta.rho} \cdot \slot{adadelta.s.before}
 + \slot{adadelta.fresh} \cdot (\slot{adadelta.g})^2 = \slot{adadelta.s} \\
d &= \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}} g = \slot{adadelta.d}, \quad
u = \slot{adadelta.u.before}, \quad \epsilon = 10^{-6} \\
\theta &\leftarrow \theta - \eta d
 = \slot{adadelta.before} - \slot{adadelta.lr} \cdot (\slot{adadelta.d}) = \slot{adadelta.after} \\
u &\leftarrow \rho u + (1 - \rho) d^2 = \slot{adadelta.u}
\end{align*}""",
    "Adam": _aligned(_means("adam"), _squares("adam"), _corrected("adam"), _divided("adam")),
    "AdamW": _aligned(
        r"""
\theta &\leftarrow (1 - \eta\lambda) \theta
 = (1 - \slot{adamw.lr} \cdot \slot{adamw.decay}) \cdot (\slot{adamw.before})
 = \slot{adamw.shrunk} \\""",
        _means("adamw"), _squares("adamw"), _corrected("adamw"), _divided("adamw", "shrunk"),
    ),
    "Yogi": _aligned(
        _means("yogi"),
        r"""v &\leftarrow v + (1 - \beta_2) \, \mathrm{sign}(g^2 - v) \, g^2 = \slot{yogi.v},
 \quad v = \slot{yogi.v.before} \text{ before}, \quad g^2 = (\slot{yogi.g})^2 \\
""",
        _corrected("yogi"), _divided("yogi"),
    ),
    "Lion": r"""\begin{align*}
c &= \beta_1 m + (1 - \beta_1) g
 = 0.9 \cdot (\slot{lion.m.before}) + 0.1 \cdot (\slot{lion.g}) = \slot{lion.c} \\
\theta &\leftarrow \theta - \eta (\mathrm{sign}(c) + \lambda\theta)
 = \slot{lion.before} - \slot{lion.lr} \cdot
 (\slot{lion.sign} + \slot{lion.decay} \cdot (\slot{lion.before})) = \slot{lion.after} \\
m &\leftarrow \beta_2 m + (1 - \beta_2) g = \slot{lion.m}
\end{align*}""",
    "L-BFGS": r"""\begin{align*}
H &\approx \text{inverse Hessian, from the last 10 pairs of moves and changes of } g \\
\theta &\leftarrow \theta - \eta (Hg)
 = \slot{lbfgs.before} - \slot{lbfgs.lr} \cdot (\slot{lbfgs.hg}) = \slot{lbfgs.after},
 \quad g = \slot{lbfgs.g}
\end{align*}""",
    "Newton": r"""\theta \leftarrow \theta - \eta (H + \delta I)^{-1} g
 = \begin{pmatrix} \slot{newton.before} \\ \slot{newton.y.before} \end{pmatrix}
 - \slot{newton.lr} \begin{pmatrix} \slot{newton.xx} + \slot{newton.damping} & \slot{newton.xy} \\
 \slot{newton.xy} & \slot{newton.yy} + \slot{newton.damping} \end{pmatrix}^{-1}
 \begin{pmatrix} \slot{newton.g} \\ \slot{newton.y.g} \end{pmatrix}
 = \begin{pmatrix} \slot{newton.after} \\ \slot{newton.y.after} \end{pmatrix}""",
}  # fmt: skip
"""By the names of the racers."""
