"""The rules of the house that no other tool watches: sizes, names, families, links, secrets."""

import ast
import importlib
import pkgutil
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "service",
    "services",
    "core",
    "common",
    "misc",
    "tools",
}
TRANSLATED = {"say", "_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
# An accented word is French, unless it is the name of somebody or of a place.
FRENCH = re.compile(r"\b(?!référentiels?\b)[a-zß-öø-ÿœ]*[ß-öø-ÿœ]")

# Where each family lives, the table that lists its members, and what a member is.
FAMILIES = {
    "cimaise.engine.readers": ("READERS", "ReaderCard"),
    "cimaise.engine.exports": ("EXPORTS", "ExportCard"),
    "cimaise.engine.schema.types": ("TYPES", "TypeCard"),
}


def tracked(*patterns: str) -> list[Path]:
    """The files that git holds or would hold: new ones included, fetched and built ones not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


def shown(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    """The portal's own Python files; migrations are written by Django."""
    return [path for path in tracked("cimaise/*.py") if "migrations" not in path.parts]


def texts() -> Iterator[tuple[Path, str]]:
    """Every tracked file that is text."""
    for path in tracked():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_of_code_is_longer_than_one_idea():
    long = {
        shown(path): lines
        for path in tracked("*.py", "*.js", "*.css", "*.html")
        if not {"migrations", "tests"} & set(path.parts)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"over {LONGEST} lines: {long}"


def test_every_module_opens_with_one_sentence():
    wrong = []
    for path in modules():
        if not (source := path.read_text(encoding="utf-8")).strip():
            continue
        first = (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
        if not re.fullmatch(r"\S.*[.!?:]", first):
            wrong.append(shown(path))
    assert not wrong, f"no docstring whose first line is a sentence: {wrong}"


def test_no_module_has_a_name_that_says_nothing():
    vague = [
        shown(path)
        for path in tracked(
            "cimaise/*.py", "cimaise/*.js", "tests/*.py", "make/*", "bench/*", "fuzz/*"
        )
        if VAGUE & {path.stem, *path.relative_to(ROOT).parent.parts}
    ]
    assert not vague, f"name them after what they hold: {vague}"


@pytest.mark.parametrize("family", FAMILIES)
def test_the_table_of_a_family_holds_every_member(family):
    table_name, card_name = FAMILIES[family]
    package = importlib.import_module(family)
    card = getattr(importlib.import_module(f"{family}.base"), card_name)
    table = getattr(package, table_name)
    listed = list(table.values() if hasattr(table, "values") else table)
    members = [
        (module.name, thing)
        for module in pkgutil.iter_modules(package.__path__, f"{family}.")
        for thing in vars(importlib.import_module(module.name)).values()
        if isinstance(thing, card)
    ]
    missing = {name for name, thing in members if thing not in listed}
    assert members
    assert not missing, f"not in {family}.{table_name}: {missing}"


def links(text: str) -> Iterator[str]:
    """The addresses that a page of Markdown leads to, outside blocks of code."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    yield from re.findall(r"\]\(<?([^)>\s]+)>?\)", prose)


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{shown(page)} → {link}"
        for page in tracked("*.md")
        for link in links(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:|#", link)
        and not (page.parent / link.partition("#")[0]).resolve().exists()
    ]
    assert not broken, broken


def test_nothing_tells_of_the_machine_it_was_made_on():
    traces = re.compile(
        r"(?:^|[^A-Za-z0-9_.])/(?:work|farm|root|home/[a-z]+|Users/[A-Za-z]+)/"
        r'|"resolved":\s*"http|registry\s*=\s*"?http|--(?:extra-)?index-url[ =]+http',
        re.MULTILINE,
    )
    told = [shown(path) for path, text in texts() if traces.search(text)]
    assert not told, f"a machine's path or a registry's address: {told}"


def test_no_secret_is_committed():
    secrets = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}"
        r"|\bglpat-[\w-]{20}|\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{60}|_authToken\s*="
        r"|://[^/\s:@{}$<>]+:[^/\s:@{}$<>]+@"
    )
    found = [shown(path) for path, text in texts() if secrets.search(text)]
    assert not found, f"it looks like a secret: {found}"


def test_code_is_written_in_english():
    """What people read is written in English and translated; French is in data only."""
    french = []
    for path in modules():
        if "demo" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            french += [
                f"{shown(path)}:{getattr(node, 'lineno', 0)}: {word}"
                for word in (*names(node), *sentences(node))
                if FRENCH.search(word)
            ]
    for path in tracked("cimaise/*.html", "cimaise/*.js", "cimaise/*.css"):
        if "kit" in path.parts:  # the specimen of the components shows them with data
            continue
        french += [
            f"{shown(path)}:{number}: {line.strip()}"
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
            if FRENCH.search(line)
        ]
    assert not french, "\n".join(french)


def names(node: ast.AST) -> Iterator[str]:
    """The names that a node of code gives or uses."""
    for attribute in ("id", "name", "attr", "arg"):
        if isinstance(word := getattr(node, attribute, None), str):
            yield word


def sentences(node: ast.AST) -> Iterator[str]:
    """The sentences that a node of code says to people."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", None) in TRANSLATED:
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def pins(name: str) -> dict[str, str]:
    """Package and version of every line of a file of requirements."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", text, flags=re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_pinned_versions_are_those_that_the_project_asks_for(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = list(project["project"]["dependencies"])
    if name == "dev.txt":
        asked += project["dependency-groups"]["dev"]
    pinned = pins(name)
    stale = [
        str(wish)
        for wish in map(Requirement, asked)
        if not wish.specifier.contains(pinned.get(canonicalize_name(wish.name), "0"))
    ]
    assert not stale, f"run `make requirements`: {stale} does not fit requirements/{name}"


def test_every_pinned_package_has_its_hashes():
    for path in tracked("requirements/*.txt"):
        text = path.read_text(encoding="utf-8")
        bare = re.findall(r"^[\w.-]+(?:\[[^]]*\])?==[^\\\n]*$", text, flags=re.MULTILINE)
        assert not bare, f"{shown(path)}: {bare}"
