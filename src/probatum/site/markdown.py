"""Markdown that people wrote in the base, rendered with no way to raw HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from probatum.site.addresses import web_address

CITATION = re.compile(r"\[@([a-z][a-z0-9-]*(?:\s*;\s*@[a-z][a-z0-9-]*)*)\]")
Cite = Callable[[Sequence[str]], Markup]
"""Turns the ids of one citation into links."""


def render_markdown(text: str, cite: Cite, *, deeper: int) -> Markup:
    """Return Markdown as HTML; headings are lowered by ``deeper`` levels, citations made links."""
    tokens = parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + deeper)}"
        elif token.type in {"th_open", "td_open"} and "style" in token.attrs:
            # The page's policy forbids style attributes, so alignment becomes a class.
            token.attrs = {"class": "numeric"} if "right" in str(token.attrs["style"]) else {}
    engine = parser()
    return Markup(engine.renderer.render(tokens, engine.options, {"cite": cite}))  # noqa: S704  # html is off


@cache
def parser() -> MarkdownIt:
    """Return the parser: CommonMark and tables, no HTML, no images, http(s) links only."""
    engine = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    engine.validateLink = lambda url: web_address(url) is not None  # type: ignore[method-assign]  # its own way to set it
    engine.inline.ruler.before("link", "citation", read_citation)
    engine.add_render_rule("citation", write_citation)
    return engine


def read_citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser's signature
    """Read ``[@id]`` or ``[@id; @other]``."""
    found = CITATION.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"ids": re.split(r"\s*;\s*@", found.group(1))}
    state.pos = found.end()
    return True


def write_citation(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    idx: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """Write a citation by the function that the page gave."""
    del renderer, options
    return str(env["cite"](tokens[idx].meta["ids"]))
