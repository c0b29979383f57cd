"""The owner's colour: whatever it is, the page can be read."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest

from coze_web.accent import DARK, LIGHT, READABLE, VISIBLE, Scheme, contrast, line_on, mix, shades
from coze_web.assets import DIGEST, FILES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BRANDS = ["#1677ff", "#1a73e8", "#0066cc", "#ffff00", "#ffd400", "#ffffff", "#000000", "#808080", "#00ff00", "#ff0000"]
COLOURS = [*BRANDS, *(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in product(range(0, 256, 51), repeat=3))]
SCHEMES = {"tokens.css": LIGHT, "dark.css": DARK}


def tokens(sheet: str) -> dict[str, str]:
    """Return the values of the first tier."""
    return dict(re.findall(r"--([\w-]+): (#\w+);", FILES[f"css/{sheet}"].decode()))


@pytest.mark.parametrize("sheet", SCHEMES)
def test_every_colour_can_be_read(sheet: str) -> None:
    values = tokens(sheet)
    papers = [values["paper"], values["paper-raised"], values["paper-sunk"]]
    for accent in COLOURS:
        seal, deep, on_seal, wash = shades(accent, SCHEMES[sheet])
        for colour in (seal, deep):
            assert min(contrast(colour, paper) for paper in [*papers, wash, on_seal]) >= READABLE, accent
        assert min(contrast(values[ink], wash) for ink in ("ink", "ink-soft")) >= READABLE, accent


def test_a_colour_that_can_be_read_is_kept() -> None:
    assert shades("#1a56b0", LIGHT).seal == "#1a56b0"
    assert shades("#8ab4f8", DARK).seal == "#8ab4f8"
    assert shades("#ffff00", LIGHT).seal != "#ffff00"


@pytest.mark.parametrize(("sheet", "scheme"), SCHEMES.items())
def test_the_papers_are_those_of_the_style_sheets(sheet: str, scheme: Scheme) -> None:
    values = tokens(sheet)
    assert set(scheme.papers) == {values["paper"], values["paper-raised"], values["paper-sunk"]}
    assert scheme.papers[1] == values["paper"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


def test_colours_mix() -> None:
    assert [mix("#000000", "#ff8000", share) for share in (0, 0.5, 1)] == ["#000000", "#804000", "#ff8000"]


@pytest.mark.parametrize("colour", BRANDS)
def test_the_icon_shows_its_lines_on_every_colour(client: FlaskClient, colour: str) -> None:
    response = client.get(f"/static/{DIGEST}/accent/{colour[1:]}.svg")
    assert response.content_type == "image/svg+xml; charset=utf-8"
    assert set(re.findall(r"#[0-9a-f]{6}", response.text)) == {colour, line_on(colour)}
    assert contrast(colour, line_on(colour)) >= VISIBLE


def test_the_style_sheet_has_what_the_tokens_ask_for(client: FlaskClient) -> None:
    response = client.get(f"/static/{DIGEST}/accent/1677ff.css")
    assert response.content_type == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    wanted = re.findall(r"var\((--own-[\w-]+)", (FILES["css/tokens.css"] + FILES["css/dark.css"]).decode())
    assert sorted(re.findall(r"(--own-[\w-]+):", response.text)) == sorted(wanted)
    assert len(wanted) == 8


@pytest.mark.parametrize("name", ["red.css", "12345.css", "1234567.svg", "FFFFFF.css", "12345g.svg", "ffffff"])
def test_what_is_no_colour_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{DIGEST}/accent/{name}").status_code == 404
