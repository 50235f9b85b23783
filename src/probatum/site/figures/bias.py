"""Risk of bias as stacked bars, each study weighted by its people (RoB 2, robvis).

Each judgement has a colour and a sign, so that neither is needed alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from probatum.site.figures.svg import box, element, number, picture, text

WIDTH, LEFT, ROW, BAR, SHORT = 360.0, 118.0, 24.0, 16.0, 160.0
ORDER = ("low", "some concerns", "high", "not assessed")
SIGN = {"low": "+", "some concerns": "?", "high": "−", "not assessed": ""}
ROOM = 14.0
"""Narrowest part of a bar that has room for its sign."""


def draw_bias(shares: Mapping[str, Mapping[str, float]], *, ident: str, title: str) -> Markup:
    """Return one bar a domain; shares of one by judgement."""
    parts = []
    for index, (domain, share) in enumerate(shares.items()):
        top = ROW * index + 4
        parts.append(text(LEFT - 8, top + 12, domain, "label", "end"))
        parts += bar(share, LEFT, WIDTH, top)
    told = "; ".join(f"{domain}: {tell(share)}" for domain, share in shares.items())
    return picture(
        *parts,
        ident=ident,
        width=WIDTH,
        height=ROW * len(shares) + 4,
        title=title,
        desc=f"Share of people by risk of bias of their studies. {told}.",
        kind="bias-bars",
    )


def draw_bar(share: Mapping[str, float]) -> Markup:
    """Return one bar for a line of a table, whose words stand beside it."""
    return element(
        "svg",
        *bar(share, 0, SHORT, 0),
        viewBox=f"0 0 {number(SHORT)} {number(BAR)}",
        width=SHORT,
        height=BAR,
        aria_hidden="true",
        class_="figure bias-bar",
    )


def tell(share: Mapping[str, float]) -> str:
    """Return shares in words, the empty ones left out."""
    return ", ".join(f"{word} {share[word]:.0%}" for word in ORDER if share.get(word))


def bar(share: Mapping[str, float], left: float, right: float, top: float) -> list[Markup]:
    """Return the parts of one bar, with a sign in each that has room for it."""
    parts, x = [], left
    for judgement in ORDER:
        width = (right - left) * share.get(judgement, 0.0)
        look = judgement.replace(" ", "-")
        if width > 0:
            parts.append(box(x, top, width, BAR, f"bias {look}"))
        if width > ROOM and SIGN[judgement]:
            parts.append(
                text(x + width / 2, top + 12, SIGN[judgement], f"bias-sign {look}", "middle")
            )
        x += width
    return parts
