"""The catalogue: its root, its datasets, and one dataset described."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.engine.query.question import Question
from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, dataset_address, here, link, operation
from cimaise.web.api.paging import page_links
from cimaise.web.api.parameters import DATASET, DATASETS, Asked, read, window
from cimaise.web.api.problems import Problem, json_bytes
from cimaise.web.api.questions import question_of
from cimaise.web.api.reach import asker, described
from cimaise.web.api.shapes import DatasetBody, Datasets, Links
from cimaise.web.catalog.bodies import bodies
from cimaise.web.catalog.description import dataset_body
from cimaise.web.catalog.mirror import Catalogue, catalogue
from cimaise.web.catalog.naming import plain_names
from cimaise.web.catalog.projection import NoSuchMetadata, check, projected
from cimaise.web.catalog.search import asked_of_catalogue

router = Router()
TAGS = ("Catalog",)


@operation(router, "/", (), Links, name="root", summary=_("Where to start"), tags=TAGS)
def root(request: HttpRequest) -> HttpResponseBase:
    """Links to the catalogue, to the description of this API and to the page to try it."""
    address = here(request)
    links = [link("self", f"{address}/"), link("catalog", f"{address}/catalog")]
    links += [link("description", f"{address}/swagger.json"), link("console", f"{address}/console")]
    return answered({"links": links})


@operation(router, "/catalog", (), Links, name="getCatalog", summary=_("The catalogue"), tags=TAGS)
def catalog(request: HttpRequest) -> HttpResponseBase:
    """Links to what the catalogue holds."""
    address = f"{here(request)}/catalog"
    rels = ("datasets", "facets", "exports", "metadata_templates")
    links = [link("self", address), *(link(rel, f"{address}/{rel}") for rel in rels)]
    return answered({"links": links})


@operation(
    router,
    "/catalog/datasets",
    DATASETS,
    Datasets,
    name="getDatasets",
    summary=_("Query the datasets of the catalogue"),
    tags=TAGS,
)
def datasets(request: HttpRequest) -> HttpResponseBase:
    """A page of the datasets that match, as the asker may see them."""
    asked = read(request.GET, DATASETS)
    limit, offset = window(asked)
    seen = catalogue(asker(request))
    question = question_of(asked, limit, offset)
    with_links = asked.yes("include_links")
    etag = tag("datasets", seen.state, seen.where, question.canonical(),
               request.build_absolute_uri() if with_links else "")  # fmt: skip

    def make() -> HttpResponse:
        total, results = found(seen, question, asked)
        body: dict[str, Any] = {} if total is None else {"total_count": total}
        if with_links:
            related = {"catalog": f"{here(request)}/catalog"}
            body["_links"] = page_links(request, related, limit, offset, total)
            results = [linked(request, result) for result in results]
        return answered({**body, "results": results})

    if tells_uses(asked):  # they change without the catalogue: the body is what the tag stands for
        made = make()
        etag = tag("datasets", made.content.decode())
        return fresh(request, etag, None, lambda: made, question=question.canonical())
    return fresh(request, etag, seen.built, make, question=question.canonical())


def found(
    seen: Catalogue, question: Question, asked: Asked
) -> tuple[int | None, list[dict[str, Any]]]:
    """How many datasets match, and the page: descriptions, parts of them, or what was computed."""
    names = () if question.select.strip() in ("", "*") else plain_names(question.select)
    if names is None or question.group_by:
        answer = asked_of_catalogue(seen, question)
        return answer.total_count, answer.records
    check_names(names)
    answer = asked_of_catalogue(seen, question, only="dataset_id")
    slugs = [record["dataset_id"] for record in answer.records]
    page = bodies(slugs, app_metas=tells_uses(asked), lang=question.lang)
    return answer.total_count, [projected(body, names) for body in page] if names else page


def tells_uses(asked: Asked) -> bool:
    """Whether an answer may tell how datasets are used, by itself or in what it selects."""
    return asked.yes("include_app_metas") or "explore." in asked.text("select")


def check_names(names: Sequence[str]) -> None:
    """Raise Problem for a name in `select` that no dataset has."""
    try:
        check(names)
    except NoSuchMetadata as unknown:
        near = {"hint": f"Did you mean {unknown.near}?"} if unknown.near else None
        raise Problem(
            400,
            "ODSQLError",
            f"ODSQL query is malformed: Unknown field: {unknown.name[:100]}. "
            "Clause(s) containing the error(s): select.",
            near,
        ) from unknown


def selected_of(body: dict[str, Any], select: str) -> dict[str, Any]:
    """The parts of a description that a list of names selects; raises Problem."""
    names = plain_names(select) or (select,)
    check_names(names)
    return projected(body, names)


def linked(request: HttpRequest, result: dict[str, Any]) -> dict[str, Any]:
    """A dataset of a page with its own links, where it says which it is."""
    if "dataset_id" not in result:
        return result
    address = dataset_address(request, result["dataset_id"])
    links = [link("self", address), link("catalog", f"{here(request)}/catalog")]
    return {"_links": links, **result}


@operation(
    router,
    "/catalog/datasets/{dataset_id}",
    DATASET,
    DatasetBody,
    name="getDataset",
    summary=_("Describe a dataset"),
    tags=("Dataset",),
)
def dataset(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """The fields and metadata of a dataset."""
    asked = read(request.GET, DATASET)
    shown = described(request, dataset_id, asked)
    body = dataset_body(shown, app_metas=tells_uses(asked), lang=asked.text("lang"))
    select = asked.text("select").strip()
    if select not in ("", "*"):
        body = selected_of(body, select)
    if asked.yes("include_links"):
        body = linked(request, body)
    # Nothing is asked of the engine here: the body itself is what the tag stands for.
    etag = tag("dataset", json_bytes(body).decode())
    changed = max(shown.version.published, shown.dataset.modified)
    return fresh(request, etag, changed, lambda: answered(body))
