"""The information tab: what a dataset is, what its fields are, how well they are filled."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import nh3
from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cimaise.engine.schema.field import Field
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import examples, first_rejects
from cimaise.web.render.naming import filled
from cimaise.web.render.pictures import picture
from cimaise.web.render.values import file_size, plain, whole
from cimaise.web.theme.pieces import Cell, Column, Fact, Link

SAFE_TAGS = {
    "p", "br", "a", "strong", "b", "em", "i", "ul", "ol", "li", "blockquote", "h3", "h4", "h5",
    "code", "pre", "sup", "sub", "abbr", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@visited("information")
def information(visit: Visit) -> HttpResponse:
    """What the dataset says of itself."""
    return page(visit, "explore/information.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    dataset, schema = visit.dataset, visit.schema
    counts = visit.snapshot.manifest.counts
    shares = [filled(visit.snapshot, field) for field in schema]
    return {
        "description": sanitised(dataset.description),
        "facts": _facts(visit),
        "work": picture(visit.snapshot),
        "themes": [_asked("theme", theme.name) for theme in dataset.themes.all()],
        "keywords": [_asked("keyword", keyword) for keyword in dataset.keywords],
        "located": counts.get("located") if schema.point else None,
        "field_count": len(schema),
        "completeness": int(100 * sum(shares) / len(shares)) if shares else 100,
        "table_address": visit.tab_address("table"),
        "map_address": visit.tab_address("map"),
        **_fields(visit),
        **_rejects(visit),
        **_files(visit),
        **_versions(visit),
    }


def sanitised(html: str) -> SafeString:
    """A producer's description with its innocent tags, and nothing else."""
    cleaned = nh3.clean(html, tags=SAFE_TAGS, link_rel="noopener nofollow")
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just made it safe


def _asked(name: str, value: str) -> Link:
    """A link to the datasets that share a value."""
    query = urlencode({f"refine.{name}": value})
    return Link(value, f"{reverse('explore:catalogue')}?{query}")


def _facts(visit: Visit) -> list[Fact]:
    dataset, version = visit.dataset, visit.version
    producer = _asked("publisher", dataset.producer.name)
    facts = [
        Fact(_("Producer"), producer.label, producer.address),
        Fact(_("Updated"), date_format(version.published, "DATE_FORMAT")),
        Fact(_("Published since"), date_format(dataset.created, "DATE_FORMAT")),
        Fact(_("Update frequency"), dataset.update_frequency),
        Fact(_("Attribution"), ", ".join(dataset.attributions)),
        Fact(_("Source"), dataset.references, dataset.references),
        Fact(_("Identifier"), dataset.slug),
    ]
    return [fact for fact in facts if fact.value]


def referentiels() -> Mapping[str, str]:
    """The official lists that values may belong to, as people call them."""
    return {
        "commune": _("Commune code (Insee)"),
        "departement": _("Department code (Insee)"),
        "region": _("Region code (Insee)"),
        "code_postal": _("Postal code (La Poste)"),
        "museofile": _("Museum identifier (Muséofile)"),
        "isil": _("ISIL code"),
        "siret": _("SIRET number"),
        "uai": _("School identifier (UAI)"),
    }


def types() -> Mapping[str, str]:
    """Types of fields as people call them."""
    return {
        "text": _("text"),
        "int": _("whole number"),
        "double": _("decimal number"),
        "boolean": _("yes or no"),
        "date": _("date"),
        "datetime": _("date and time"),
        "geo_point_2d": _("point on the map"),
        "geo_shape": _("shape on the map"),
        "file": _("file"),
        "json": _("JSON"),
    }


def _fields(visit: Visit) -> dict[str, Any]:
    said = examples(visit.snapshot)
    names, lists = types(), referentiels()
    rows = [
        [
            Cell(_named(field), head=True),
            Cell(_typed(field, names)),
            Cell(field.description or ""),
            Cell(lists.get(field.referentiel or "", field.referentiel or "")),
            Cell(plain(said.get(field.name), field)[:80]),
            Cell(_bar(filled(visit.snapshot, field)), number=True),
        ]
        for field in visit.schema
    ]
    columns = (
        Column(_("Field")),
        Column(_("Type")),
        Column(_("Description")),
        Column(_("Official list")),
        Column(_("Example")),
        Column(_("Filled"), number=True),
    )
    return {"field_columns": columns, "field_rows": rows}


def _named(field: Field) -> SafeString:
    return format_html("{}<br><code>{}</code>", field.label, field.name)


def _typed(field: Field, names: Mapping[str, str]) -> str:
    said = names.get(field.type, field.type)
    if field.annotations.multivalued:
        said = _("%(type)s, several values") % {"type": said}
    if field.annotations.unit:
        said = f"{said} ({field.annotations.unit})"
    if field.annotations.id:
        said = _("%(type)s, key") % {"type": said}
    return said


def _bar(share: float) -> SafeString:
    """A share as a number over a bar: whole only when it is, empty only when it is."""
    percent = 100 if share == 1 else min(99, max(1, round(100 * share))) if share else 0
    return format_html(
        '{0}\u00a0%<svg width="64" height="4" viewBox="0 0 100 4" preserveAspectRatio="none"'
        ' aria-hidden="true" display="block"><rect width="100" height="4" fill="currentColor"'
        ' opacity="0.15"/><rect width="{0}" height="4" fill="currentColor"/></svg>',
        percent,
    )


def _rejects(visit: Visit) -> dict[str, Any]:
    if not visit.version.rejects:
        return {}
    columns = (
        Column(_("Line"), number=True),
        Column(_("Field")),
        Column(_("As it was written")),
        Column(_("Reason")),
    )
    rows = [
        [
            Cell(whole(reject.line) if reject.line is not None else "", number=True),
            Cell(reject.field),
            Cell(reject.written[:200]),
            Cell(_(reject.reason)),
        ]
        for reject in first_rejects(visit.snapshot)
    ]
    return {"reject_columns": columns, "rejects": rows}


def _versions(visit: Visit) -> dict[str, Any]:
    columns = (
        Column(_("Version")),
        Column(_("Published")),
        Column(_("Records"), number=True),
        Column(_("Unreadable values"), number=True),
        Column(_("Note")),
    )
    rows = [
        [
            Cell(
                _("Version %(number)s") % {"number": version.number},
                "" if version.pk == visit.version.pk else _version_address(visit, version.number),
                head=True,
            ),
            Cell(date_format(version.published, "DATE_FORMAT")),
            Cell(whole(version.records), number=True),
            Cell(whole(version.rejects), number=True),
            Cell(version.note or version.origin),
        ]
        for version in visit.dataset.versions.all()
    ]
    return {"version_columns": columns, "version_rows": rows}


def _files(visit: Visit) -> dict[str, Any]:
    """The files that their producer laid beside the data."""
    columns = (
        Column(_("File")),
        Column(_("What it is")),
        Column(_("Description")),
        Column(_("Size"), number=True),
    )
    root = f"/api/explore/v2.1/catalog/datasets/{visit.dataset.slug}"
    rows = [
        [
            Cell(each.title, f"{root}/{each.kind}/{each.name}", head=True),
            Cell(each.get_kind_display()),
            Cell(each.description),
            Cell(file_size(each.size), number=True),
        ]
        for each in visit.dataset.attachments.all()
    ]
    return {"attached_columns": columns, "attached_rows": rows}


def _version_address(visit: Visit, number: int) -> str:
    if number == getattr(visit.dataset.current, "number", None):
        return visit.place("information")
    return f"{visit.place('information')}?version={number}"
