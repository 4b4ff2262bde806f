"""Controls: a frozen pydantic model from which all else is derived.

Widgets, URL, validation, command line, run key and tests read the same field. A control
says its bounds once::

    class Config(labcore.Config):
        lr: float = control(0.1, title="Learning rate η", low=1e-4, high=1, log=True)
        \"""Length of a step, as a multiple of the gradient.\"""
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, SupportsFloat, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

Kind = Literal["float", "int", "bool", "choice", "choices", "text", "points", "boxes", "own"]
Accepts = Literal["image", "table", "text", "weights"]
"""Kinds of files of the learner's own."""
PointList = tuple[tuple[float, float], ...]
"""What a control of kind “points” holds: (x, y), in the order they were put there."""
BoxList = tuple[tuple[float, float, float, float], ...]
"""What a control of kind “boxes” holds: (x0, y0, x1, y1) with x0 < x1 and y0 < y1."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control as the shell, the URL and the command line see it.

    low, high: inclusive bounds of a number, else None.
    x, y:      bounds of the coordinates of points and boxes.
    least, most: how many of them there may be.
    step:      spacing of a linear slider.
    log:       the slider is logarithmic.
    options:   what may be chosen, with `labels` to show.
    more:      it stands under “More” rather than in sight.
    only:      it matters only while another control has one of these values.
    views:     it matters only while one of these views of the lab is open.
    accepts:   what kind of file of the learner's own it takes: image, table, text or weights;
               what it holds is a token, see `labcore.own`.
    brings:    what other controls become when the learner chooses an option; links and the
               command line set each control by itself.
    """

    name: str
    kind: Kind
    default: Any
    title: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    options: tuple[str, ...] = ()
    labels: Mapping[str, str] | None = None
    more: bool = False
    only: Mapping[str, tuple[str, ...]] | None = None
    views: tuple[str, ...] = ()
    x: tuple[float, float] = (-math.inf, math.inf)
    y: tuple[float, float] = (-math.inf, math.inf)
    least: int = 0
    most: int = 50
    accepts: Accepts | None = None
    brings: Mapping[str, Mapping[str, Any]] | None = None

    def label(self, option: str) -> str:
        return (self.labels or {}).get(option, option)

    def grid(self, per_decade: int = 12) -> tuple[float, ...]:
        """The stops of a logarithmic slider: three significant digits, ends included."""
        if not (self.log and self.low and self.high):
            raise ValueError(f"{self.name} is not a logarithmic control")
        decades = math.log10(self.high / self.low)
        count = max(2, round(decades * per_decade)) + 1
        stops = {float(f"{self.low * 10 ** (decades * i / (count - 1)):.2g}") for i in range(count)}
        inside = {stop for stop in stops if self.low < stop < self.high}
        return tuple(sorted({*inside, self.low, self.high}))

    def text(self, value: Any) -> str:
        """How a value stands in a link or on the command line."""
        if self.kind == "bool":
            return "1" if value else "0"
        if self.kind == "choices":
            return ",".join(value)
        if self.kind in SHAPES:
            return "_".join(_brief(n) for shape in value for n in shape) or NO_POINTS
        return _brief(value) if self.kind == "float" else str(value)

    def parse(self, text: str) -> Any:
        """The value a text stands for.

        Raises:
            ValueError: a sentence that says what was wrong and what is admitted.
        """
        text = text.strip()
        if self.kind in ("float", "int"):
            try:
                value = float(text) if self.kind == "float" else int(text)
            except ValueError:
                word = "a number" if self.kind == "float" else "a whole number"
                raise ValueError(f"{self.title}: “{_short(text)}” is not {word}.") from None
            if not self._within(value):
                raise ValueError(f"{self.title}: {_short(text)} is {self._refusal()}.")
            return value
        if self.kind == "bool":
            if text.lower() in ("1", "true", "yes", "on"):
                return True
            if text.lower() in ("0", "false", "no", "off"):
                return False
            raise ValueError(f"{self.title}: “{_short(text)}” is neither 1 nor 0.")
        if self.kind == "choice":
            if text not in self.options:
                raise ValueError(
                    f"{self.title}: there is no “{_short(text)}”; "
                    f"there is {', '.join(self.options)}."
                )
            return text
        if self.kind == "choices":
            chosen = [part.strip() for part in text.split(",") if part.strip()]
            unknown = [part for part in chosen if part not in self.options]
            if unknown:
                raise ValueError(
                    f"{self.title}: there is no “{_short(unknown[0])}”; "
                    f"there is {', '.join(self.options)}."
                )
            if not chosen:
                raise ValueError(f"{self.title}: choose at least one.")
            return tuple(option for option in self.options if option in chosen)
        if self.kind in SHAPES:
            return self.check([] if text == NO_POINTS else self._shapes(text))
        if self.kind == "own":
            if text and not TOKEN.fullmatch(text):
                raise ValueError(f"{self.title}: “{_short(text)}” stands for no file.")
            return text
        if self.high is not None and len(text) > self.high:
            raise ValueError(f"{self.title}: more than {self.high:g} characters.")
        return text

    def _shapes(self, text: str) -> list[list[float]]:
        """All numbers one after the other, with an underscore between, which needs no escape."""
        try:
            numbers = [float(part) for part in text.split("_")]
        except ValueError:
            raise ValueError(
                f"{self.title}: “{_short(text)}” is not a list of numbers such as 1_2_1.5_-2."
            ) from None
        size = SHAPES[self.kind]
        if len(numbers) % size:
            word = "point needs two" if size == 2 else "box needs four"
            raise ValueError(f"{self.title}: {len(numbers)} numbers; each {word}.")
        return [numbers[i : i + size] for i in range(0, len(numbers), size)]

    def check(self, shapes: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], ...]:
        """Points or boxes as a value of this control, if they are admitted.

        Raises:
            ValueError: a sentence, if there are too many, one lies outside the bounds, or a
                box has no inside.
        """
        if len(shapes) < self.least:
            raise ValueError(
                f"{self.title}: {len(shapes)} {self.kind}; there have to be {self.least}."
            )
        if len(shapes) > self.most:
            raise ValueError(
                f"{self.title}: {len(shapes)} {self.kind}; at most {self.most} fit here."
            )
        for shape in shapes:
            for i, value in enumerate(shape):
                low, high = (self.x, self.y)[i % 2]
                if not low <= value <= high or not math.isfinite(value):
                    within = f" outside {low:g} to {high:g}" if math.isfinite(low) else " no number"
                    raise ValueError(f"{self.title}: {'xy'[i % 2]} = {value:g} is{within}.")
            if self.kind == "boxes" and not (shape[0] < shape[2] and shape[1] < shape[3]):
                raise ValueError(f"{self.title}: a box needs x0 < x1 and y0 < y1.")
        return tuple(tuple(map(float, shape)) for shape in shapes)

    def _within(self, value: float) -> bool:
        if isinstance(value, float) and not math.isfinite(value):
            return False
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def _refusal(self) -> str:
        if self.low is not None and self.high is not None:
            return f"outside {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"not a number from {self.low:g} on"
        return "not a finite number" if self.high is None else f"not a number up to {self.high:g}"


