"""Texts as sets of grams, the short pieces by which a keyword is found.

A text that holds the keyword holds all its grams. The reverse is not true, so what was found is then compared itself.
"""

from __future__ import annotations

# Between two grams in one document of the index; nothing but this separates tokens there.
SEPARATOR = "\x1f"
_LONGEST = 3
# More grams take longer to intersect than they save in comparing.
_MOST_ASKED = 8


def grams_of(text: str) -> set[str]:
    """Return every piece of one, two and three characters."""
    text = text.replace(SEPARATOR, " ")
    return {text[i : i + size] for size in range(1, _LONGEST + 1) for i in range(len(text) - size + 1)}


def grams_to_ask(keyword: str) -> list[str]:
    """Return a few grams, spread over the keyword, that every text with the keyword has."""
    keyword = keyword.replace(SEPARATOR, " ")
    size = min(_LONGEST, len(keyword))
    last = len(keyword) - size
    steps = min(last, _MOST_ASKED - 1) or 1
    return list(dict.fromkeys(keyword[i : i + size] for i in (last * step // steps for step in range(steps + 1))))
