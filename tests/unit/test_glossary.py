"""The glossary: each term once, in order, short, and leading to labs that there are."""

from __future__ import annotations

import pytest

from labcore import catalog, glossary


def test_every_word_stands_once_and_in_order() -> None:
    names = [term.name for term in glossary.TERMS]
    assert names == sorted(names, key=str.casefold)
    words = [w.casefold() for term in glossary.TERMS for w in (term.name, *term.also)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("term", glossary.TERMS, ids=lambda term: term.name)
def test_a_term_is_said_shortly(term: glossary.Term) -> None:
    assert term.says.endswith(".")
    assert len(term.says.split()) <= 40
    assert set(term.labs) <= {entry.slug for entry in catalog.LABS}


def test_terms_are_found_in_prose_but_not_in_formulas_or_other_words() -> None:
    prose = "Momentum goes on. The heads of $\\gamma$ attend; GPU and reaping are no terms."
    assert [term.name for term in glossary.used(prose)] == ["attention head", "momentum"]
    assert [term.name for term in glossary.used("A GP with η.")] == [
        "Gaussian process",
        "learning rate",
    ]
    assert glossary.used("", ("The IoU of boxes.",))[0].name == "intersection over union"


def test_a_term_is_found_by_any_of_its_words() -> None:
    found = glossary.find("Expected Improvement")
    assert found
    assert found.name == "acquisition function"
    assert glossary.find("nothing") is None
