"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import numpy as np

from labcore import Frame, format_number
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.observe import layer_name
from labcore.reinforcement.q_learning.optimal import best
from labcore.reinforcement.q_learning.worlds import Place, place

FORMULAS = {
    "The last update, with its numbers": r"""\begin{align*}
Q(s, a) &\leftarrow (1 - \alpha) \, Q(s, a) + \alpha \, T
 = (1 - \slot{update.alpha}) \cdot (\slot{update.old})
 + \slot{update.alpha} \cdot (\slot{update.target}) = \slot{update.new} \\
Q(s, a) &\leftarrow Q(s, a) + \alpha \, \delta
 = \slot{update.old} + \slot{update.alpha} \cdot (\slot{update.delta}) = \slot{update.new} \\
\delta &= T - Q(s, a) = \slot{update.target} - (\slot{update.old}) = \slot{update.delta} \\
T &= \slot{update.rule} = \slot{update.sum} = \slot{update.target}
\end{align*}""",
    "What each rule takes for the target T": r"""\begin{align*}
\text{Q-learning, Dyna-Q, Q(λ)} &: \; r + \gamma \max_{a'} Q(s', a') \\
\text{SARSA} &: \; r + \gamma \, Q(s', a') \\
\text{Expected SARSA} &: \; r + \gamma \sum_{a'} \pi(a' \mid s') \, Q(s', a') \\
\text{Double Q} &: \; r + \gamma \, Q_2(s', \text{arg}\max_{a'} Q_1(s', a')) \\
\text{n-step SARSA} &: \; r_1 + \gamma r_2 + \dots + \gamma^{n-1} r_n + \gamma^n Q(s_n, a_n) \\
\text{Monte Carlo} &: \; r_1 + \gamma r_2 + \gamma^2 r_3 + \dots
\end{align*}""",
}

TARGETS = {
    "q": "r + γ max Q(s′, ·)",
    "dyna": "r + γ max Q(s′, ·)",
    "lambda": "r + γ max Q(s′, ·)",
    "sarsa": "r + γ Q(s′, a′)",
    "expected": "r + γ Σ π Q(s′, ·)",
    "double": "r + γ Q₂(s′, argmax Q₁)",
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """How the agent does; under names with a dot, the numbers of the formula."""
    if "you" in frame.values:
        return played(frame) | slots(config, np.full(10, np.nan))
    most = best(place(config), config.gamma).earns
    told = {
        "Episode": f"{frame['episodes']}, ε {format_number(frame['epsilon'])}"
        if frame["steps"]
        else "0",
        "Return, running mean": format_number(frame["mean"]) if frame["episodes"] else "–",
        "Without exploring": f"{format_number(frame['greedy'])} of {format_number(most)}",
        "RMS error": format_number(frame["rms"]),
        "Goal reached": f"{frame['goals']} times",
        "Last update": step_words(config, frame["update"]),
    }
    if config.world == "taxi":
        told["Map"] = layer_name(config, int(frame["layer"]))
        del told["Goal reached"]
    return told | slots(config, frame["update"])


def played(frame: Frame) -> dict[str, str]:
    """The players' scores, and what both policies expect, whatever their luck."""
    if len(frame["you"]) == 1:
        return {
            "Best possible return": format_number(frame["most"]),
            "An agent trained from scratch": format_number(frame["expects"]),
        }
    you, agent, ideal = (frame[f"{name}.total"] for name in ("you", "agent", "best"))
    return {
        "You": f"{format_number(float(you[-1]))} in {len(you) - 1} steps",
        "Agent": f"{format_number(float(agent[-1]))} in {len(agent) - 1}, "
        f"expects {format_number(frame['expects'])}",
        "Best policy": f"{format_number(float(ideal[-1]))} in {len(ideal) - 1}, "
        f"expects {format_number(frame['most'])}",
    }


def step_words(config: Config, update: np.ndarray) -> str:
    """Where the last update was: from which cell, by which action, to which cell."""
    if np.isnan(update[0]):
        return "none yet"
    home = place(config)
    s, a, s2 = int(update[0]), int(update[1]), int(update[3])
    return f"{cell_words(home, s)}, {home.actions[a]}, to {cell_words(home, s2)}"


def cell_words(home: Place, s: int) -> str:
    """A cell as row and column, counted from 1."""
    row, column = divmod(int(home.cells[s]), home.shape[1])
    return f"({row + 1}, {column + 1})"


def slots(config: Config, update: np.ndarray) -> dict[str, str]:
    """What fills the formula; dashes before the first update."""
    names = ("alpha", "old", "target", "new", "delta", "rule", "sum")
    if np.isnan(update[0]):
        return {f"update.{name}": "–" for name in names}
    _, _, r, s2, _, _, old, target, alpha, _ = (float(number) for number in update)
    numbers = {"alpha": alpha, "old": old, "target": target,
               "new": old + alpha * (target - old), "delta": target - old}  # fmt: skip
    told = {name: format_number(value, 4) for name, value in numbers.items()}
    reward, gamma = format_number(r, 4), format_number(config.gamma)
    if config.agent == "monte_carlo":
        told |= {"rule": "all that followed, discounted", "sum": format_number(target, 4)}
    elif config.agent == "n_step":
        told |= {"rule": f"up to {config.n} rewards, then Q", "sum": format_number(target, 4)}
    elif place(config).ends[int(s2)]:
        told |= {"rule": "r, as nothing follows the end", "sum": reward}
    else:
        follows = (target - r) / config.gamma if config.gamma else 0.0
        told |= {"rule": TARGETS[config.agent],
                 "sum": f"{reward} + {gamma} · ({format_number(follows, 4)})"}  # fmt: skip
    return {f"update.{name}": told[name] for name in names}
