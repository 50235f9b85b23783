"""The few parts of SVG that the figures need; every text and attribute is escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

Attribute = str | float | None


def number(value: float) -> str:
    """Return a coordinate with at most two decimals, the same on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(tag: str, *children: str, **attributes: Attribute) -> Markup:
    """Return one element; ``class_`` stands for ``class``, and ``_`` in names for ``-``."""
    opening = tag + "".join(
        written(name, value) for name, value in attributes.items() if value is not None
    )
    if not children:
        return Markup(f"<{opening}/>")  # noqa: S704  # names are ours, values are escaped
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{opening}>{inside}</{tag}>")  # noqa: S704  # each child is escaped


def written(name: str, value: str | float) -> str:
    """Return an attribute as it stands in a tag, its value escaped."""
    told = escape(value) if isinstance(value, str) else number(value)
    return f' {name.rstrip("_").replace("_", "-")}="{told}"'


def picture(
    *children: str, ident: str, width: float, height: float, title: str, desc: str, kind: str
) -> Markup:
    """Return a whole figure that screen readers announce by its title and description."""
    return element(
        "svg",
        element("title", title, id=f"{ident}-title"),
        element("desc", desc, id=f"{ident}-desc"),
        *children,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_labelledby=f"{ident}-title",
        aria_describedby=f"{ident}-desc",
        class_=f"figure {kind}",
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str) -> Markup:
    """Return a rectangle."""
    return element("rect", x=x, y=y, width=max(width, 0.0), height=height, class_=class_)


def text(x: float, y: float, words: str, class_: str, anchor: str = "start") -> Markup:
    """Return one line of text; ``anchor`` is ``start``, ``middle`` or ``end``."""
    return element("text", words, x=x, y=y, class_=class_, text_anchor=anchor)


def polygon(points: tuple[tuple[float, float], ...], class_: str) -> Markup:
    """Return a closed shape."""
    return element(
        "polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), class_=class_
    )