TOKEN = re.compile(r"own-[A-Za-z0-9_-]{22}")
"""What stands for a file of the learner's own."""

NO_POINTS = "none"
"""How an empty list of points or boxes stands in a link."""

SHAPES = {"points": 2, "boxes": 4}
"""How many numbers each of a control's shapes has."""


def control(
    default: Any,
    *,
    title: str,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    log: bool = False,
    unit: str = "",
    labels: Mapping[str, str] | None = None,
    more: bool = False,
    only: Mapping[str, tuple[str, ...]] | None = None,
    views: tuple[str, ...] = (),
    brings: Mapping[str, Mapping[str, Any]] | None = None,
    x: tuple[float, float] | None = None,
    y: tuple[float, float] | None = None,
    least: int = 0,
    most: int | None = None,
    accepts: Accepts | None = None,
) -> Any:
    """Declare a control; its help is the string under it.

    `high` bounds a text's length; `x`, `y`, `least` and `most` are for points and boxes;
    `accepts` makes it a choice of a file of the learner's own, with no file as the default.
    """
    extra: dict[str, Any] = {
        "step": step,
        "log": log,
        "unit": unit,
        "labels": dict(labels) if labels else None,
        "more": more,
        "only": {k: list(v) for k, v in only.items()} if only else None,
        "views": list(views),
        "accepts": accepts,
        "brings": {k: dict(v) for k, v in brings.items()} if brings else None,
    }
    if x and y and most:
        extra |= {"x": x, "y": y, "least": least, "most": most}
        return Field(default, title=title, json_schema_extra=extra)
    if accepts:
        pattern = rf"^({TOKEN.pattern})?$"
        return Field(default, title=title, pattern=pattern, json_schema_extra=extra)
    if isinstance(default, str):
        return Field(
            default, title=title, max_length=int(high) if high else None, json_schema_extra=extra
        )
    if isinstance(default, tuple):
        return Field(default, title=title, min_length=1, json_schema_extra=extra)
    return Field(default, title=title, ge=low, le=high, json_schema_extra=extra)


