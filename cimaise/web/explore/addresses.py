"""Where the HTTP API answers, as pages write it in links and examples."""

from django.http import HttpRequest

API = "/api/explore/v2.1/catalog/datasets"
CONSOLE = "/api/explore/v2.1/console"


def records_address(request: HttpRequest, slug: str) -> str:
    """The absolute address of a dataset's records."""
    return request.build_absolute_uri(f"{API}/{slug}/records")


def export_address(request: HttpRequest, slug: str, format_name: str) -> str:
    """The absolute address of a dataset's export in one format."""
    return request.build_absolute_uri(f"{API}/{slug}/exports/{format_name}")
