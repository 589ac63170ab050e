"""Each OpenAPI document, operation by operation: what is answered is what it says, ever in bounds.

`CIMAISE_FUZZ_CASES` is how many requests an operation gets, `CIMAISE_FUZZ_SEED` which ones.
"""

import gc
import os
import resource
from urllib.parse import unquote_plus

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cimaise.web.catalog.shelf import reading_room
from fuzz.values import DATASETS, values_of
from fuzz.watching import Heard, troubles

CASES = int(os.environ.get("CIMAISE_FUZZ_CASES", "20"))
SEED = int(os.environ.get("CIMAISE_FUZZ_SEED", "1"))
MORE_MB = 300  # of memory after thousands of requests
DOCUMENTS = (
    "/api/explore/v2.1/swagger.json",
    "/api/explore/v2.1/catalog/datasets/musees/swagger.json",
    "/api/explore/v2.0/swagger.json",
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
bounded = settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def in_bounds(_context, response, case):
    """A check of schemathesis: nothing is told that should not be."""
    asked = unquote_plus(f"{case.formatted_path} {response.request.url} {response.request.body}")
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    wrong = troubles(Heard(asked, response.status_code, headers, response.content))
    assert not wrong, wrong


@st.composite
def cases_of(draw, operation):
    """A request of the operation, as its schema has it or with values that mean more."""
    mode = draw(st.sampled_from((*[GenerationMode.POSITIVE] * 3, GenerationMode.NEGATIVE)))
    places = {each.name for each in operation.path_parameters}
    known = {"dataset_id": draw(st.sampled_from(DATASETS))} if "dataset_id" in places else None
    if draw(st.integers(0, 9)) == 0:
        known = None
    case = draw(operation.as_strategy(generation_mode=mode, path_parameters=known))
    names = [each.name for each in operation.query]
    if names and draw(st.booleans()):
        chosen = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
        case.query = {name: draw(st.sampled_from(values_of(name))) for name in chosen}
    return case


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_answered_is_what_the_document_says(exposed, document):
    schema = schemathesis.openapi.from_wsgi(document, exposed)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert operations
    before, wrong = None, {}
    for operation in operations:
        try:
            asked_of(operation)
        except (FailureGroup, AssertionError) as found:
            wrong[operation.label] = found
        before = before or memory()
    assert not wrong, "\n".join(f"{label}\n{found}\n" for label, found in wrong.items())
    gc.collect()
    assert memory() - before < MORE_MB
    assert len(reading_room()._attached) <= reading_room().open_snapshots


def asked_of(operation):
    """Ask an operation all that it is to be asked."""

    @seed(SEED)
    @bounded
    @given(case=cases_of(operation))
    def run(case):
        # JSON lines are told as JSON, as the live servers do, and are none.
        lines = case.path_parameters.get("export_format") == "jsonl"
        excluded = [response_schema_conformance] if lines else []
        case.call_and_validate(checks=[*CHECKS, in_bounds], excluded_checks=excluded)

    run()


def memory():
    """The most megabytes this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
