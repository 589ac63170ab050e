"""`/catalog/metadata_templates`: which metadata datasets may have (§1.2, §1.7)."""

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, operation
from cimaise.web.api.problems import unknown_resource
from cimaise.web.api.shapes import MetadataTemplate, MetadataTemplates
from cimaise.web.catalog.templates import TEMPLATES, TYPES, Template, described

router = Router()
ROOT = "/catalog/metadata_templates"
TAGS = ("Catalog",)


@operation(
    router, ROOT, (), MetadataTemplates,
    name="getMetadataTemplates", summary=_("Templates of metadata"), tags=TAGS,
)  # fmt: skip
def templates(request: HttpRequest) -> HttpResponseBase:
    """Every template, with the metadata it holds."""
    return told(request, TEMPLATES)


@operation(
    router, ROOT + "/{template_type}", (), MetadataTemplates,
    name="getMetadataTemplatesOfType", summary=_("Templates of one type"), tags=TAGS,
)  # fmt: skip
def templates_of(request: HttpRequest, template_type: str) -> HttpResponseBase:
    """The templates of a type: basic, interop, extra or admin."""
    return told(request, of_type(template_type))


@operation(
    router, ROOT + "/{template_type}/{template_name}", (), MetadataTemplate,
    name="getMetadataTemplate", summary=_("One template of metadata"), tags=TAGS,
)  # fmt: skip
def template(request: HttpRequest, template_type: str, template_name: str) -> HttpResponseBase:
    """One template, with the metadata it holds."""
    for each in of_type(template_type):
        if each.name == template_name:
            return fresh(request, tag("template", each), None, partial(answered, described(each)))
    raise unknown_resource("metadata template", template_name[:100])


def of_type(name: str) -> list[Template]:
    """The templates of a type; raises Problem for a type there is not."""
    if name not in TYPES:
        raise unknown_resource("type of metadata templates", name[:100])
    return [each for each in TEMPLATES if each.type == name]


def told(request: HttpRequest, found: Sequence[Template]) -> HttpResponseBase:
    """A list of templates."""
    body = {"total_count": len(found), "results": [described(each) for each in found]}
    return fresh(request, tag("templates", found), None, lambda: answered(body))
