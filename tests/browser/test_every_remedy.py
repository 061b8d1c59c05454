"""Each remedy is to be read on a line of a page, below its *More*: also those that are for the reader.

What brings each of them about has tests elsewhere; here the app is told that it has come about.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from config.paths import BASE_DIR
from tests.browser.journey import Journey
from tests.whole_app import WholeApp
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.messages.remedies import REMEDIES
from wizard.messages.render import plain

SET = """
import json, sys
from wizard.guides.base import Finding
from wizard.guides.text import Text
from wizard.models import StepState
for step, code in json.loads({wanted!r}).items():
    finding = Finding.to_do("open", Text("It is open."), remedy=code).to_json()
    assert StepState.objects.filter(setup={setup!r}, step=step).update(finding=finding) == 1, step
"""

#: Every line as it is seen once what is folded is opened, at one moment: the page is live.
READ = """() => {
    document.querySelectorAll("#checks details").forEach(each => { each.open = true })
    const lines = [...document.querySelectorAll("#checks .check")]
    return Object.fromEntries(lines.map(each => [each.id, each.innerText]))
}"""


def tell(app: WholeApp, setup: str, codes: dict[str, str]) -> None:
    """Keep these findings, as a check would have left them."""
    addresses = json.loads((app.var / "run" / "tryout.json").read_text())
    subprocess.run(
        [
            sys.executable,
            "manage.py",
            "shell",
            "-v",
            "0",
            "-c",
            SET.format(wanted=json.dumps(codes), setup=setup),
        ],
        cwd=BASE_DIR,
        env={**os.environ, **addresses},
        check=True,
    )


def test_every_remedy_is_read_on_a_line(dana: Journey, new_org, app: WholeApp):
    dana.begin_connected(new_org("fresh"))
    dana.expect_checked()
    setup = dana.setup_url.rstrip("/").rpartition("/")[2]
    steps = [step.key for step in GUIDE.preparation.steps if step.check]  # the others find nothing
    distinct = list({id(remedy): code for code, remedy in REMEDIES.items()}.values())
    unread = []
    for first in range(0, len(distinct), len(steps)):
        told = dict(zip(steps, distinct[first:], strict=False))
        shown: dict[str, str] = {}
        while sum("It is open." in each for each in shown.values()) < len(told):
            tell(app, setup, told)  # again where a reading of the org came between
            dana.go_to("prepare")
            shown = dana.page.evaluate(READ)
        for step, code in told.items():
            if plain(REMEDIES[code].do) not in " ".join(shown[f"line-{step}"].split()):
                unread.append((code, shown[f"line-{step}"]))
    assert unread == []
