"""What a screen reader is told while a large apply runs: one polite line, not too often; errors at once."""

from __future__ import annotations

import re
from itertools import pairwise

from playwright.sync_api import Page, expect

from tests.browser import tabs

REGIONS = '[role="status"], [role="alert"], [role="log"], [aria-live]:not([aria-live="off"])'
PAUSE = 3000  # ms between two sentences, at least
# Every change of a live region that a screen reader would read: what, when, and the words.
RECORD = """regions => {
  window.heard = [];
  const note = (node, how) => {
    heard.push({ id: node.id, how, at: performance.now(), text: node.textContent.trim() });
  };
  new MutationObserver((changes) => {
    const changed = new Set();
    changes.forEach(({ target, addedNodes }) => {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const region = element && element.closest(regions);
      if (region) changed.add(region);
      addedNodes.forEach(node => {
        if (node.nodeType !== 1) return;
        const inside = Array.from(node.querySelectorAll(regions)).concat(node.matches(regions) ? [node] : []);
        inside.forEach(each => note(each, "added"));
      });
    });
    changed.forEach(each => note(each, "changed"));
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def heard(page: Page, *, of: str) -> list[dict[str, str]]:
    return [each for each in page.evaluate("heard") if each["id"] == of]


def test_a_large_apply_is_told_in_one_line_that_gives_time_to_listen(dana, new_org, app):
    org = new_org("fresh", people=700)
    dana.begin_connected(org)
    dana.choose_connection_user(org)
    dana.choose_everyone_with("Standard User", "Marketing User")
    dana.done_choosing()
    dana.expect_checked()
    dana.go_to("people")
    page = dana.page

    app.hold_salesforce()
    dana.apply_all_together()
    expect(dana.job).to_contain_text("Making the changes")
    regions = page.locator(REGIONS)
    assert sorted(regions.evaluate_all("all => all.map(each => each.id)")) == ["alarm", "say"]
    page.evaluate(RECORD, REGIONS)
    page.evaluate(
        "new MutationObserver(() => window.swaps = (window.swaps || 0) + 1)"
        ".observe(document.getElementById('live').parentElement, { childList: true })"
    )
    made = dana.job.get_by_text(re.compile(r"^[1-9]\d* of \d+ changes made$")).last
    while not made.is_visible():  # until pytest's own limit
        app.let_salesforce_work_for_a_moment()
    app.release_salesforce()
    dana.expect_job_done()
    page.wait_for_timeout(PAUSE + 500)  # the last sentence may be waiting for its turn

    everything = page.evaluate("heard")
    assert {each["id"] for each in everything} == {"say"}, "nothing else speaks when all goes well"
    assert {each["how"] for each in everything} == {"changed"}, "a region that is put in anew is read anew"
    times = [each["at"] for each in everything]
    assert len(times) >= 2
    assert all(later - earlier >= PAUSE - 50 for earlier, later in pairwise(times)), everything
    assert page.evaluate("swaps") > len(times), "the page changed more often than it spoke"
    sentences = [each["text"] for each in everything]
    assert all(one != next_one for one, next_one in pairwise(sentences))
    assert not [each for each in sentences if re.search(r"\d", each)], "no counting aloud"
    # The log is read when a person goes there, not from its top with each new line.
    assert dana.job.locator(".log").evaluate("(log, regions) => log.closest(regions)", REGIONS) is None


def test_an_error_is_said_at_once_and_once(dana, new_org):
    org = new_org("fresh")
    dana.begin_prepared(org, "permission_set")
    page = dana.page
    assert page.locator("#alarm").inner_text() == ""
    page.evaluate(RECORD, REGIONS)
    tabs.only_by_stream(page)
    org.sign_us_out()
    page.evaluate("""fetch(document.querySelector("form[action$='/check/']").action, {
      method: "POST", body: new FormData(document.querySelector("form[action$='/check/']")) })""")
    expect(page.locator("#alarm")).not_to_be_empty()
    expect(page.locator("#orgbar").get_by_text("Salesforce signed this connection out.")).to_be_visible()
    page.unroute_all()
    for _ in range(3):  # the same news again, by the slow poll
        page.evaluate("htmx.trigger('#live', 'look-again')")
        page.wait_for_timeout(300)
    alarms = [each for each in heard(page, of="alarm") if each["text"]]
    assert len({each["text"] for each in alarms}) == len(alarms), alarms
    assert {each["how"] for each in alarms} == {"changed"}
