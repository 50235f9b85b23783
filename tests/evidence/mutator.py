"""Break a good text in the ways that hands, editors and machines do; the same seed, the same."""

from __future__ import annotations

import random

VALUES = (
    "-1", "0", "1e400", "nan", "inf", "1.5", "true", "[]", "{}", '""', '"x"', "[[]]", "[1, 2, 3]",
    "2024-01-01", "99999999999999999999", "0x10", '"\\u0000"', "[0, 0]", "-0.0", '"<0.0"', '"1"',
    '"NaN"', "[{}]", "{ a = 1 }", "5e-324", "1.7e308", "[5, -5]", '"<.05"', '">=0.99"', "[1, '2']",
)  # fmt: skip
NOISE = (
    "\0",
    "\xff",
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    "#",
    "\n",
    "\\",
    ",",
    '"""',
    "\ufeff",
    "é",
)


def mutate(text: str, seed: int) -> bytes:
    """Return the text with one to four things broken."""
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(WAYS)(text, chance)
    raw = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.05:
        at = chance.randrange(len(raw) + 1)
        raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at:]
    return raw


def value(text: str, chance: random.Random) -> str:
    """Exchange the value of one field."""
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if " = " in line]
    if places:
        at = chance.choice(places)
        lines[at] = f"{lines[at].split(' = ')[0]} = {chance.choice(VALUES)}"
    return "\n".join(lines)


def inner_value(text: str, chance: random.Random) -> str:
    """Exchange one value anywhere, also inside inline tables and lists."""
    parts = text.split(" = ")
    if len(parts) < 2:
        return text
    at = chance.randrange(1, len(parts))
    ends = [end for end in map(parts[at].find, (",", " }", "\n")) if end >= 0]
    rest = parts[at][min(ends, default=len(parts[at])) :]
    parts[at] = chance.choice(VALUES) + rest
    return " = ".join(parts)


def word(text: str, chance: random.Random) -> str:
    """Drop, double or exchange one letter: a typing mistake."""
    if not text:
        return text
    at = chance.randrange(len(text))
    letter = chance.choice(("", text[at] * 2, chance.choice("abcxyz_- 0-9")))
    return text[:at] + letter + text[at + 1 :]


def noise(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(NOISE) + text[at:]


def line_lost(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def line_moved(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def line_doubled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    return "\n".join([*lines[:at], lines[at], *lines[at:]])


def cut(text: str, chance: random.Random) -> str:
    """End in the middle, as an interrupted copy does."""
    return text[: chance.randrange(len(text) + 1)]


def number(text: str, chance: random.Random) -> str:
    """Change the sign, the size or the decimals of one number."""
    places = [i for i, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + chance.choice(("-", "0", "9", ".", "e9", "", "-0")) + text[at + 1 :]


WAYS = (value, value, inner_value, inner_value, word, noise, line_lost, line_moved, line_doubled,
        cut, number, number)  # fmt: skip
