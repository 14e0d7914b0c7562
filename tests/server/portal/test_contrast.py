"""What is written can be read, in light and in dark: WCAG 2.2, 4.5:1 for text, 3:1 for shapes."""

import re
from pathlib import Path

import pytest

import sluis.server

CSS = Path(sluis.server.__file__).parent / "static" / "sluis.css"
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "sheet")

# Ink, ground, and how far apart they have to be.
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "soft", "water", "water-deep") for ground in GROUNDS],
    *[(ink, ground, TEXT) for ink in ("green", "orange", "red", "grey") for ground in GROUNDS],
    *[(ink, f"{ink}-tint", TEXT) for ink in ("green", "orange", "red", "grey")],
    *[("ink", f"{tint}-tint", TEXT) for tint in ("water", "green", "orange", "red", "grey")],
    *[("soft", f"{tint}-tint", TEXT) for tint in ("water", "grey")],
    ("water", "water-tint", TEXT),
    ("water-deep", "water-tint", TEXT),
    ("water-on", "water", TEXT),
    ("water-on", "water-deep", TEXT),
    ("red-on", "red", TEXT),
    ("water", "grey-tint", TEXT),
    ("code-on", "code", TEXT),
    ("code-soft", "code", TEXT),
    ("code-on", "code-line", TEXT),
    *[("edge", ground, SHAPE) for ground in GROUNDS],
    *[("lock-1", "ink", SHAPE), ("lock-5", "paper", SHAPE)],
]


def themes():
    """Return the colours of the light and of the dark theme, by name."""
    blocks = re.findall(r":root \{(.*?)\}", CSS.read_text(), re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_stands_out(theme, ink, ground, least):
    colours = themes()[theme]
    assert contrast(colours[ink], colours[ground]) >= least


def test_the_dark_theme_has_a_colour_of_its_own_for_each_of_the_light():
    light, dark = themes().values()
    assert [name for name in light if light[name] == dark[name]] == []


def test_colours_are_named_and_nothing_is_coloured_beside_the_names():
    _, _, rules = CSS.read_text().partition("@layer reset {")
    # A QR code is scanned on white, print is black on white.
    beside = set(re.findall(r"#[0-9a-f]{6}\b", rules)) - {"#ffffff", "#000000", "#888888"}
    assert beside == set()


def test_contrast_is_that_of_the_guideline():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
