"""Who may import whom (design, section 4), read from the source of every file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "wizard", "orgs", "teams", "simulator")

# A room may import itself and these rooms. Nothing imports config: it is where everything is put together.
MAY_IMPORT = {
    "config": {"wizard", "orgs", "teams"},
    "wizard": {"orgs", "teams"},
    "orgs": {"teams"},
    "teams": set(),
    "simulator": set(),
}
GUIDES_NEVER = {"django", "celery", "requests", "kombu", "redis", "authlib", "psycopg"}
HTTP = {"requests", "urllib3", "httpx", "http.client", "urllib.request", "aiohttp"}


def modules() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(found) > 20, "the rooms have moved: this test reads nothing"
    return found


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module that this source imports, inside functions too; `from a import b` gives a and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parents = parts[: len(parts) - node.level + (1 if is_package else 0)]
                base = ".".join([*parents, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def violations(module: str, source: str, *, is_package: bool = False) -> set[str]:
    """The rules that this module breaks, in words."""
    broken = set()
    room = module.split(".", 1)[0]
    for name in imports(source, module, is_package=is_package):
        target = name.split(".", 1)[0]
        if target in ROOMS and target != room and target not in MAY_IMPORT[room]:
            broken.add(f"{room} imports {target}")
        if within(name, {"tests"}):
            broken.add("the app imports its tests")
        if within(module, {"wizard.guides"}) and target in GUIDES_NEVER:
            broken.add(f"a guide imports {target}")
        if target == "authlib" and module != "orgs.oauth" and room != "simulator":
            broken.add("only orgs.oauth imports authlib")
        if within(name, HTTP) and may_not_do_http(module):
            broken.add(f"{module} does HTTP with {name}")
        if target == "redis" and not within(module, {"wizard.live"}):
            broken.add("only wizard.live knows Redis")
        if is_view(module) and within(name, {"orgs.salesforce.client", "orgs.connections.client"}):
            broken.add("a view calls Salesforce")
    return broken


def may_not_do_http(module: str) -> bool:
    # The try-out's supervisor asks its own children on loopback whether they are ready.
    return not within(module, {"orgs.salesforce", "orgs.oauth", "simulator", "config.tryout.children"})


def is_view(module: str) -> bool:
    return "views" in module.split(".")


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_keeps_the_rules(path):
    is_package = path.name == "__init__.py"
    assert violations(name_of(path), path.read_text(encoding="utf-8"), is_package=is_package) == set()


@pytest.mark.parametrize(
    ("module", "source", "rule"),
    [
        ("teams.models", "import orgs", "teams imports orgs"),
        ("teams.models", "from orgs.models import Org", "teams imports orgs"),
        ("orgs.tasks", "def late():\n    from wizard import runner", "orgs imports wizard"),
        ("wizard.jobs.runner", "import config.settings", "wizard imports config"),
        ("simulator.world", "from teams.models import User", "simulator imports teams"),
        ("wizard.jobs.runner", "import simulator.server", "wizard imports simulator"),
        ("wizard.guides.base", "from django.db import models", "a guide imports django"),
        ("wizard.guides.x.checks", "import requests", "a guide imports requests"),
        ("orgs.connections.tokens", "from authlib.oauth2 import Client", "only orgs.oauth imports authlib"),
        ("wizard.jobs.runner", "import requests", "wizard.jobs.runner does HTTP with requests"),
        (
            "orgs.views.sign_in",
            "from urllib import request",
            "orgs.views.sign_in does HTTP with urllib.request",
        ),
        ("wizard.jobs.queue", "import redis.asyncio", "only wizard.live knows Redis"),
        ("wizard.views.stage", "from orgs.connections.client import client_for", "a view calls Salesforce"),
        ("orgs.views.sign_in", "from orgs.salesforce.client import Client", "a view calls Salesforce"),
        ("orgs.tasks", "from tests import servers", "the app imports its tests"),
    ],
)
def test_the_check_catches_a_broken_rule(module, source, rule):
    assert rule in violations(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("config.urls", "from wizard import urls"),
        ("wizard.jobs.runner", "from orgs.connections.client import client_for"),
        ("orgs.oauth", "import authlib\nimport requests"),
        ("orgs.salesforce.client", "import requests"),
        ("wizard.live.stream", "import redis.asyncio"),
        ("orgs.hosts", "from urllib.parse import urlsplit"),
    ],
)
def test_the_check_lets_a_right_import_pass(module, source):
    assert violations(module, source) == set()
