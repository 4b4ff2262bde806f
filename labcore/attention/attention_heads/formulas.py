"""Formulas with the numbers of the frame on screen."""

from __future__ import annotations

FORMULAS = {
    "Score of the chosen cell": r"""s_{ij} = \frac{q_i \cdot k_j}{\sqrt{d}\,T}
 = \frac{\slot{cell.dot}}{\slot{cell.divisor}} = \slot{cell.logit}, \quad d = \slot{cell.d}""",
    "Its weight": r"""w_{ij} = \frac{e^{s_{ij}}}{\sum_l e^{s_{il}}}
 = e^{\slot{cell.logit} - (\slot{cell.total})} = \slot{cell.weight},
 \quad \text{after your changes } \slot{cell.final}""",
    "Spread of its row": r"""H_i = -\sum_l w_{il} \log_2 w_{il} = \slot{row.bits}
 \le \log_2 \slot{row.n} = \slot{row.most},
 \quad \text{as if } 2^{H_i} = \slot{row.keys} \text{ keys shared it evenly}""",
    "Effective rank of the matrix": r"""e^{H(\sigma)}, \quad
 H(\sigma) = -\sum_k p_k \ln p_k, \quad p_k = \frac{\sigma_k}{\sum_l \sigma_l}:
 \quad \slot{rank.effective}, \quad \slot{rank.above}\ \text{of the}\ \sigma_k
 \text{ are above 1 % of the largest}""",
    "Similarity of two texts": r"""\cos(a, b) = \frac{a \cdot b}{|a|\,|b|}
 = \frac{\slot{alike.product}}{\slot{alike.first} \cdot \slot{alike.second}}
 = \slot{alike.cosine}, \quad a, b \text{: the means of the tokens}""",
    "Least lead of a right token": r"""\Delta = z_{\text{right}} - \max_{\text{wrong}} z:
 \quad \slot{lead.before} \to \slot{lead.after}""",
}
"""log Σ e^s stands for the sum, so that no number overflows."""
