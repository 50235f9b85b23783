"""The shipped monograph in a real browser, at phone and desk size."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from probatum.evidence.base import read, shipped_base
from probatum.site.build import build_site
from probatum.vocabulary import RATING_WORDS

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
SIZES = {"phone": (360, 740), "desk": (1280, 900)}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = read(shipped_base()).base
    assert base is not None
    return build_site(base, tmp_path_factory.mktemp("browser") / "site").out


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "the browser tests need Chromium on the PATH"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def three_uses(site: Path) -> list[str]:
    """Name three pages: most evidence, least evidence, and one between them."""
    folders = sorted((site / "uses").glob("*/index.html"), key=lambda p: (p.stat().st_size, p))
    assert len(folders) >= 3
    chosen = (folders[0], folders[len(folders) // 2], folders[-1])
    return [path.relative_to(site).as_posix() for path in chosen]


def open_page(context: BrowserContext, site: Path, path: str) -> tuple[Page, list[str]]:
    page = context.new_page()
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        said.append(f"{message.type}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.goto((site / path).as_uri())
    return page, said


def fits(page: Page) -> bool:
    """Return whether the page, with everything opened, is no wider than its window."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("size", SIZES)
def test_home_and_three_uses(browser: Browser, site: Path, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    for path in ["index.html", *three_uses(site)]:
        page, said = open_page(context, site, path)
        assert said == [], path
        text = page.locator("main").inner_text()
        assert any(word in text.lower() for word in RATING_WORDS), path
        assert text.count(". ") >= 3, f"{path} has no sentences"
        for href in page.eval_on_selector_all(
            "a[href]", "links => [...new Set(links.map(a => a.href))]"
        ):
            if href.startswith("file:"):
                target = Path(href.removeprefix("file://").partition("#")[0])
                assert target.is_file(), f"{path}: {href}"
        assert fits(page), f"{path} scrolls sideways at {width}"
        page.close()
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_scrolls_sideways(browser: Browser, site: Path, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    sections = [path.relative_to(site).as_posix() for path in site.glob("*/index.html")]
    records = [
        max(site.glob(f"{kind}/*/index.html"), key=lambda p: (p.stat().st_size, p))
        for kind in ("studies", "reviews", "safety", "mechanism")
    ]
    for path in [*sorted(sections), *(p.relative_to(site).as_posix() for p in records)]:
        page, said = open_page(context, site, path)
        assert said == []
        assert fits(page), f"{path} scrolls sideways at {width}"
        page.close()
    context.close()


def test_findings_and_studies_are_read_on_a_phone_without_scrolling_sideways(
    browser: Browser, site: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    for path in [*three_uses(site), "safety/index.html", "interactions/index.html"]:
        page, _ = open_page(context, site, path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        hidden = page.eval_on_selector_all(
            ".scroll:has(.stack)", "all => all.filter(e => e.scrollWidth > e.clientWidth).length"
        )
        assert hidden == 0, path
        page.close()
    context.close()


def test_dark_and_print_change_the_ground_and_keep_the_words(browser: Browser, site: Path) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
        page, _ = open_page(context, site, three_uses(site)[-1])
        grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.emulate_media(media="print")
        grounds[f"{scheme} print"] = page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        assert not page.locator("nav.menu").is_visible()
        assert page.locator(".badge.large").is_visible()
        context.close()
    assert grounds["light"] != grounds["dark"]
    assert grounds["dark print"] == grounds["light print"] == "rgb(255, 255, 255)"


CONTRAST = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > .99) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    if (['title', 'desc'].includes(e.tagName)) continue;
    const style = getComputedStyle(e), svg = e.ownerSVGElement || e.closest('svg');
    const ink = lum(parse(svg ? style.fill : style.color)), paper = lum(ground(e));
    const ratio = (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
    if (ratio < 4.5) low.push(`${e.tagName}.${e.getAttribute('class')} ${ratio.toFixed(2)}`);
  }
  return [...new Set(low)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, site: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
    for path in ["index.html", *three_uses(site)[:2], "safety/index.html", "method/index.html"]:
        page, _ = open_page(context, site, path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.evaluate(CONTRAST) == [], path
        page.close()
    context.close()


SIGNS = """() => {
  const lum = c => c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const found = [];
  for (const sign of document.querySelectorAll('.bias-sign')) {
    const kind = sign.classList[1], bar = sign.parentNode.querySelector(`.bias.${kind}`);
    const [a, b] = [sign, bar].map(e => lum(getComputedStyle(e).fill)).sort((x, y) => x - y);
    found.push([kind, (b + .05) / (a + .05)]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signs_of_bias_stand_out_from_their_bars(browser: Browser, site: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
    page, _ = open_page(context, site, three_uses(site)[-1])
    for medium in ("screen", "print"):
        page.emulate_media(media=medium)  # type: ignore[arg-type]  # a literal
        ratios = page.evaluate(SIGNS)
        assert {kind for kind, _ in ratios} == {"low", "some-concerns", "high"}
        assert all(ratio >= 4.5 for _, ratio in ratios), (medium, sorted(map(tuple, ratios))[:3])
    context.close()


def test_the_keyboard_reaches_the_text_first(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page, _ = open_page(context, site, "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]  # it is visible
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    context.close()
