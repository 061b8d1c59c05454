"""What the documents say is so: commands, links, settings, dependencies."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
README = DOCUMENTS[0].read_text(encoding="utf-8")

# The names that the design fixes: whoever runs Connect Guide can rely on them.
FIXED_NAMES = {
    *("SECRET_KEY", "TOKEN_KEYS", "ALLOWED_HOSTS", "DEBUG", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL"),
    *("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "SALESFORCE_EXTRA_ORIGINS"),
    *("SALESFORCE_API_VERSION", "PORT", "SIMULATOR_PORT"),
}
READERS = {"level", "text", "flag", "number", "words", "required"}
READ_BY = ("config/settings.py", "config/tryout/plan.py", "config/tryout/__main__.py")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAME = re.compile(r"`([^`]+)`")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def rows(text: str, *header: str) -> Iterator[list[str]]:
    """The cells of the table with this header; a pipe inside code does not end a cell."""
    lines = iter(text.splitlines())
    wanted = f"| {' | '.join(header)} |"
    assert wanted in text, f"there is no table {wanted}"
    while next(lines) != wanted:
        pass
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


def names_in(text: str, *header: str) -> dict[str, list[str]]:
    """Name -> the other cells, for each name in the first cells of that table."""
    found: dict[str, list[str]] = {}
    for first, *rest in rows(text, *header):
        for name in NAME.findall(first):
            assert name not in found, f"{name} is there twice"
            found[name] = rest
    return found


# -- commands and links


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_make_command_is_in_the_makefile(document):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    text = document.read_text(encoding="utf-8")
    in_code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`|^    .+$", text, re.S | re.M))
    used = set(re.findall(r"(?<![\w/])make ([a-z]+)", in_code))
    assert used <= targets, f"not in the Makefile: {used - targets}"


def test_every_target_of_the_makefile_is_explained_to_contributors():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    explained = names_in(DOCUMENTS[1].read_text(encoding="utf-8"), "command", "does")
    assert {f"make {target}" for target in targets} == set(explained)


def test_the_readme_has_the_two_commands():
    assert "make run " in README
    assert "make test " in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_manage_py_command_exists(document):
    used = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text(encoding="utf-8")))
    assert used <= set(get_commands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_module_that_is_run_exists(document):
    text = document.read_text(encoding="utf-8")
    for module in re.findall(r"python -m ((?:config|simulator|tests)[\w.]*)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path) if path else document
        assert there.exists(), f"{target} is not there"
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{target} has no such heading"


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_that_is_named_in_code_exists(document):
    """`wizard/jobs/runner.py` and the like; a pattern or a placeholder is not a file."""
    text = document.read_text(encoding="utf-8")
    folders = "api|cli|config|deploy|orgs|simulator|static|teams|templates|tests|wizard|docs|requirements"
    for name in re.findall(rf"`((?:{folders})/[\w./-]*)`", text):
        assert (ROOT / name).exists(), f"{name} is not there"


# -- settings


def read_from_environment(source: str) -> set[str]:
    """Every variable that this source reads through `config.env.Environment`."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value.isupper()
    }


def all_settings() -> set[str]:
    return {name for file in READ_BY for name in read_from_environment((ROOT / file).read_text("utf-8"))}


SETTINGS = ("name", "meaning", "default")


def test_every_setting_is_documented_and_nothing_else():
    assert set(names_in(README, *SETTINGS)) == all_settings()


def test_the_fixed_names_are_settings():
    assert all_settings() >= FIXED_NAMES


def test_every_setting_has_a_meaning_and_a_default():
    assert [name for name, cells in names_in(README, *SETTINGS).items() if not all(cells)] == []


def test_a_setting_that_is_read_elsewhere_is_noticed():
    assert read_from_environment('env.flag("NEW_ONE")\nenv.number("PORT", 1)') == {"NEW_ONE", "PORT"}


def test_no_other_file_reads_the_environment_for_a_setting():
    """Else a setting could be missing here."""
    reads = re.compile(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"")
    ours = [
        path
        for room in ("api", "bulk", "config", "notices", "orgs", "teams", "wizard")
        for path in (ROOT / room).rglob("*.py")
    ]
    found = {name for path in ours for name in reads.findall(path.read_text(encoding="utf-8"))}
    assert found <= all_settings()


@pytest.mark.parametrize(
    "name", ["SALESFORCE_API_VERSION", "WORKER_THREADS", "LOG_LEVEL", "PORT", "EMAIL_HOST", "EMAIL_PORT"]
)
def test_the_default_that_is_documented_is_the_one_that_is_read(name):
    source = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    default = re.search(rf'env\.\w+\("{name}", "?([^")]+)"?\)', source)
    assert default, name
    assert f"`{default[1]}`" in names_in(README, *SETTINGS)[name][1]


def test_what_a_whole_installation_is_asked_for_is_documented():
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)[:}]", compose))
    assert asked <= all_settings() | {"POSTGRES_PASSWORD"}
    assert "`POSTGRES_PASSWORD`" in README


# -- dependencies


def declared(group: str) -> set[str]:
    """The direct dependencies of pyproject.toml, without versions and extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] if group == "app" else project["optional-dependencies"][group]
    return {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in lines}


@pytest.mark.parametrize(
    ("group", "header"), [("app", "the app"), ("tryout", "the try-out"), ("dev", "tests and checks")]
)
def test_every_dependency_has_a_reason(group, header):
    assert set(names_in(README, header, "why")) == declared(group)


# -- figures


def test_the_benchmark_names_its_parts():
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmark", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "calls, watching, pages, viewers, worker" in " ".join(done.stdout.split())
