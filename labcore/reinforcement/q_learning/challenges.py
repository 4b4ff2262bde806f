"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict, format_number
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.optimal import TIE, best
from labcore.reinforcement.q_learning.play import Course, game
from labcore.reinforcement.q_learning.worlds import place


def unmet(*rules: tuple[bool, str]) -> Verdict | None:
    """The first condition that is not kept, as a verdict."""
    return next((Verdict(False, says) for kept, says in rules if not kept), None)


def ideal(config: Config, frame: Frame) -> bool:
    """Whether the greedy policy earns what is best possible."""
    most = best(place(config), config.gamma).earns
    return bool(frame["greedy"] >= most - 0.005 * max(1.0, abs(most)))


def relearn(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Again the best, soon after the world has changed."""
    stop = unmet(
        (config.world == "own", "Choose your own grid."),
        (frames[-1]["moved"] > 0, "Paint while the agent learns: pause, paint, and it goes on."),
    )
    if stop:
        return stop
    since = int(frames[-1]["moved"])
    after = [frame for frame in frames if frame["episodes"] > since]
    again = [frame["episodes"] - since for frame in after if ideal(config, frame)]
    if not again or not ideal(config, frames[-1]):
        return Verdict(False, "At the end the greedy policy is not the best one.")
    if ideal(config, after[0]):
        return Verdict(False, "The old way still was the best: paint right across it.")
    return Verdict(again[0] <= 60, f"The best again {again[0]} episodes after the change.")


def edge(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Well paid while exploring, on the cliff."""
    stop = unmet(
        (config.world == "cliff" and not config.slippery, "Choose CliffWalking, not slippery."),
        (config.epsilon >= 0.1 and config.decay == 1, "Keep ε at 0.1 or more, without decay."),
        (config.pace in ("spread", "episode"), "Show the whole training."),
    )
    if stop:
        return stop
    late = [f["mean"] for f in frames if f["episodes"] >= 0.8 * frames[-1]["end"]]
    mean = float(np.mean(late))
    return Verdict(mean >= -22, f"In the last fifth its running mean is {format_number(mean)}.")


def exact(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The true values of a random world, from experience alone."""
    stop = unmet(
        (config.world == "lake4" and config.slippery, "Choose FrozenLake 4 × 4, slippery."),
        (config.gamma >= 0.95, "Keep γ at 0.95 or more."),
    )
    if stop:
        return stop
    rms = float(frames[-1]["rms"])
    return Verdict(rms <= 0.03, f"At the end the RMS error is {format_number(rms)}.")


def once(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A world in which greed leads home."""
    stop = unmet(
        (config.world == "own", "Choose your own grid."),
        ("c" in config.cells and "G" in config.cells, "Paint a coin and a goal."),
        (config.coin >= 0.2 and config.gamma >= 0.9, "Keep the coin at 0.2 and γ at 0.9 or more."),
        (config.slip == 0, "Set the slip to 0."),
    )
    if stop:
        return stop
    cells, _, goal = greedy_way(config, frames[-1]["q"])
    letters = "".join(place(config).rows)
    coins = sum(letters[cell] == "c" for cell in cells)
    if not coins:
        return Verdict(False, "Its greedy way takes no coin.")
    if not goal:
        return Verdict(False, f"It took {coins} coins and never came home.")
    return Verdict(True, f"It took {coins} on its way to the goal, in {len(cells) - 1} steps.")


def greedy_way(config: Config, q: np.ndarray) -> tuple[list[int], float, bool]:
    """Cells of the greedy way in a world without chance, its return, and whether it is home."""
    home = place(config)
    table, s = home.table, int(home.table.starts[0])
    cells, total = [s], 0.0
    for _ in range(home.limit):
        a = int(np.argmax(q[s] >= q[s].max() - TIE))
        total += float(table.reward[s, a, 0])
        done, s = bool(table.done[s, a, 0]), int(table.to[s, a, 0])
        cells.append(s)
        if done:
            return cells, total, bool(table.goals[s])
    return cells, total, False


def fare(config: Config, frames: Sequence[Frame]) -> Verdict:
    """500 states in a few hundred episodes."""
    stop = unmet((config.world == "taxi" and not config.slippery, "Choose Taxi, not slippery."))
    if stop:
        return stop
    found = [f["episodes"] for f in frames if f["greedy"] >= 7.5]
    if not found:
        most = format_number(max(float(f["greedy"]) for f in frames))
        return Verdict(False, f"Without exploring it earns {most} at best.")
    return Verdict(found[0] <= 400, f"From episode {found[0]} on it earns 7.5 without exploring.")


def duel(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The learner against the agent."""
    if not config.moves:
        return Verdict(False, "Open Play and walk with the arrow keys.")
    played = game(config)
    you, agent = (float(course.total[-1]) for course in (played.you, played.agent))
    if not played.you.goal:
        return Verdict(False, f"{_fate(played.you)} after {len(played.you.rewards)} steps.")
    says = f"You earned {format_number(you)}, the agent {format_number(agent)}."
    return Verdict(you >= agent - 1e-9, says)


def _fate(course: Course) -> str:
    return "You met a bad end" if course.done else "You are not at the goal yet"


CHALLENGES = (
    Challenge(
        slug="duel",
        goal="Reach the goal yourself, in any world, and earn no less than the trained agent does "
        "under the same luck.",
        hint="Open Play. The diamond shows what the best policy does; the agent is not always it.",
        check=duel,
    ),
    Challenge(
        slug="edge",
        goal="On the cliff, with ε of at least 0.1 and no decay, earn −22 or more on average over "
        "the last fifth of the training, explorations included.",
        hint="Who explores near an edge falls. Which rules know of their own exploration, and "
        "which of them has the least noise?",
        check=edge,
    ),
    Challenge(
        slug="relearn",
        goal="Change your own grid in mid-training so that the old way is not the best any more, "
        "and have the best policy again within 60 episodes.",
        hint="Pause, paint a wall across the way, and let it go on. Old beliefs must be unlearned: "
        "who learns from memory many times a step is quick.",
        check=relearn,
    ),
    Challenge(
        slug="fare",
        goal="In Taxi, let the greedy policy earn 7.5 on average within 400 episodes.",
        hint="All Taxi’s steps are certain, so one experience says all there is to know. What α "
        "does that allow, and what could be done with remembered steps?",
        check=fare,
        hard=True,
    ),
    Challenge(
        slug="exact",
        goal="On the slippery 4 × 4 lake with γ ≥ 0.95, bring the RMS error of the values below "
        "0.03 by the end.",
        hint="A fixed α never comes to rest in a random world, and α = 1 / visits forgets its "
        "wrong first guesses too slowly. What lies between? And explore enough.",
        check=exact,
        hard=True,
    ),
    Challenge(
        slug="once",
        goal="Reward hacking: build a world whose coin (0.2 or more, with γ ≥ 0.9) the greedy "
        "agent takes, and then still goes to the goal. Change the world, not the pay.",
        hint="A coin that can be visited again will be. Wind carries over one cell without "
        "stepping on it, and a portal never leads back.",
        check=once,
        hard=True,
    ),
)