class Config(BaseModel):
    """The controls of a lab. `version` counts changes of defaults, for old links."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )
    version: ClassVar[int] = 1
    chance: ClassVar[bool] = True
    """Whether anything follows from the seed; where nothing does, no page offers another."""

    seed: int = control(0, title="Seed", low=0, high=9999, more=True)
    """Every random number of the run follows from it: the same seed, the same run."""

    @model_validator(mode="after")
    def _shapes_within_bounds(self) -> Config:
        for control in self.controls():
            if control.kind in SHAPES:
                control.check(getattr(self, control.name))
        return self

    @classmethod
    @cache
    def controls(cls) -> tuple[Control, ...]:
        """All controls in the order they are declared, the seed last."""
        fields = [(n, f) for n, f in cls.model_fields.items() if n != "seed"]
        fields.append(("seed", cls.model_fields["seed"]))
        return tuple(_control(name, info) for name, info in fields)

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> tuple[Any, list[str]]:
        """A config from texts, and a sentence for each one that was not admitted.

        An unknown name, a bad value or a bad combination never raises: the default is used
        instead, and said.
        """
        values: dict[str, Any] = {}
        notices: list[str] = []
        known = {control.name: control for control in cls.controls()}
        for name, text in texts.items():
            if name not in known:
                notices.append(f"There is no control “{_short(name)}” here; it was ignored.")
                continue
            try:
                values[name] = known[name].parse(text)
            except ValueError as error:
                used = known[name].text(known[name].default)
                notices.append(f"{error} The default, {used}, is used instead.")
        try:
            return cls(**values), notices
        except ValidationError as error:
            reasons = " ".join(sentence(error, cls))
            return cls(), [*notices, f"{reasons} The defaults are used instead."]

    def texts(self) -> dict[str, str]:
        """What differs from the defaults, as it stands in a link."""
        return {
            control.name: control.text(getattr(self, control.name))
            for control in self.controls()
            if getattr(self, control.name) != control.default
        }


def sentence(error: ValidationError, config: type[Config]) -> list[str]:
    """The sentences of a pydantic error, by the controls' own titles."""
    titles = {control.name: control.title for control in config.controls()}
    found = []
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else ""
        if item["type"] == "extra_forbidden":
            found.append(f"There is no control “{_short(name)}” here.")
            continue
        message = item["msg"].removeprefix("Value error, ")
        message = message[:1].lower() + message[1:] if name else message
        title = titles.get(name, name)
        message = message.rstrip(".")
        found.append(f"{title}: {message}." if title else f"{message}.")
    return found


def _brief(value: float) -> str:
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _control(name: str, info: FieldInfo) -> Control:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    bounds: dict[str, Any] = {}
    for rule in info.metadata:
        for attribute, key in (("ge", "low"), ("le", "high"), ("max_length", "high")):
            if getattr(rule, attribute, None) is not None:
                bounds[key] = getattr(rule, attribute)
    kind, options = ("own", ()) if extra.get("accepts") else _kind(info.annotation)
    return Control(
        name=name,
        kind=kind,
        default=info.default,
        title=info.title or name,
        help=info.description or "",
        options=options,
        low=bounds.get("low"),
        high=bounds.get("high"),
        **_given(extra),
    )


def _given(extra: Mapping[str, Any]) -> dict[str, Any]:
    names = ("step", "log", "unit", "labels", "more", "x", "y", "least", "most",
             "accepts", "brings")  # fmt: skip
    given = {key: extra[key] for key in names if key in extra}
    only = extra.get("only")
    given["only"] = {k: tuple(v) for k, v in only.items()} if only else None
    given["views"] = tuple(extra.get("views", ()))
    return given


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if annotation in (PointList, BoxList):
        return ("points" if annotation == PointList else "boxes"), ()
    if get_origin(annotation) is tuple:
        return "choices", get_args(get_args(annotation)[0])
    kinds: Mapping[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "text"}
    return kinds[annotation], ()


def format_number(value: float, digits: int = 3) -> str:
    """A number as a learner reads it: three significant digits, a real minus sign."""
    if not math.isfinite(value):
        return "∞" if value > 0 else ("−∞" if value < 0 else "not a number")
    text = f"{value + 0.0:.{digits}g}"
    if 10**digits <= abs(float(text)) < 1e6:
        text = f"{float(text):.0f}"
    elif "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def shown(value: SupportsFloat, digits: int = 3, *, least: float = 0.0) -> str:
    """A number as a learner reads it, or a dash where there is none (or none that is finite).

    least: what is smaller is only rounding, and 0.
    """
    number = float(value)
    if not math.isfinite(number):
        return "–"
    return format_number(0.0 if abs(number) < least else number, digits)


__all__: Sequence[str] = (
    "BoxList",
    "Config",
    "Control",
    "PointList",
    "control",
    "format_number",
    "sentence",
    "shown",
)
