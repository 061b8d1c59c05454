"""Whether a page holds where letters are wide, text is large, words are long, and there is little room."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from playwright.sync_api import Page

from config.paths import BASE_DIR

NARROWEST = 320  # px; 1280 at 400 % zoom
WIDE, NARROW = "DejaVu Sans", "Arimo"  # of `fonts.conf`: as broad as Verdana, and as Arial
NORMAL, DOUBLE = 16, 32  # px; the text size that a person has chosen in their browser
# https://www.w3.org/TR/WCAG22/#text-spacing
SPACED = """* { line-height: 1.5 !important;
    letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important; }"""
# What is folded is laid out, as where somebody has opened all of it.
OPENED = "details::details-content { content-visibility: visible; display: block; block-size: auto }"


class Screen(NamedTuple):
    """How wide it is, how large its text, and the style sheets that are tried on it in turn."""

    width: int
    text: int
    styles: dict[str, str]


def _letters(font: str) -> str:
    return f':root {{ --font: "{font}" }} {OPENED}'


def _screens() -> list[Screen]:
    """The narrowest, with normal and with large text; and just above each width that changes the layout."""
    wide, narrow = {"wide letters": _letters(WIDE)}, {"narrow letters": _letters(NARROW)}
    spaced = {"more space": f"{_letters(NARROW)} {SPACED}"}
    css = (BASE_DIR / "static" / "css" / "app.css").read_text(encoding="utf-8")
    turns = {round(float(rem) * NORMAL) for rem in re.findall(r"@container \(max-width:([\d.]+)rem\)", css)}
    assert turns
    return [
        Screen(NARROWEST, NORMAL, wide | narrow | spaced),
        Screen(NARROWEST, DOUBLE, wide | narrow),
        *(Screen(width + 1, NORMAL, wide) for width in sorted(turns) if width > NARROWEST),
    ]


SCREENS = _screens()

# Boxes whose content reaches out of them: over a neighbour, out of the page, cut off, or to be scrolled to.
# A constructed sheet is not the page's, so its content security policy lets it be.
TOO_SMALL = """async ([text, styles]) => {
  const root = document.documentElement, unseen = ".skip, svg, progress, select, input, textarea";
  while (getComputedStyle(root).fontSize !== `${text}px`) await new Promise(requestAnimationFrame);
  const isSmall = (box) => {
    const low = box.scrollHeight > box.clientHeight + 1, narrow = box.scrollWidth > box.clientWidth + 1;
    if (!box.clientWidth || !low && !narrow) return false;
    const style = getComputedStyle(box);
    if (style.display === "inline") return false;
    return narrow || /hidden|clip/.test(style.overflowY);
  };
  const isHidden = (box) => box && (getComputedStyle(box).clipPath !== "none" || isHidden(box.parentElement));
  const words = (box) => box.textContent.trim().replace(/\\s+/g, " ").slice(0, 50);
  const found = [], sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  for (const [name, style] of Object.entries(styles)) {
    sheet.replaceSync(style);
    const small = Array.from(document.querySelectorAll("html, body *"))
      .filter(box => isSmall(box) && box.checkVisibility() && !box.closest(unseen) && !isHidden(box));
    small.filter(box => !small.some(other => other !== box && box.contains(other))).forEach(box => found.push(
      `${name}: ${box.tagName}.${box.className} ${box.scrollWidth} in ${box.clientWidth}: ${words(box)}`));
  }
  document.adoptedStyleSheets = [];
  return found;
}"""


# Words that are cut in two though they are short: a column is too narrow for what stands in it.
LARGE = 1280  # px, with text of twice the size
BROKEN = """async ([text, style]) => {
  const root = document.documentElement, sheet = new CSSStyleSheet(), found = [];
  while (getComputedStyle(root).fontSize !== `${text}px`) await new Promise(requestAnimationFrame);
  document.adoptedStyleSheets = [sheet];
  sheet.replaceSync(style);
  const isHidden = (box) => box && (getComputedStyle(box).clipPath !== "none" || isHidden(box.parentElement));
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!parentElement.checkVisibility() || parentElement.closest("code, script")) continue;
    if (isHidden(parentElement)) continue;
    for (const { 0: word, index } of data.matchAll(/(?<=^|\\s)\\p{L}{2,14}(?=[.,:;!?)]*(\\s|$))/gu)) {
      range.setStart(walker.currentNode, index);
      range.setEnd(walker.currentNode, index + word.length);
      const lines = new Set(Array.from(range.getClientRects(), box => Math.round(box.top)));
      if (lines.size > 1) found.push(`${word} is cut: ${data.trim().slice(0, 50)}`);
    }
  }
  document.adoptedStyleSheets = [];
  return found;
}"""


class Layout:
    """Judges the pages of one tab."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._browser: Any = page.context.new_cdp_session(page)

    def complaints(self) -> list[str]:
        """About the page as it stands."""
        found = []
        for width, text, styles in SCREENS:
            self._page.set_viewport_size({"width": width, "height": 900})
            self._set_text_size(text)
            small = self._page.evaluate(TOO_SMALL, [text, styles])
            found += [f"{width} px, text of {text} px, {each}" for each in small]
        for width, text in ((LARGE, DOUBLE), (NARROWEST, NORMAL)):
            self._page.set_viewport_size({"width": width, "height": 900})
            self._set_text_size(text)
            cut = self._page.evaluate(BROKEN, [text, _letters(NARROW)])
            found += [f"{width} px, text of {text} px, {each}" for each in cut]
        self._set_text_size(NORMAL)
        return found

    def _set_text_size(self, px: int) -> None:
        sizes = {"standard": px, "fixed": px * 13 // 16}
        self._browser.send("Page.setFontSizes", {"fontSizes": sizes})
