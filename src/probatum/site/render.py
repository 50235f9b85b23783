"""From a page to its bytes: the templates, and the few words they may use."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from probatum.monograph.numbers import month
from probatum.site import addresses
from probatum.site.addresses import PREFIX, SiteEdition, web_address
from probatum.site.backlinks import table_anchor
from probatum.site.bodies import SIDE_LABEL
from probatum.site.figures.bias import SIGN
from probatum.site.figures.svg import element
from probatum.site.page import Page
from probatum.site.shell import Shell
from probatum.site.voice import claim_anchor

T = TypeVar("T")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and those that reverse the order in which a reader sees text."""
MARKS: Mapping[str, tuple[str, int]] = {
    "effective": ("benefit", 3),
    "likely effective": ("benefit", 2),
    "possibly effective": ("benefit", 1),
    "possibly ineffective": ("null", 1),
    "likely ineffective": ("null", 2),
    "ineffective": ("null", 3),
}
BLANK_LINES = re.compile(r"\n\s*\n+")


@cache
def environment() -> Environment:
    """Return the templates: everything is escaped, and an unknown name is an error."""
    env = Environment(
        loader=PackageLoader("probatum.site"),
        bytecode_cache=compiled_templates(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=seen,
        auto_reload=False,
    )
    env.globals.update(
        address=addresses.page,
        anchor_of=addresses.question_anchor,
        bias_sign=SIGN,
        claim_anchor=claim_anchor,
        home=home,
        mark_of=mark_of,
        month=month,
        of_question=addresses.of_question,
        p_said=p_said,
        side_label=SIDE_LABEL,
        table_anchor=table_anchor,
        twin=twin,
        use_page=addresses.use_page,
        web=web,
    )
    env.tests["spoken"] = lambda part, voice: voice.speaks(part)
    return env


def compiled_templates() -> FileSystemBytecodeCache | None:
    """Return where compiled templates are kept: beside them, as Python does; or nowhere."""
    folder = Path(__file__).parent / "templates" / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    # Compiled code holds choices of the compiler and of this module, which its own key leaves out.
    made_by = version("jinja2").encode() + Path(__file__).read_bytes()
    mark = hashlib.sha256(made_by).hexdigest()[:12]
    return FileSystemBytecodeCache(str(folder), f"{mark}-%s.cache")


def render(page: Page, shell: Shell) -> bytes:
    """Return the bytes of a page."""
    voice, content = page.content(shell)
    template = environment().get_template(page.template)
    text = template.render(page=page, shell=shell, voice=voice, **content)
    return (BLANK_LINES.sub("\n", text).strip() + "\n").encode()


def seen(value: T) -> T | str:
    """Return a text without the characters that a reader would not see."""
    if not isinstance(value, str) or value.isprintable():
        return value
    if isinstance(value, Markup):
        return Markup(UNSEEN.sub("", value))  # noqa: S704  # taking letters away adds no markup
    return UNSEEN.sub("", value)


def mark_of(word: str) -> tuple[str, int]:
    """Return the family of a rating's mark, and how many of its three bars are full."""
    return MARKS.get(word, ("unknown", 0))


def p_said(reported: str) -> str:
    """Return a p value as its report gives it: `p = 0.04`, `p < 0.05`."""
    sign = reported[:1] if reported[:1] in {"<", ">"} else "="
    return f"p {sign} {reported.removeprefix(sign).strip()}"


def home(edition: SiteEdition) -> str:
    """Return the home page of an edition."""
    return addresses.page("", edition)


def twin(page: Page, edition: SiteEdition) -> str:
    """Return the same page in that edition."""
    return PREFIX[edition] + page.path.removeprefix(PREFIX[page.edition])


def web(text: str, label: str | None = None) -> Markup:
    """Return a text, as a link where it is a plain http(s) address."""
    href, words = web_address(text), escape(label or text)
    return words if href is None else element("a", words, href=href, rel="noreferrer")
