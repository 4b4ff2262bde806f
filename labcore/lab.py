"""The vocabulary of the house: what a lab is made of.

A lab is a module of plain functions with the same names everywhere::

    class Config(labcore.Config): ...                     # the controls
    def run(config, start=None) -> Iterator[Frame]: ...   # the lesson
    def panels(config, first) -> dict[str, go.Figure]: ...  # what stands still
    def draw(config, frame) -> dict[str, Patch]: ...      # what moves
    def readout(config, frame) -> dict[str, str]: ...     # the numbers in words
    LAB = Lab(...)

and, where the hand should be followed at once::

    def answer(config, start=None) -> Frame: ...          # drawn by the same draw()

`start` is the frame on screen, if it has a checkpoint and only a hand has moved since: what
was trained so far then answers to the hand at once.

And, where some controls only change what is looked at in a run that took long::

    def observe(config, start) -> Frame: ...              # a frame from its checkpoint

Nothing here imports torch, plotly or streamlit, so that navigation, validation and
the command line are instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, Literal, Protocol, TypedDict

import numpy as np

from labcore.config import Config

Values = Mapping[str, "np.ndarray | float | int"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One observation of a running experiment; not every training step is one.

    step:       the training step it shows, counted from 0.
    values:     small float32 arrays and numbers, by name. They become the table, the CSV
                and the npz of the run; challenges are judged on them.
    note:       one sentence the learner should read now, such as why a run diverged. It stands
                until a later frame has another; an empty one changes nothing.
    checkpoint: what `run(config, start=...)` needs to go on from here, if it can:
                arrays by name, never objects.
    """

    step: int
    values: Values
    note: str = ""
    checkpoint: Mapping[str, np.ndarray] | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a branch begins: the step and the checkpoint of the parent's frame."""

    step: int
    checkpoint: Mapping[str, np.ndarray]


class Patch(TypedDict, total=False):
    """What one frame changes on one panel.

    traces: new properties by the trace's uid. Every frame names the same traces and
            properties, so that any frame can be jumped to directly.
    append: points that a growing line gains in this frame, by uid; the stage keeps all
            of them and shows those up to the frame on screen.
    (An immediate answer has no earlier frames: it gives such a line whole, in `traces`.)
    layout: axis ranges, shapes and annotations, as Plotly names them
            (`{"xaxis.range": [0, 1]}`).
    """

    traces: dict[str, dict[str, Any]]
    append: dict[str, dict[str, Any]]
    layout: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper or book a lab rests on."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A link to something worth finding: `settings` differ from the defaults.

    view: the view it opens, if not the first.
    """

    title: str
    find: str
    settings: Mapping[str, Any]
    view: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run did on a challenge; `says` gives the figure it was judged by."""

    passed: bool
    says: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """A goal checked in the worker on the frames of a run."""

    slug: str
    goal: str
    hint: str
    check: Callable[[Any, Sequence[Frame]], Verdict]
    hard: bool = False


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step of a guided tour: words, something to do, and how one sees that it was done.

    text:     what to know, at most 60 words.
    settings: where the controls stand when the step opens, as they differ from the defaults;
              None leaves them as the learner has them.
    view:     the view it opens; empty leaves it.
    asks:     what to do, one sentence. Empty where the step is only to be read.
    done:     whether the controls show that it was done.
    reach:    the challenge that the run on the stage must have passed; with `done`, both.
    """

    text: str
    settings: Mapping[str, Any] | None = None
    view: str = ""
    asks: str = ""
    done: Callable[[Any], bool] | None = None
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Grab:
    """One mark the learner can take hold of: the trace with uid `uid`.

    Its place is the two controls `x` and `y`, rounded where they are whole numbers. With
    `anywhere`, a click on the plane brings it there. While it moves, the lab's `answer`
    follows; on release the controls take the new values.

    Where one of the two is empty, it moves along the other axis alone, such as a point on a
    curve: its other coordinate is what the lab draws.

    goes_on: on release the run goes on from the frame on screen, instead of starting anew.
    """

    panel: str
    uid: str
    x: str
    y: str
    label: str
    anywhere: bool = True
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """Many marks, the points of the trace `uid`, held by one control of kind “points”.

    A click on the plane adds one, a drag moves it, Delete or a drag off the panel takes it
    away; the lab's `answer` follows. A control that admits one number of points only (`least`
    is `most`) has them moved, never added or taken away.

    along: “x” or “y” where they move along that axis alone, such as the tops of bars; a press
           anywhere then means the nearest of them, if none can be added.
    goes_on: as of a `Grab`.
    """

    panel: str
    uid: str
    control: str
    label: str
    along: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes the learner draws, moves and resizes, held by one control of kind “boxes”.

    They are the outlines of the trace `uid`, a closed line of five points each with a gap
    behind it. A drag on the empty plane draws one, its inside moves it, a corner resizes it;
    Delete or a drag of its middle off the panel takes it away; the lab's `answer` follows.
    """

    panel: str
    uid: str
    control: str
    label: str


