"""Formulas are read, never executed: any text gives a formula or a sentence, and soon."""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labcore.formula import Formula, FormulaError
from tests.helpers import within

SECONDS = 0.5
"""Far more than any formula takes; the slowest are refused by their length."""
ACTS = (
    "code.", "compile", "cpython.run", "ctypes.", "exec", "function.__new__", "import", "marshal.",
    "open", "os.", "pickle.", "shutil.", "socket.", "subprocess.",
)  # fmt: skip
"""Audit events of whatever a text could be made to do."""
_heard: list[str] | None = None


def _hear(event: str, _: object) -> None:
    mine = threading.current_thread() is threading.main_thread()
    if _heard is not None and mine and event.startswith(ACTS):
        _heard.append(event)


sys.addaudithook(_hear)  # Python tells of all it does; a hook cannot be taken back


@contextmanager
def nothing_executed() -> Generator[None, None, None]:
    """Fails if Python is made to compile, execute, import, open or connect anything meanwhile."""
    global _heard
    _heard = []
    try:
        yield
        assert _heard == []
    finally:
        _heard = None


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """What torch imports at its first use is not the formula's doing."""
    at = torch.ones(2, requires_grad=True)
    formula = Formula.parse("sin(x)^2 + max(x, y)/3 - sqrt(abs(e^-x))")
    formula(at, torch.ones(2)).sum().backward()
    formula.latex()


def test_the_audit_hears() -> None:
    with pytest.raises(AssertionError, match="compile"), nothing_executed():
        eval("1 + 1")


words = st.sampled_from(
    ("__import__('os').system('true')", "().__class__.__bases__[0]", "exec", "eval", "open",
     "os.system",
     "lambda: 0", "x.__class__", "__builtins__", "import os", "f'{x}'", "x if y else x",
     "globals()", "print(x)", "x;y", "x\n\ny", "@", "`x`", "${x}", "{{x}}", "%s", "ｅｘｅｃ", "𝐱",
     "x\u200by", "x\u0301", "(x)(y)", "True", "None", "nan", "inf", "1j", "0x10", "1_000", "1e999",
     "9" * 150, "1e-999", "０１", "٣", "π", "√", "²", "⁻¹", "−", "·", "sin", "max(", ",", "(", ")",
     "^", "**", "x", "y", "+", "-", "*", "/", " ", "\t", "\0", "\ud800", "e", "ln", "log(0)")
)  # fmt: skip
texts = st.lists(words, max_size=12).map("".join) | st.text(max_size=60)
deep = st.builds(
    lambda left, times, middle, right: left * times + middle + right * times,
    st.sampled_from(("(", "-", "sin(", "x^", "√", "max(x,", "((", "2^-", "+")),
    st.sampled_from((1, 30, 39, 41, 100, 5000)),
    words,
    st.sampled_from((")", "", "²", "))", "^x")),
)


@settings(max_examples=600)
@given(texts | deep)
@example("__import__('os').system('true')")
@example("(" * 100_000 + "x" + ")" * 100_000)
@example("x" * 1_000_000)
def test_any_text_is_a_formula_or_a_sentence_and_nothing_is_executed(text: str) -> None:
    with nothing_executed(), within(SECONDS):
        try:
            formula = Formula.parse(text)
        except FormulaError as error:
            said = str(error)
            assert said.endswith(".")
            assert "\n" not in said
            assert len(said) < 300
        else:
            value = formula(torch.ones(2), torch.ones(2))
            assert value.shape == (2,)
            assert Formula.parse(str(formula)) == formula
            formula.latex()


@settings(max_examples=200)
@given(st.sampled_from([*dir(builtins), "self", "cls", "tree", "torch", "__class__"]))
def test_no_name_of_python_is_known(name: str) -> None:
    with nothing_executed():
        for text in (name, f"{name}(x)", f"x.{name}", f"{name}.x", f"{name}()"):
            try:
                tree = Formula.parse(text).tree
            except FormulaError:
                continue
            assert name in ("abs", "min", "max"), f"{text} is {tree}"
