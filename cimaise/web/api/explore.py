"""The Explore API v2.1: every operation it has, and what OpenAPI says of them all."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema

import cimaise
from cimaise.web.api import (
    attachments,
    catalogue,
    catalogue_exports,
    exports,
    facets,
    files,
    records,
    templates,
)
from cimaise.web.api.dataset_document import with_examples
from cimaise.web.api.described import DescribedAPI, tell_errors
from cimaise.web.api.examples import CATALOGUE
from cimaise.web.api.sql.described import told_in as sql_told_in

DESCRIPTION = """Every published dataset, readable by programs.

`where`, `select`, `group_by` and `order_by` are written in ODSQL. Every answer carries an `ETag`:
send it back in `If-None-Match` and an unchanged answer costs nothing (304).

`join` brings the fields of another dataset, as `dataset.field`, to records, facets and exports.

Public datasets need no key. With one, a program reads what its person may read and counts its
calls apart; what is left of them is in the headers `X-RateLimit-Limit`, `-Remaining` and `-Reset`.
"""


class ExploreAPI(DescribedAPI):
    """The API of today, with what is asked in SQL."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """OpenAPI 3.1 of every operation, generated from the declarations that serve them."""
        schema = super().get_openapi_schema(**asked)
        sql_told_in(schema)
        with_examples(schema, CATALOGUE)
        return schema


api = ExploreAPI(
    title="Explore API",
    version="2.1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="explore-api",
    openapi_extra={"info": {"x-software": f"Cimaise {cimaise.__version__}"}},
)
for module in (
    catalogue,
    catalogue_exports,
    templates,
    records,
    facets,
    exports,
    attachments,
    files,
):
    api.add_router("", module.router)
tell_errors(api)
