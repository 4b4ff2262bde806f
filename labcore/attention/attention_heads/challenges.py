"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Verdict
from labcore.attention.attention_heads.config import Config, shape_of, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.surgery import changed_heads, letters, operates, switched
from labcore.attention.attention_heads.tasks import decode_text, read_date


def share(frame: Frame, name: str = "accuracy") -> float:
    """A share of a frame in per cent."""
    return 100 * float(frame[name])


def first_broken(*rules: tuple[bool, str]) -> Verdict | None:
    """The first condition that is not kept, as a verdict."""
    return next((Verdict(False, says) for kept, says in rules if not kept), None)


def hurry(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Dates in few steps."""
    broken = first_broken((config.task == "dates", "Train on dates."))
    if broken:
        return broken
    hit = next((frame.step for frame in frames if share(frame) >= 99), None)
    if hit is None:
        return Verdict(False, f"{share(frames[-1]):.1f} % of held-out dates are right at the end.")
    return Verdict(hit <= 150, f"99 % of held-out dates are right from step {hit} on.")


def bag(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A task without positions."""
    broken = first_broken(
        (config.task != "sentence", "Choose a task that is learnt here."),
        (config.position == "none", "Choose no positions."),
    )
    if broken:
        return broken
    last = share(frames[-1])
    return Verdict(last >= 95, f"{last:.1f} % of held-out inputs are right.")


def cheat(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A small loss that is worth nothing."""
    broken = first_broken((config.task != "sentence", "Choose a task that is learnt here."))
    if broken:
        return broken
    loss, last = float(frames[-1]["loss"]), share(frames[-1])
    says = f"The loss is {loss:.3f} and {last:.1f} % of held-out inputs are right."
    return Verdict(loss < 0.05 and last < 5, says)


def forge(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One weight, another century."""
    last = frames[-1]
    broken = first_broken((config.task == "dates", "Train on dates.")) or first_broken(
        (share(last) >= 99, f"The model is right on {share(last):.1f} % only; train it longer."),
        (not changed_heads(config), "Change no whole head."),
        (not switched(config), "Leave temperature, mask and √d as trained."),
        (len(letters(config.painted)) == 1, "Paint one cell, and one alone."),
        (texts(config)[0] == "12 march 2019", "Keep 12 march 2019 as your input."),
    )
    if broken:
        return broken
    written = decode_text("dates", last["written"].tolist())
    day = written.split("-")
    real = len(day) == 3 and read_date(".".join(reversed(day))) is not None
    says = f"It writes {written}."
    return Verdict(real and written.startswith("19"), says)


def spare(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Heads that are not needed."""
    last, shape = frames[-1], shape_of(config)
    cut = sum(letter == "0" for letter in changed_heads(config).values())
    broken = first_broken((config.task == "dates", "Train on dates.")) or first_broken(
        (shape.rows * shape.heads == 12, "Keep one layer and four heads, 12 heads in all."),
        (share(last) >= 99, f"The model is right on {share(last):.1f} % only; train it longer."),
        (cut >= 3, f"{cut} heads are cut; cut three."),
    )
    if broken:
        return broken
    after = share(last, "operated")
    return Verdict(after >= 95, f"With {cut} heads cut, {after:.1f} % stay right.")


def lean(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One head, half the width."""
    broken = first_broken(
        (config.task == "dates", "Train on dates."),
        (config.heads == "1" and config.layers == 1, "Take one head and one layer."),
        (config.width == "16", "Take a width of 16."),
    )
    if broken:
        return broken
    last = share(frames[-1])
    return Verdict(last >= 98, f"{last:.1f} % of held-out dates are right.")


def stranger(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Two texts with no word in common that mean the same."""
    broken = first_broken(
        (config.task == "sentence", "Choose the pretrained MiniLM."),
        (not operates(config), "Leave the model as it was trained."),
    )
    if broken:
        return broken
    first, second = (
        {piece for piece in example_of("sentence", text).inputs if piece.strip("#").isalnum()}
        for text in texts(config)
    )
    shared = sorted(first & second)
    if shared or min(len(first), len(second)) < 3:
        says = f"Both have “{shared[0]}”." if shared else "Take at least three words each."
        return Verdict(False, says)
    alike = float(frames[-1]["similarity"])
    return Verdict(alike >= 0.75, f"No word in common, and a similarity of {alike:.3f}.")


CHALLENGES = (
    Challenge(
        slug="hurry",
        goal="Have 99 % of the held-out dates right within 150 training steps.",
        hint="The learning rate falls to 0 at the last step, so shorten the run, too. And is there "
        "a way to tell where a token stands that need not be learnt?",
        check=hurry,
        hard=True,
    ),
    Challenge(
        slug="bag",
        goal="Learn one of the tasks with no positions at all: 95 % of held-out inputs right.",
        hint="Which answer depends only on which letters there are, and how many?",
        check=bag,
    ),
    Challenge(
        slug="cheat",
        goal="Reach a loss below 0.05 with fewer than 5 % of held-out inputs right.",
        hint="In training the decoder reads the right answer, shifted by one. What keeps it from "
        "looking at the next token?",
        check=cheat,
    ),
    Challenge(
        slug="forge",
        goal="With one painted cell make a good model write a real day of the 1900s for 12 march "
        "2019.",
        hint="The first digit and the second need not agree. Find a cross head whose first row "
        "looks at the year, and let it look elsewhere.",
        check=forge,
    ),
    Challenge(
        slug="spare",
        goal="Cut three of twelve heads of a model that is right on 99 % of the held-out dates, "
        "and keep 95 % right.",
        hint="Look at the bars of what is lost without each head, in the view Changes, and again "
        "after each cut: heads stand in for one another.",
        check=spare,
        hard=True,
    ),
    Challenge(
        slug="stranger",
        goal="Write two sentences of three words or more, none of them in both, whose similarity "
        "in MiniLM is 0.75 or more.",
        hint="Say the same thing twice, and name things that have two names.",
        check=stranger,
    ),
    Challenge(
        slug="lean",
        goal="Train one head of width 16 to 98 % of the held-out dates.",
        hint="A narrow model bears a higher learning rate, and needs more steps.",
        check=lean,
    ),
)
