"""What judges a page: axe-core in the browser, html-validate from npm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

from tests.npm import WITH_NODE
from tests.quality.npm import HERE, tool

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# axe-core leaves the size of targets (WCAG 2.2) to be asked for; Lighthouse asks.
EVERYTHING = "rules: {'target-size': {enabled: true}}"
# What the scheme may change; the rest of a page is the same in light and dark.
COLOURS = "runOnly: ['color-contrast', 'link-in-text-block']"
# 320 is 1280 at 400 % zoom. Each scheme wide and narrow (the style sheet knows no width between 352 and
# 640 px), each width in full.
VARIANTS: tuple[tuple[Literal["light", "dark"], int, str], ...] = (
    ("light", 1280, EVERYTHING),
    ("dark", 1280, COLOURS),
    ("dark", 390, EVERYTHING),
    ("light", 320, EVERYTHING),
)

# One meaning for each icon, told by what it stands in.
ICONS = {
    "ok": ".note.ok, .is-done, .stage.done, .log li",
    "warn": ".note.warn",
    "err": ".note.err, .lost, .log .fail",
    "info": ".note:not(.warn, .err, .ok), .log li",
    "fix": ".is-fix, .is-choose",
    "unk": ".is-unknown, .is-blocked",
    "busy": ".is-busy, .note, .log .cur, #connection-test",
    "out": "a[href^='http'], form button",
    "again": "#check-again",
    "stop": "#stop-job",
    "flask": ".badge.sandbox",
    "production": ".badge.production",
    "link": ".mark",
    "bell": ".bell",
}
ASTRAY = """meanings => Array.from(document.querySelectorAll("svg use"))
  .map(use => [use.getAttribute("href").replace("#icon-", ""), use])
  .filter(([name, use]) => !(name in meanings) || !use.closest(meanings[name]))
  .map(([name, use]) => `the icon ${name} in ${use.closest("svg").parentElement.outerHTML.slice(0, 200)}`)"""
# The end of the page begins where its card begins.
BESIDE = """() => {
  const card = document.querySelector(".wrap .card"), foot = document.querySelector(".foot-page > *");
  const apart = card && foot ? card.getBoundingClientRect().left - foot.getBoundingClientRect().left : 0;
  return Math.abs(apart) > 1 ? [`the footer is ${apart} px beside the card`] : [];
}"""

# What is meant: the browser's script sends this form, when the key has answered.
MEANT = {("add-passkey.html", "wcag/h32")}


def axe(page: Page) -> list[str]:
    """Its complaints about the page as it stands, each with the element."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    return [each for variant in VARIANTS for each in _axe(page, *variant)]


def look(page: Page) -> list[str]:
    """What is not as everywhere else on the page, at a desk's width."""
    page.set_viewport_size({"width": 1280, "height": 900})
    return [*page.evaluate(ASTRAY, ICONS), *page.evaluate(BESIDE)]


def _axe(page: Page, scheme: Literal["light", "dark"], width: int, rules: str) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    options = f"{{resultTypes: ['violations'], iframes: false, {rules}}}"
    found: list[dict[str, Any]] = page.evaluate(f"axe.run(document, {options}).then(all => all.violations)")
    return [
        f"{rule['id']} ({scheme}, {width}): {node['html'][:160]} {node.get('failureSummary', '')[:240]}"
        for rule in found
        for node in rule["nodes"]
    ]


def html_validate(folder: Path) -> list[str]:
    """Its complaints about the HTML files in this folder."""
    command = [tool("html-validate"), "--config", str(HERE / "html-validate.json")]
    # Into a file: the tool ends before a pipe has taken all of a long answer.
    answer = folder / "complaints.json"
    with answer.open("wb") as out:
        command += ["--formatter", "json", f"{folder}/*.html"]
        done = subprocess.run(command, cwd=HERE, env=WITH_NODE, stdout=out, stderr=subprocess.PIPE, text=True)
    said = answer.read_text(encoding="utf-8")
    if done.returncode not in (0, 1) or not said.strip():
        raise AssertionError(f"html-validate did not run: {done.stderr or said}")
    return [
        f"{Path(each['filePath']).name}:{message['line']} {message['ruleId']}: {message['message']}"
        for each in json.loads(said)
        for message in each["messages"]
        if (Path(each["filePath"]).name, message["ruleId"]) not in MEANT
    ]
