"""Laws that every page of a site obeys, read from the built files."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from html_reading import Html, read_html
from humming import built

from probatum.site.addresses import web_address

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)
EXPECTED = (
    "index.html",
    "uses/index.html",
    "uses/knee-pain/index.html",
    "uses/sad-knees/index.html",
    "studies/hum2011/index.html",
    "reviews/pool2021/index.html",
    "safety/harm2018/index.html",
    "mechanism/how2017/index.html",
    "safety/index.html",
    "how-it-works/index.html",
    "dosing/index.html",
    "interactions/index.html",
    "references/index.html",
    "method/index.html",
    "changelog/index.html",
    "conditions-of-use/index.html",
)


@cache
def pages() -> dict[str, Html]:
    root = built()
    found = sorted(root.rglob("*.html"))
    return {path.relative_to(root).as_posix(): read_html(path) for path in found}


def internal(path: str, href: str) -> tuple[str, str]:
    target, _, fragment = href.partition("#")
    return posixpath.normpath(
        posixpath.join(posixpath.dirname(path), target)
    ) if target else path, fragment


def test_the_pages_that_the_monograph_needs_are_there_in_both_editions() -> None:
    assert set(EXPECTED) <= set(pages())
    records = ("studies/", "reviews/", "mechanism/", "safety/harm2018")
    twins = {f"professional/{path}" for path in EXPECTED if not path.startswith(records)}
    assert twins <= set(pages())


def test_every_internal_link_leads_to_a_page_and_a_place_on_it() -> None:
    checked = 0
    for path, page in pages().items():
        for link in page.all("a", "link"):
            href = link.attrs.get("href")
            if href is None or re.match(r"https?:", href):
                continue
            target, fragment = internal(path, href)
            assert not href.startswith("/"), f"{path}: {href} would break below a sub-path"
            assert (built() / target).is_file(), f"{path}: {href} leads nowhere"
            if fragment:
                assert fragment in pages()[target].ids, f"{path}: {href} has no such place"
            checked += 1
    assert checked > 500


def test_every_page_is_reached_from_home() -> None:
    seen, ahead = set(), ["index.html"]
    while ahead:
        path = ahead.pop()
        if path in seen or path not in pages():
            continue
        seen.add(path)
        links = [a.attrs.get("href", "#") for a in pages()[path].all("a")]
        ahead += [internal(path, href)[0] for href in links if not re.match(r"https?:", href)]
    assert seen == set(pages())


def test_no_page_holds_script_style_or_anything_that_the_policy_forbids() -> None:
    for path, page in pages().items():
        policy = [m for m in page.all("meta") if "http-equiv" in m.attrs]
        assert [m.attrs["content"] for m in policy] == [CSP], path
        assert not page.all("script", "style", "iframe", "form", "object", "embed", "base"), path
        for element in page.elements:
            bad = [a for a in element.attrs if a == "style" or a.startswith("on")]
            assert not bad, f"{path}: <{element.tag}> has {bad}"
            for name in ("href", "src", "xlink:href"):
                value = element.attrs.get(name, "").strip().lower()
                assert not re.match(r"[a-z][a-z0-9+.-]*:", value) or value.startswith(
                    ("http://", "https://")
                ), f"{path}: {value}"


def test_pages_have_the_marks_that_readers_of_screens_need() -> None:
    for path, page in pages().items():
        assert page.elements[0].attrs.get("lang") == "en"
        assert len(page.all("h1")) == 1, path
        assert [m.attrs.get("id") for m in page.all("main")] == ["main"]
        assert page.all("header")
        assert page.all("footer")
        skip = next(e for e in page.elements if e.tag == "a")
        assert skip.attrs["href"] == "#main"
        levels = [int(h.tag[1]) for h in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
        assert not jumps, f"{path}: headings jump {jumps}"
        assert len(page.ids) == len(set(page.ids)), f"{path}: ids stand twice"
        assert all(
            h.text.strip()
            for h in page.all("h1", "h2", "h3", "h4", "a", "th")
            if "id" not in h.attrs
        ), path


def test_tables_say_what_they_are_and_their_heads_what_they_head() -> None:
    for path, page in pages().items():
        tables = page.all("table")
        assert len(page.all("caption")) == len(tables), path
        assert all(th.attrs.get("scope") in {"col", "row", "rowgroup"} for th in page.all("th")), (
            path
        )


def test_cells_of_tables_that_stack_on_phones_name_their_column() -> None:
    checked = 0
    for path in pages():
        text = (built() / path).read_text(encoding="utf-8")
        for table in re.findall(r'<table[^>]*class="stack".*?</table>', text, re.DOTALL):
            head, _, body = table.partition("</thead>")
            columns = re.findall(r"<th [^>]*>(.*?)</th>", head)
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
                labels = re.findall(r'<td[^>]* data-label="([^"]*)"', row)
                assert [columns[0], *labels] == columns, path
                checked += 1
    assert checked >= 10


def test_figures_have_a_title_and_a_description() -> None:
    page = pages()["uses/knee-pain/index.html"]
    figures = [svg for svg in page.all("svg") if "figure" in svg.attrs.get("class", "")]
    assert len(figures) >= 3
    for svg in figures:
        assert svg.attrs["role"] == "img"
        assert svg.attrs["aria-labelledby"] in page.ids
        assert svg.attrs["aria-describedby"] in page.ids
    others = [svg for svg in page.all("svg") if svg not in figures]
    assert all(svg.attrs.get("aria-hidden") == "true" for svg in others)


def test_references_of_aria_exist() -> None:
    for path, page in pages().items():
        for element in page.elements:
            for name in ("aria-labelledby", "aria-describedby"):
                for ident in element.attrs.get(name, "").split():
                    assert ident in page.ids, f"{path}: {ident}"


def test_hostile_records_stay_words() -> None:
    page = pages()["studies/mallory2020/index.html"]
    assert '<script>alert(1)</script> "quoted" & <b>bold</b> txet' in page.all("h1")[0].text
    assert "<img src=x onerror=alert(3)>" in page.words
    assert "javascript:alert(4)" in page.words
    for path, each in pages().items():
        assert "\u202e" not in each.words, path
        assert not [e for e in each.all("svg") if "onload" in e.attrs], path


def test_text_of_people_keeps_markdown_and_loses_html() -> None:
    home = pages()["index.html"]
    assert "<script>alert(8)</script>" in home.words
    assert any(e.text == "second" for e in home.all("strong"))
    assert any(a.attrs.get("href") == "https://example.org/a" for a in home.all("a"))
    cited = [a for a in home.all("a") if a.attrs.get("href") == "studies/hum2011/index.html"]
    assert any("2011" in a.text for a in cited)


def test_home_tells_every_use_with_rating_certainty_and_amount() -> None:
    words = " ".join(pages()["index.html"].words.split())
    assert re.search(r"(Likely|Possibly) effective 1 use.*Knee pain.*Insufficient evidence", words)
    assert "Sad knees" in words


@pytest.mark.parametrize("edition", ["", "professional/"])
def test_a_use_shows_verdict_figures_numbers_studies_and_what_was_left_out(edition: str) -> None:
    page = pages()[f"{edition}uses/knee-pain/index.html"]
    words = " ".join(page.words.split())
    for expected in (
        "What the studies found",
        "Why not higher, why not lower",
        "What would change the rating",
        "Insufficient evidence",  # the yardstick
        "Prediction interval",
        "Humphrey & Second 2013",
        "How certainty was judged (GRADE)",
        "What published reviews pooled",
        "−1.40 (−2.00 to −0.80)",
        "NCT00000001",
        "retracted",
        "Summary of findings",
    ):
        assert expected in words, expected
    assert len(page.all("a")) > 60


def test_no_words_end_twice() -> None:
    for path, page in pages().items():
        assert not re.search(r"[a-z)”\"]\.[;:]", page.words), path


@pytest.mark.parametrize("edition", ["", "professional/"])
def test_what_is_said_of_a_whole_use_stands_open(edition: str) -> None:
    page = pages()[f"{edition}uses/knee-pain/index.html"]
    whole = re.compile(r"claim-knee-pain-(also|unclear|unrated|others|reviews|retracted)\b")
    said = [e for e in page.all("span") if whole.match(e.attrs.get("id", ""))]
    assert len(said) >= 3
    assert all("details" not in claim.inside for claim in said)
    assert "claim-knee-pain-glance" in page.ids


def test_the_figure_and_its_table_have_the_same_numbers() -> None:
    page = pages()["uses/knee-pain/index.html"]
    figure = next(svg for svg in page.all("svg") if "forest wide" in svg.attrs.get("class", ""))
    drawn = set(re.findall(r"\d\.\d\d \(−?\d\.\d\d to \d\.\d\d\)", figure.text))
    table = next(t for t in page.all("table") if "Pooled" in t.text and "Weight" in t.text)
    listed = {
        f"{estimate} ({interval})"
        for estimate, interval in re.findall(
            r"(\d\.\d\d)(−?\d\.\d\d to \d\.\d\d)", table.text.replace("\n", "")
        )
    }
    assert len(drawn) == 5
    assert drawn <= listed


def test_an_axis_says_its_scale_once() -> None:
    words = {
        svg.text
        for page in pages().values()
        for svg in page.all("svg")
        if "forest" in svg.attrs.get("class", "")
    }
    assert any("Points, pain rated from 0 to 10" in text for text in words)
    assert not any("(0 to 10)" in text or "hedges" in text for text in words)


def test_a_use_without_studies_says_what_was_searched() -> None:
    words = " ".join(pages()["uses/sad-knees/index.html"].words.split())
    assert "No study in our records answers a question about this use" in words
    assert "December 2025" in words
    assert "PubMed" in words


@pytest.mark.parametrize("edition", ["", "professional/"])
def test_a_use_points_to_the_uses_that_it_is_related_to(edition: str) -> None:
    page = pages()[f"{edition}uses/sad-knees/index.html"]
    assert "See also Knee pain, rated by its own studies." in " ".join(page.words.split())
    assert "../knee-pain/index.html" in {link.attrs.get("href") for link in page.all("a")}


def test_a_record_shows_everything_and_where_it_is_used() -> None:
    words = " ".join(pages()["studies/hum2012/index.html"].words.split())
    for expected in ("Humming in 80 knees", "doi:10.1234/hum2012", "table 2", "SD", "2.1", "4.4"):
        assert expected in words, expected
    assert "Answers Knee pain: Pain, up to 12 weeks" in words
    assert "Where it is used" in words
    assert "No sentence of this monograph rests on this record" not in words


def test_a_retracted_record_says_so_wherever_it_is_named() -> None:
    page = pages()["studies/gone2019/index.html"]
    assert "Retraction" in page.words
    assert "figures could not be shown to be real" in page.words
    assert any(a.attrs.get("href") == "https://doi.org/10.1234/gone-notice" for a in page.all("a"))
    references = pages()["references/index.html"]
    item = next(li for li in references.all("li") if "cures everything" in li.text)
    assert "retracted" in item.text


def test_words_that_rest_on_something_are_links() -> None:
    page = pages()["uses/knee-pain/index.html"]
    grounds = [a for a in page.all("a") if a.attrs.get("class") == "ground"]
    assert len(grounds) > 10
    verdict = next(e for e in page.all("section") if "verdict" in e.attrs.get("class", ""))
    assert re.search(r"\d+ studies", verdict.text)


def test_a_count_leads_to_a_list_and_not_to_the_first_of_several() -> None:
    for path, page in pages().items():
        for link in page.all("a"):
            if link.attrs.get("class") != "ground":
                continue
            target, fragment = internal(path, link.attrs["href"])
            if re.fullmatch(
                r"[2-9]\d* (studies|uses)\b.*|all \d+ studies|\d+ people took part", link.text
            ):
                assert not target.startswith("studies/"), f"{path}: {link.text}"
            assert target != path or fragment, f"{path}: {link.text} leads to its own page"


def test_the_changelog_is_the_one_of_the_base() -> None:
    page = pages()["changelog/index.html"]
    assert "First state" in page.words
    assert [e.tag for e in page.all("h1", "h2", "h3")][:2] == ["h1", "h2"]
    assert any("hum2011" in a.attrs.get("href", "") for a in page.all("a"))


def test_no_page_holds_a_path_of_this_machine() -> None:
    root = built()
    for path in root.rglob("*"):
        if path.is_file():
            assert str(root).encode() not in path.read_bytes(), path


def test_the_method_prints_rules_words_and_sizes() -> None:
    words = " ".join(pages()["method/index.html"].words.split())
    for expected in ("at least 2 in 3 studies", "invented", "What is not done", "likely effective"):
        assert expected in words, expected


def test_every_reference_file_is_offered() -> None:
    links = {a.attrs.get("href") for a in pages()["references/index.html"].all("a")}
    assert {"references.bib", "references.ris", "references.json"} <= links
    assert Path(built() / "references" / "references.bib").read_text().count("@") >= 8


@pytest.mark.parametrize(
    "text",
    [
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/a",
        "data:text/html,x",
        "//example.org/a",
        "example.org/a",
        "https:///a",
        "https://example.org\\@evil.example",
        "http://[evil/",
        "http://192.0.2.7:8081/15665203",
        "http://[2001:db8::1]/",
    ],
)
def test_only_plain_web_addresses_become_links(text: str) -> None:
    assert web_address(text) is None


def test_an_address_is_quoted_and_kept() -> None:
    assert web_address(' https://example.org/a?b=1#c"d ') == "https://example.org/a?b=1#c%22d"
