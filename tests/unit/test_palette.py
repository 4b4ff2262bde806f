from __future__ import annotations

import itertools
import re

import pytest

from labcore.palette import (
    CATEGORICAL,
    DARK,
    DASHES,
    LIGHT,
    MARKERS,
    SCALES,
    THEMES,
    colour,
    scale,
)

GROUND = {"paper", "faint"}  # what stands behind; grid lines are not read
THEME_NAMES = ("light", "dark")


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_formula_agrees_with_published_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # WebAIM's checker
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.005)


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_theme_fills_every_role_and_stop(theme: str) -> None:
    stops = {f"{name}-scale-{i}" for name in SCALES for i in range(len(SCALES[name][0]))}
    assert set(THEMES[theme]) == set(LIGHT) | stops
    assert all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in THEMES[theme].values())
    assert set(LIGHT) == set(DARK)
    assert THEMES["light"]["paper"] != THEMES["dark"]["paper"]


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("role", sorted(set(LIGHT) - GROUND))
def test_a_role_stands_out_from_the_paper(theme: str, role: str) -> None:
    filled = THEMES[theme]
    least = 4.5 if role == "text" else 3.0
    assert contrast(filled[role], filled["paper"]) >= least


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_no_two_roles_share_a_colour(theme: str) -> None:
    roles = [THEMES[theme][role] for role in LIGHT]
    assert len(set(roles)) == len(roles)


def test_several_methods_differ_by_marker_and_dash_as_well() -> None:
    assert set(CATEGORICAL) <= set(LIGHT)
    for shapes in (CATEGORICAL, MARKERS, DASHES):
        assert len(set(shapes)) == len(shapes) == len(CATEGORICAL)
    assert "error" not in CATEGORICAL  # red means failure only


def test_a_colour_is_a_role_and_never_a_colour() -> None:
    assert colour("model") == "var(--model)"
    assert colour("model", 0.3) == "var(--model-30)"
    assert colour("model", 0.05) == "var(--model-05)"
    with pytest.raises(KeyError, match="no role “red”; there is data, model"):
        colour("red")


@pytest.mark.parametrize("name", sorted(SCALES))
def test_a_scale_goes_from_0_to_1_by_stops_both_themes_fill(name: str) -> None:
    stops = scale(name)
    assert (stops[0][0], stops[-1][0]) == (0, 1)
    places = [place for place, _ in stops]
    gaps = [b - a for a, b in itertools.pairwise(places)]
    assert gaps == pytest.approx([1 / (len(stops) - 1)] * (len(stops) - 1))
    assert len(SCALES[name][0]) == len(SCALES[name][1]) == len(stops)
    for i, (_, stop) in enumerate(stops):
        assert stop == f"var(--{name}-scale-{i})"
        assert all(f"{name}-scale-{i}" in THEMES[theme] for theme in THEME_NAMES)


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize(("name", "sign"), [("amount", 1), ("loss", None)])
def test_more_is_steadily_lighter_or_darker(theme: str, name: str, sign: int | None) -> None:
    count = len(SCALES[name][0])
    light = [luminance(THEMES[theme][f"{name}-scale-{i}"]) for i in range(count)]
    sign = sign or (1 if theme == "dark" else -1)  # a loss fades into the paper where it is low
    assert all(sign * (b - a) > 0 for a, b in itertools.pairwise(light))


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_zero_of_a_signed_scale_is_the_paper_and_its_ends_are_data_and_model(theme: str) -> None:
    filled = THEMES[theme]
    count = len(SCALES["signed"][0])
    assert count % 2 == 1
    assert filled[f"signed-scale-{count // 2}"] == filled["paper"]
    assert filled["signed-scale-0"] == filled["data"]
    assert filled[f"signed-scale-{count - 1}"] == filled["model"]
