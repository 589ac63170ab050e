"""The page to try the API on, and its OpenAPI document, told by what serves."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.exports import EXPORTS
from cimaise.engine.odsql.to_sql import fold
from cimaise.web.api.explore import api
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import ROOT
from cimaise.web.api.problems import JSON, json_bytes
from cimaise.web.api.reach import asker
from cimaise.web.catalog.shelf import visible
from cimaise.web.theme.pieces import Link


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
def console(request: HttpRequest) -> HttpResponse:
    """`console`: every operation as a form, on a dataset of one's choice."""
    slugs = sorted(
        visible(asker(request)).values_list("slug", "title"), key=lambda pair: fold(pair[1])
    )
    known = [slug for slug, _title in slugs]
    asked = request.GET.get("dataset", "")
    chosen = asked if asked in known else next(iter(known), "")
    context = {
        "crumbs": [Link(_("Datasets"), "/explore/"), Link(_("API"), "", here=True)],
        "datasets": slugs,
        "chosen": chosen,
        "trials": trials(chosen),
        "document": f"{ROOT}/swagger.json",
    }
    return render(request, "api/console.html", context)


def trials(slug: str) -> list[Trial]:
    """The operations that can be tried, on dataset `slug` where they take one."""
    schema = api.get_openapi_schema()
    return [
        _trial(path, methods["get"], slug)
        for path, methods in schema["paths"].items()
        if "{record_id}" not in path and (slug or "{dataset_id}" not in path)
    ]


def _trial(path: str, told: dict[str, Any], slug: str) -> Trial:
    address = path.replace("{dataset_id}", slug)
    entries = [_entry(told["operationId"], said) for said in told["parameters"]]
    formats = tuple(
        Link(name, address.replace("{export_format}", name))
        for name in (EXPORTS if "{export_format}" in path else ())
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
    choices = schema.get("enum") or (("true", "false") if schema["type"] == "boolean" else ())
    return Entry(
        id=f"{operation}-{said['name']}",
        name=said["name"],
        hint=_(said["description"]),
        value="",
        options=(("", "—"), *((str(choice), str(choice)) for choice in choices)) if choices else (),
    )
