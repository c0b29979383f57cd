"""From one colour of the owner's choice the shades of it that can be read on the page. Pure.

Contrast is that of WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from __future__ import annotations

from typing import NamedTuple

READABLE = 4.5  # level AA for text: https://www.w3.org/TR/WCAG22/#contrast-minimum
VISIBLE = 3  # for graphics: https://www.w3.org/TR/WCAG22/#non-text-contrast
LINEAR_BELOW = 0.04045  # of sRGB: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
STEPS = 50
DEEPER = 0.25
WASH = 0.06


class Scheme(NamedTuple):
    """The papers of tokens.css or dark.css, from the nearest to the ink to the farthest, and where the ink tends to."""

    papers: tuple[str, str, str]
    ink: str


class Shades(NamedTuple):
    """The four values of a scheme that follow the accent; the names are those of tokens.css."""

    seal: str
    seal_deep: str
    on_seal: str
    seal_wash: str


LIGHT = Scheme(("#f1ece2", "#faf7f1", "#fffdf9"), "#000000")
DARK = Scheme(("#221f1b", "#181613", "#110f0d"), "#ffffff")


def shades(accent: str, scheme: Scheme) -> Shades:
    """Return the accent's shades, near it in hue, whose contrast with the scheme's papers and each other is readable.

    Args:
        accent: `#rrggbb`.
        scheme: LIGHT or DARK.

    """
    nearest, page, farthest = scheme.papers
    steps = (mix(accent, scheme.ink, step / STEPS) for step in range(STEPS + 1))
    seal = next(colour for colour in steps if contrast(colour, nearest) >= READABLE)
    return Shades(seal, mix(seal, scheme.ink, DEEPER), farthest, mix(page, seal, WASH))


def style_sheet(accent: str) -> str:
    """Return what tokens.css and dark.css take in place of their own values."""
    values = (
        f"  --own-{name}-{value.replace('_', '-')}: {colour};\n"
        for name, scheme in (("light", LIGHT), ("dark", DARK))
        for value, colour in shades(accent, scheme)._asdict().items()
    )
    return f":root {{\n{''.join(values)}}}\n"


def line_on(colour: str) -> str:
    """Return what to draw with on a colour: light where it can be seen, else dark."""
    light, dark = LIGHT.papers[-1], DARK.papers[-1]
    return light if contrast(light, colour) >= VISIBLE else dark


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour with so much of another in it, from 0 to 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= LINEAR_BELOW else float(((channel + 0.055) / 1.055) ** 2.4)
