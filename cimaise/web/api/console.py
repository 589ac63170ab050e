"""The page to try the API on, and its OpenAPI document, told by what serves."""

from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.exports import EXPORTS
from cimaise.engine.odsql.to_sql import fold
from cimaise.web.api.dataset_document import document_of
from cimaise.web.api.explore import api
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import ROOT
from cimaise.web.api.problems import JSON, Problem, json_bytes
from cimaise.web.api.reach import Moved, asker, described
from cimaise.web.api.troubles import told
from cimaise.web.catalog.exports import CATALOGUE_EXPORTS
from cimaise.web.catalog.shelf import Shown, find, visible
from cimaise.web.theme.pieces import Link

# Where a path takes one of many: its forms have a button for each.
FORMATS = {"{export_format}": EXPORTS, "{catalogue_format}": CATALOGUE_EXPORTS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter as a form shows it; `options` are pairs, empty for free text."""

    id: str
    name: str
    hint: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One operation as a form: it sends a GET, so it needs no script.

    `formats` are addresses to choose from where the path itself takes a choice.
    """

    id: str
    title: str
    path: str
    address: str
    entries: tuple[Entry, ...]
    formats: tuple[Link, ...]


@lru_cache(maxsize=1)
def document() -> bytes:
    """The OpenAPI document, made once a process: the code does not change while it runs."""
    return json_bytes(api.get_openapi_schema())


@require_safe
def swagger(request: HttpRequest) -> HttpResponseBase:
    """`swagger.json`: what the API can do, for programs."""
    made = document()
    return fresh(request, tag(made.decode()), None, lambda: HttpResponse(made, content_type=JSON))


@require_safe
def dataset_swagger(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """`swagger.json` of one dataset: its own fields and types, with examples that work."""
    try:
        shown = described(request, dataset_id)
    except (Problem, Moved) as error:
        return told(request, error)
    etag = tag("document", document().decode(), dataset_id, shown.snapshot.manifest.snapshot)
    return fresh(
        request,
        etag,
        shown.version.published,
        lambda: HttpResponse(json_bytes(document_about(shown)), content_type=JSON),
    )


def document_about(shown: Shown) -> dict[str, Any]:
    """The OpenAPI document of a dataset."""
    whole, dataset = api.get_openapi_schema(), shown.dataset
    return document_of(whole, dataset.slug, dataset.title, shown.snapshot)


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """`console`: every operation as a form, on a dataset of one's choice."""
    slugs = sorted(
        visible(asker(request)).values_list("slug", "title"), key=lambda pair: fold(pair[1])
    )
    known = [slug for slug, _title in slugs]
    asked = request.GET.get("dataset", "")
    chosen = asked if asked in known else next(iter(known), "")
    own = f"{ROOT}/catalog/datasets/{chosen}/swagger.json" if chosen else ""
    context = {
        "crumbs": [Link(_("Datasets"), "/explore/"), Link(_("API"), "", here=True)],
        "datasets": slugs,
        "chosen": chosen,
        "trials": trials(find(chosen, asker(request)) if chosen else None),
        "own_document": own,
        "document": f"{ROOT}/swagger.json",
    }
    return render(request, "api/console.html", context)


def trials(shown: Shown | None) -> list[Trial]:
    """The operations that can be tried, those on a dataset with examples from its own fields."""
    paths: dict[str, dict[str, Any]] = dict(api.get_openapi_schema()["paths"])
    own: dict[str, dict[str, Any]] = document_about(shown)["paths"] if shown else {}
    slug = shown.dataset.slug if shown else ""
    tried = []
    for path, methods in paths.items():
        address = path.replace("{dataset_id}", slug)
        said = own.get(address, methods)["get"]
        filled = reduce(lambda text, place: text.replace(place, ""), FORMATS, address)
        if "{" not in filled and (shown or address == path):
            tried.append(_trial(path, address, said))
    return tried


def _trial(path: str, address: str, told: dict[str, Any]) -> Trial:
    entries = [_entry(told["operationId"], said) for said in told["parameters"]]
    formats = tuple(
        Link(name, address.replace(place, name))
        for place, names in FORMATS.items()
        if place in address
        for name in names
    )
    return Trial(
        id=told["operationId"],
        title=_(told["summary"]),
        path=path,
        address=address,
        entries=tuple(entry for entry in entries if entry is not None),
        formats=formats,
    )


def _entry(operation: str, said: dict[str, Any]) -> Entry | None:
    if said["in"] != "query":
        return None
    schema = said["schema"]
    shown = "" if "enum" in schema else example_of(said)
    choices = schema.get("enum") or (("true", "false") if schema["type"] == "boolean" else ())
    return Entry(
        id=f"{operation}-{said['name']}",
        name=said["name"],
        hint=f"{_(said['description'])} {shown}".strip(),
        value="",
        options=(("", "—"), *((str(choice), str(choice)) for choice in choices)) if choices else (),
    )


def example_of(said: dict[str, Any]) -> str:
    """What is told of the example of a parameter; empty when it has none."""
    example = said.get("example")
    value = example[0] if isinstance(example, list) else example
    return "" if value is None else _("Example: {}").format(value)
