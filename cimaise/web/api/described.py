"""An API and its OpenAPI document: GET operations only, keys told, errors in its own words."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from cimaise.engine.duck import DuckFailure, TooLong
from cimaise.engine.messages import Refusal
from cimaise.web.api.problems import Problem
from cimaise.web.api.reach import Moved
from cimaise.web.api.security import told_in
from cimaise.web.api.troubles import Trouble, told

Telling = Callable[[HttpRequest, Trouble], HttpResponse]


class DescribedAPI(NinjaAPI):
    """The API with an OpenAPI document of GET operations only: HEAD goes without saying."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """OpenAPI 3.1 of every operation, generated from the declarations that serve them."""
        schema = super().get_openapi_schema(**asked)
        for methods in schema["paths"].values():
            methods.pop("head", None)
        told_in(schema)
        return schema


def tell_errors(api: NinjaAPI, telling: Telling = told) -> None:
    """Have whatever the engine or the API refuses told in the API's own words."""
    for error in (Problem, Moved, Refusal, TooLong, DuckFailure):
        api.add_exception_handler(error, telling)
