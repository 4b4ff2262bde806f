from __future__ import annotations

import subprocess
import sys

import pytest

from labcore import catalog
from tests.helpers import ROOT, environment, is_sentence

HEAVY = ("torch", "streamlit", "plotly", "scipy", "sklearn", "starlette")


def test_navigation_and_validation_import_nothing_heavy_and_no_lab() -> None:
    program = (
        "import sys, labcore.lab, labcore.config; from labcore import catalog;"
        "catalog.entries(); catalog.find('trouble');"
        f"labs = {{'tests.labs.trouble', *(e.module for e in catalog.LABS), *{HEAVY}}};"
        "print(sorted(labs & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_slugs_are_unique() -> None:
    slugs = [entry.slug for entry in (*catalog.LABS, *catalog.extra())]
    assert len(set(slugs)) == len(slugs)
    sections = [section.slug for section in catalog.SECTIONS]
    assert len(set(sections)) == len(sections)


@pytest.mark.parametrize("entry", catalog.LABS, ids=lambda entry: entry.slug)
def test_a_lab_has_a_section_a_module_and_a_page_of_its_name(entry: catalog.Entry) -> None:
    assert entry.slug.isidentifier()
    assert entry.section in {section.slug for section in catalog.SECTIONS}
    assert set(entry.paths) <= set(catalog.PATHS) - {"book"}
    assert entry.module == f"labcore.{entry.section}.{entry.slug}"
    source = ROOT / entry.module.replace(".", "/")
    assert source.with_suffix(".py").is_file() or (source / "__init__.py").is_file()
    assert entry.page == f"pages/{entry.section}/{entry.slug}.py"
    assert (ROOT / entry.page).is_file()
    assert entry.title
    assert is_sentence(entry.teaser)


def test_sections_of_one_part_stand_together() -> None:
    parts = [section.part for section in catalog.SECTIONS]
    changes = [part for i, part in enumerate(parts) if i == 0 or parts[i - 1] != part]
    assert len(changes) == len(set(changes))


def test_a_path_is_a_part_of_the_catalog_in_its_order() -> None:
    assert catalog.entries() == catalog.LABS
    for path in catalog.PATHS:
        chosen = catalog.entries(path)
        assert list(chosen) == [entry for entry in catalog.LABS if entry in chosen]
    assert catalog.entries("nowhere") == ()


def test_a_lab_is_found_by_its_slug_and_loaded_once() -> None:
    for entry in catalog.LABS:
        assert catalog.find(entry.slug) is entry
    assert catalog.find("trouble").module == "tests.labs.trouble"
    assert catalog.load("trouble").LAB.slug == "trouble"
    assert catalog.load("trouble") is catalog.load("trouble")


@pytest.mark.parametrize("slug", ["nothing", "", "../etc", "Trouble"])
def test_an_unknown_slug_is_answered_by_a_sentence(slug: str) -> None:
    with pytest.raises(KeyError) as error:
        catalog.find(slug)
    said = error.value.args[0]
    assert said.startswith(f"There is no lab “{slug}”; there is ")
    assert catalog.LABS[0].slug in said
    assert "trouble" not in said  # the labs of tests are not offered
    assert is_sentence(said)
