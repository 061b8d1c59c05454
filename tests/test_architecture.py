"""Who may import whom (CONTRIBUTING.md, "The rooms"), read from the source of every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.changed import our_files

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "api", "bulk", "cli", "wizard", "notices", "orgs", "teams", "simulator")

# A room may import itself and these rooms. Nothing imports config: it is where everything is put together.
MAY_IMPORT = {
    "config": {"api", "bulk", "wizard", "notices", "orgs", "teams"},
    "api": {"wizard", "orgs", "teams"},
    "cli": {"api", "config"},  # by `cli.local` alone
    "bulk": {"wizard", "orgs", "teams"},
    "wizard": {"notices", "orgs", "teams"},
    "notices": {"orgs", "teams"},
    "orgs": {"teams"},
    "teams": set(),
    "simulator": set(),
}
GUIDES_NEVER = {"django", "celery", "requests", "kombu", "redis", "authlib", "psycopg"}
# A descriptor; the names of the model's own secret fields.
SETS_ITS_OWN = {"orgs.fields", "orgs.connections.tokens"}
MOST_ANY_IN_100_LINES = 1.0
# What changes a setup, its org or its history: pages and programs do that by an act.
KEEPS_ITS_OWN = {"api.once"}  # what was answered to a program, in a table of its own
WRITERS = {
    "wizard.history.record",
    "wizard.jobs",
    "wizard.live.publish",
    "wizard.monitoring.acknowledged",
    "wizard.monitoring.drift",
    "wizard.state.snapshots",
    "orgs.connections.credentials",
    "orgs.connections.revocation",
    "orgs.connections.tokens",
}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
}
HTTP = {"requests", "urllib3", "httpx", "http.client", "urllib.request", "aiohttp"}


def modules() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
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
        if room == "cli" and module != "cli.local" and target in {"api", "config", "django"}:
            broken.add("only cli.local loads the app")
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
        if is_door(module) and within(name, WRITERS):
            broken.add("a page writes past the acts")
    if is_door(module) and any(writes(node) for node in ast.walk(ast.parse(source))):
        broken.add("a page writes past the acts")
    return broken


def is_door(module: str) -> bool:
    """Through which people and programs come to the acts."""
    return within(module, {"api", "bulk.views", "orgs.views", "wizard.views"}) and module not in KEEPS_ITS_OWN


def writes(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES


def may_not_do_http(module: str) -> bool:
    # A team's webhooks; the try-out's supervisor asks its own children on loopback whether they are ready.
    allowed = {
        "orgs.salesforce",
        "orgs.oauth",
        "notices.channels.http",
        "cli.context",
        "cli.local",
        "cli.server",
        "simulator",
        "config.tryout.children",
    }
    return not within(module, allowed)


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
        ("cli.find", "import django.conf", "only cli.local loads the app"),
        ("cli.server", "from wizard.models import Setup", "cli imports wizard"),
        ("orgs.tasks", "from tests import servers", "the app imports its tests"),
        ("wizard.views.stage", "from wizard.jobs import queue", "a page writes past the acts"),
        (
            "wizard.views.stage",
            "from wizard.history.record import record_event",
            "a page writes past the acts",
        ),
        ("orgs.views.sign_in", "from orgs.connections import tokens", "a page writes past the acts"),
        ("wizard.views.stage", "Setup.objects.filter(pk=1).update(x=1)", "a page writes past the acts"),
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


# A floor of a room may import those below it, never one beside or above it.
FLOORS: dict[str, tuple[set[str], ...]] = {
    "cli": (
        {"answers", "ends"},
        {"kept_keys", "say", "server"},
        {"find", "jobs", "local", "sfdx"},
        {"context"},
        {"commands"},
        {"app"},
        {"__main__"},
    ),
    "api": (
        {"answers", "models", "problems", "texts"},
        {"auth", "paging", "render"},
        {"local"},
        {"once", "reading"},
        {"acting", "connections", "files", "outcomes"},
        {"choosing", "differences", "links"},
        {"app"},
        {"apps", "management", "urls"},
    ),
    "wizard": (
        {"guides", "query_params"},
        {"messages", "models"},
        {"errors", "history"},
        {"middleware", "state"},
        {"live"},
        {"jobs", "report"},
        {"monitoring", "stage"},
        {"guests", "templatetags"},
        {"actions", "support", "tasks"},
        {"erasure", "management", "views"},
        {"apps", "urls"},
    ),
    "orgs": (
        {"domains", "fields", "plain_text", "signals"},
        {"hosts", "pasted"},
        {"salesforce"},
        {"models", "oauth"},
        {"audit", "directory", "discovery", "people_matching"},
        {"connections"},
        {"acts", "erasure", "sign_in", "tasks"},
        {"disclosure", "forms"},
        {"views"},
        {"apps", "management", "urls"},
    ),
    "bulk": (
        {"models", "table", "words"},
        {"judging", "presets"},
        {"lists", "forms"},
        {"starting"},
        {"tasks"},
        {"views"},
        {"apps", "urls"},
    ),
    "notices": (
        {"kinds"},
        {"models"},
        {"fanout", "audit", "bell", "erasure", "outbox"},
        {"words"},
        {"channels"},
        {"expiring", "forms", "sending"},
        {"tasks", "views", "management"},
        {"apps", "urls"},
    ),
    "teams": (
        {"links", "models", "signals", "spreadsheets"},
        {"access", "audit", "demo", "http", "limits", "mfa", "reauth", "sessions"},
        {"acting"},
        {"backends", "membership", "middleware", "preferences", "tasks"},
        {"accounts", "erasure", "forms", "templatetags"},
        {"views"},
        {"account_urls", "apps", "management", "urls"},
    ),
}
# The address names that the Python code of a room may know: those of the rooms that it may import.
NAMES_OF = {
    "teams": {"teams"},
    "orgs": {"teams", "orgs"},
    "notices": {"teams", "orgs", "notices"},
    "wizard": {"teams", "orgs", "notices", "wizard"},
    "api": {"wizard"},
    "bulk": {"wizard", "bulk"},
}
ADDRESS = re.compile(r"[\"'](teams|orgs|notices|wizard|bulk):[a-z_]+[\"']")
MOST_SIDE_BY_SIDE = 20
MOST_BOXES, MOST_ARROWS = 26, 110


@cache
def import_graph() -> dict[str, set[str]]:
    """Module -> the modules of ours that it imports, inside functions and for types too."""
    sources = {name_of(path): path for path in modules()}
    return {
        module: {
            target
            for target in imports(path.read_text(), module, is_package=path.name == "__init__.py")
            if target in sources and target != module
        }
        for module, path in sources.items()
    }


def box(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def arrows(room: str) -> set[tuple[str, str]]:
    """(box, imported box) of the files and folders directly in a room."""
    return {
        (box(module), box(target))
        for module, targets in import_graph().items()
        for target in targets
        if module.split(".")[0] == target.split(".")[0] == room and box(module) and box(target)
        if box(module) != box(target)
    }


def circle_in(graph: Mapping[str, Iterable[str]]) -> list[str]:
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as found:
        return list(found.args[1])
    return []


@pytest.mark.parametrize("room", FLOORS)
def test_no_arrow_between_the_boxes_of_a_room_goes_up(room: str) -> None:
    floor = {name: number for number, names in enumerate(FLOORS[room]) for name in names}
    boxes = {box(name_of(path)) for path in modules() if path.relative_to(ROOT).parts[0] == room}
    assert boxes - {""} == set(floor), "every box has its floor"
    assert [arrow for arrow in sorted(arrows(room)) if floor[arrow[1]] >= floor[arrow[0]]] == []


def test_the_guided_setup_stays_a_house_that_one_can_walk() -> None:
    assert len(set().union(*FLOORS["wizard"])) <= MOST_BOXES
    assert len(arrows("wizard")) <= MOST_ARROWS


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circle_in(import_graph()) == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_two_boxes_of_a_room_import_each_other(room: str) -> None:
    graph: dict[str, set[str]] = {}
    for one, other in arrows(room):
        graph.setdefault(one, set()).add(other)
    assert circle_in(graph) == []


def test_a_circle_is_found() -> None:
    assert set(circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_no_folder_is_too_full_to_look_over() -> None:
    folders = {path.parent for path in modules()}
    full = {
        str(folder.relative_to(ROOT)): count
        for folder in folders
        if (count := sum(each.name != "__init__.py" for each in folder.glob("*.py"))) > MOST_SIDE_BY_SIDE
    }
    assert full == {}


@pytest.mark.parametrize("room", NAMES_OF)
def test_a_room_knows_no_address_of_a_room_above_it(room: str) -> None:
    foreign = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / room).rglob("*.py")
        for match in ADDRESS.finditer(path.read_text(encoding="utf-8"))
        if match[1] not in NAMES_OF[room]
    }
    assert foreign == set()


def test_types_say_what_they_mean() -> None:
    """`Any` turns the checker off; where nothing is looked into, `object` says so."""
    sources = [path.read_text() for path in [*modules(), *(ROOT / name for name in our_files("tests/*.py"))]]
    lines = sum(source.count("\n") for source in sources)
    nodes = (node for source in sources if "Any" in source for node in ast.walk(ast.parse(source)))
    # As `Any`, as `typing.Any`, and where it is imported.
    found = sum("Any" in (getattr(node, name, "") for name in ("id", "attr", "name")) for node in nodes)
    assert found * 100 / lines <= MOST_ANY_IN_100_LINES, f"{found} times Any in {lines} lines"


@pytest.mark.parametrize("room", ["config", "api", "bulk", "cli", "wizard", "notices", "orgs", "teams"])
def test_nothing_is_hidden_on_an_object(room: str) -> None:
    """What belongs to a request or a row has a name that its type knows."""
    hidden = re.compile(r"\b(vars|setattr)\(|\.__dict__\b")
    found = {
        f"{name_of(path)}:{number}"
        for path in modules()
        if path.is_relative_to(ROOT / room) and name_of(path) not in SETS_ITS_OWN
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if hidden.search(line)
    }
    assert found == set()


def test_functions_stay_short() -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 6
    assert lengths[len(lengths) * 9 // 10] <= 16
    assert lengths[-1] <= 50
