"""A person without a mouse: every press of Tab is looked at."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

MOST_TABS = 150
# Where the focus is: by which name, whether it can be seen, and whether something lies over it.
FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const style = getComputedStyle(it), box = it.getBoundingClientRect();
  const clear = /rgba\\(.*, 0\\)|transparent/.test(style.outlineColor);
  const named = it.labels && it.labels[0] || it;
  const words = it.getAttribute("aria-label") || named.innerText || it.value || "";
  const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: words.replace(/\\s+/g, " ").trim(),
    kind: it.type || it.tagName.toLowerCase(),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !clear,
    uncovered: Boolean(on) && (it.contains(on) || on.contains(it)),
    over: on ? `${on.tagName}.${on.className}` : "outside the window",
  };
}"""


class Keyboard:
    """`problems`: what was wrong with the focus on the pages at our own address."""

    def __init__(self, page: Page, our_url: str, problems: list[str] | None = None) -> None:
        self.page = page
        self.our_url = our_url
        self.problems: list[str] = [] if problems is None else problems

    def focused(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        return found

    def tab_to(self, name: str | re.Pattern[str]) -> None:
        """Press Tab until the focus is on what has this name."""
        self.page.wait_for_load_state()
        passed = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            now = self.focused()
            if now is None:
                continue  # past the end of the page, and before its beginning
            self._judge(now)
            passed.append(now["name"])
            if name.search(now["name"]) if isinstance(name, re.Pattern) else now["name"] == name:
                return
        raise AssertionError(f"Tab never comes to {name}, only to {list(dict.fromkeys(passed))}")

    def walk(self, key: str) -> int:
        """Press Tab, or Shift+Tab, through the whole page; how many stops it has."""
        for stops in range(MOST_TABS):
            self.page.keyboard.press(key)
            now = self.focused()
            if now is None and stops:
                return stops
            if now:
                self._judge(now)
        raise AssertionError(f"{key} never comes to an end")

    def press(self, name: str | re.Pattern[str]) -> None:
        """A link or a button."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def press_for_a_tab(self, name: str | re.Pattern[str]) -> Keyboard:
        """A link that opens beside this page."""
        with self.page.context.expect_page() as opened:
            self.press(name)
        opened.value.wait_for_load_state()
        return Keyboard(opened.value, self.our_url, self.problems)

    def tick(self, name: str | re.Pattern[str]) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Space")

    def choose_radio(self, group: re.Pattern[str], name: str) -> None:
        """Tab comes to the group, the arrow keys go through it."""
        self.tab_to(group)
        for _ in range(12):
            now = self.focused()
            assert now
            if now["name"].startswith(name):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys never come to {name}")

    def choose_option(self, name: str, label: str) -> None:
        """From a closed drop-down list, through which the arrow keys go."""
        self.tab_to(name)
        self.page.keyboard.press("Home")
        for _ in range(12):
            if self.page.evaluate("document.activeElement.selectedOptions[0].label") == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys never come to {label}")

    def type_into(self, name: str | re.Pattern[str], text: str) -> None:
        self.tab_to(name)
        self.page.keyboard.type(text)

    def _judge(self, now: dict[str, Any]) -> None:
        if not self.page.url.startswith(f"{self.our_url}/"):
            return
        place = f"{self.page.url.removeprefix(self.our_url)}: {now['kind']} {now['name']!r}"
        if not now["ring"]:
            self.problems.append(f"{place} does not show the focus")
        if not now["uncovered"]:
            self.problems.append(f"{place} is under {now['over']}")
