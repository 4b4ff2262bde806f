"""The book's points each have a lab that says it covers them."""

from __future__ import annotations

import re

import pytest

from labcore import book, catalog

SLUGS = {entry.slug for entry in catalog.LABS}
PASSAGES = [passage for chapter in book.CHAPTERS for passage in chapter.passages]


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.number)
def test_every_point_is_in_a_lab_that_covers_its_section(passage: book.Passage) -> None:
    assert passage.points
    covering = {s for s in SLUGS if passage.number in catalog.load(s).LAB.covers}
    for point in passage.points:
        assert point.labs
        assert set(point.labs) <= SLUGS, point.says
        assert covering & set(point.labs), (point.says, "no lab of it says that it covers it")


def test_what_labs_cover_of_these_chapters_is_listed() -> None:
    chapters = {re.match(r"B(\d+)", passage.number).group(1) for passage in PASSAGES}
    listed = {passage.number for passage in PASSAGES}
    for slug in SLUGS:
        for number in catalog.load(slug).LAB.covers:
            found = re.match(r"B(\d+)", number)
            assert not found or found.group(1) not in chapters or number in listed, (slug, number)


def test_each_passage_stands_once_and_each_point_too() -> None:
    numbers = [passage.number for passage in PASSAGES]
    assert len(set(numbers)) == len(numbers)
    for passage in PASSAGES:
        assert len({point.says for point in passage.points}) == len(passage.points)
