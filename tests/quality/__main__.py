"""`make quality`: Lighthouse, as a phone, on every kind of page; fails below the wanted scores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import stand_in
from tests.browser.browser import NoChromium, chromium, chromium_path
from tests.browser.journey import Journey
from tests.browser.whole_app import WholeApp, whole_app
from tests.quality import pages
from tests.quality.judges import NoNpm, npm_tools

WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def lighthouse(address: str, cookies: str, folder: Path) -> dict[str, int]:
    """Its scores for the page, out of 100."""
    headers, report = folder / "headers.json", folder / "report.json"
    headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}), encoding="utf-8")
    command = [str(npm_tools() / "lighthouse"), address, "--quiet", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(WANTED)}", f"--extra-headers={headers}"]
    command += ["--output=json", f"--output-path={report}"]
    subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium_path()}, check=True, timeout=180)
    found = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: round(100 * found[name]["score"]) for name in WANTED}


def signed_in(app: WholeApp, browser: Browser) -> tuple[dict[str, str], str]:
    """The pages of somebody with a setup under way, and the cookies that open them."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    dana = Journey(context.new_page(), app)
    dana.sign_in("Dana")
    org = stand_in.new_org(app.stand_in_url, "half_done", "Lakeside Insurance")
    dana.connect(org)
    dana.prepare(org, people=12)
    dana.expect_checked()
    # A page that is "not found" is a failed request to Lighthouse, which then gives no scores.
    found = {k: v for k, v in (pages.of_setup(dana) | pages.of_person(app.url)).items() if k != "not-found"}
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies(app.url))
    context.close()
    return found, cookies


def measure(only: list[str]) -> bool:
    """Print a line for each page; whether all are good enough."""
    with chromium() as browser, whole_app() as app, tempfile.TemporaryDirectory() as folder:
        private, cookies = signed_in(app, browser)
        public = {name: (address, "") for name, address in pages.open_to_all(app.url).items()}
        everything = public | {name: (address, cookies) for name, address in private.items()}
        everything.pop("no-such-invitation")  # answers 404, as "not-found" does
        good = True
        for name, (address, sends) in everything.items():
            if only and name not in only:
                continue
            scores = lighthouse(address, sends, Path(folder))
            good_here = all(scores[each] >= least for each, least in WANTED.items())
            good = good and good_here
            print(f"{'ok ' if good_here else 'LOW'} {name:32}", *(f"{k} {v}" for k, v in scores.items()))
    return good


def main() -> int:
    try:
        return 0 if measure(sys.argv[1:]) else 1
    except (NoChromium, NoNpm) as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