@dataclass(frozen=True, slots=True)
class Paint:
    """Cells the learner paints, held by one text control: rows joined by “/”, a letter a cell.

    The cell (column, row) is centred on those whole numbers of the panel's axes. What is painted
    is the letter chosen in the control `brush`; an option longer than one letter paints nothing,
    and the panel's other grabs act. The lab's `answer` follows the brush.

    single:  letters that stand in one cell only, such as the start: the old cell becomes `empty`.
    goes_on: on release the run goes on from the frame on screen in the changed world, instead
             of starting anew.
    """

    panel: str
    control: str
    brush: str
    label: str
    single: str = ""
    empty: str = "."
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """A panel that is played with keys, or with the buttons that stand for them.

    Each press adds a letter to the text control `control`, Backspace takes one away, and the
    lab's `answer` shows where the whole sequence leads; leaving the keys commits it.

    keys: letter by key, as browsers name keys: {"ArrowUp": "u", …}.
    """

    panel: str
    control: str
    keys: Mapping[str, str]
    label: str


Hand = Grab | Points | Boxes | Paint | Keys


@dataclass(frozen=True, slots=True)
class Lab:
    """What is known about a lab without running it.

    title, question: the question is the heading of the page.
    tip:        one sentence under the question that says what to try.
    covers:     sections of the book and articles, such as "B12.6".
    length:     how many frames a run of this config gives, for the progress bar.
    quick:      settings with which a run completes within two seconds; tests run on it.
    formulas:   LaTeX by title. `\\slot{name}` is filled with readout value `name` of the
                frame on screen.
    grabs:      what a hand can do on the panels.
    views:      titled choices of panels, such as {"Map": ("surface", "loss")}; the first opens.
                Panels that no view names stand in all. Changing the view computes nothing.
    tells:      by view, the readouts and formulas that are about it; what no view names is about
                all. Only where views show different things of a run.
    tour:       a guided way through the lab, of 4 to 8 steps.
    resumable:  whether run() accepts a start, that is, whether frames carry checkpoints.
    observes:   controls that change what is seen of a run and not what is computed: the frames of
                a run that differs in these alone are made from its checkpoints by the lab's
                `observe(config, start) -> Frame`. All frames then carry checkpoints.
    verb:       the word on the button that computes and plays.
    live:       a run is so quick that every change of a control trains at once.
    stays:      a run that follows a change is shown where the last one stood, not from its start.
    code:       functions to read before `run`, if it leaves the lesson to them.
    data:       the real data it runs on and their licence; empty where there are none.
    """

    slug: str
    title: str
    question: str
    tip: str
    covers: tuple[str, ...]
    config: type[Config]
    length: Callable[[Any], int]
    quick: Mapping[str, Any]
    references: tuple[Reference, ...]
    presets: tuple[Preset, ...]
    challenges: tuple[Challenge, ...]
    formulas: Mapping[str, str] = field(default_factory=dict)
    grabs: tuple[Hand, ...] = ()
    views: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tour: tuple[TourStep, ...] = ()
    resumable: bool = False
    observes: tuple[str, ...] = ()
    verb: str = "Train"
    live: bool = False
    stays: bool = False
    code: tuple[FunctionType, ...] = ()
    data: str = ""


def held_by_hand(lab: Lab) -> frozenset[str]:
    """The controls that some hand on the stage moves."""
    names = ((hand.x, hand.y) if isinstance(hand, Grab) else (hand.control,) for hand in lab.grabs)
    return frozenset(name for pair in names for name in pair if name)


class LabModule(Protocol):
    """A lab as the engine and the shell see it."""

    __name__: str
    LAB: Lab
    Config: type[Config]

    def run(self, config: Any, start: Start | None = None) -> Iterator[Frame]: ...
    def panels(self, config: Any, first: Frame) -> Mapping[str, Any]: ...
    def draw(self, config: Any, frame: Frame) -> dict[str, Patch]: ...
    def readout(self, config: Any, frame: Frame) -> dict[str, str]: ...
    def observe(self, config: Any, start: Start) -> Frame: ...


Size = Literal["large", "small"]
