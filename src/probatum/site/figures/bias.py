"""Risk of bias by domain as stacked bars, each study weighted by its people (RoB 2, robvis)."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from probatum.site.figures.svg import box, picture, text

WIDTH, LEFT, ROW = 360.0, 118.0, 24.0
ORDER = ("low", "some concerns", "high", "not assessed")


def draw_bias(shares: Mapping[str, Mapping[str, float]], *, ident: str, title: str) -> Markup:
    """Return one bar a domain; shares of one by judgement."""
    parts = []
    told = []
    for index, (domain, share) in enumerate(shares.items()):
        y = ROW * index + 4
        x = LEFT
        parts.append(text(LEFT - 8, y + 12, domain, "label", "end"))
        for judgement in ORDER:
            width = (WIDTH - LEFT) * share.get(judgement, 0.0)
            if width > 0:
                parts.append(box(x, y, width, ROW - 8, f"bias {judgement.replace(' ', '-')}"))
            x += width
        said = ", ".join(f"{word} {share[word]:.0%}" for word in ORDER if share.get(word))
        told.append(f"{domain}: {said}")
    return picture(
        *parts,
        ident=ident,
        width=WIDTH,
        height=ROW * len(shares) + 4,
        title=title,
        desc=f"Share of people by risk of bias of their studies. {'; '.join(told)}.",
        kind="bias-bars",
    )
