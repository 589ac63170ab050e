"""The images of a dataset: a wall of them, shown once the visitor agrees to ask other sites."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cimaise.engine.schema.field import Field
from cimaise.web.explore.listing import Listing
from cimaise.web.explore.tabs import facets
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import found
from cimaise.web.render.dots import Canvas
from cimaise.web.render.drawings import words
from cimaise.web.render.filters import back_quoted
from cimaise.web.render.naming import first_columns, naming_field
from cimaise.web.render.paging import Paging, page_number
from cimaise.web.render.values import address_of, plain
from cimaise.web.theme.pieces import Picture

ON_A_PAGE = 24
LONGEST_ALT = 150  # characters
SHORTEST = 3  # characters under which a value says nothing by itself
TOLD = 4  # things said of a work where its image will be
PLACEHOLDER = Canvas(480, 320, 1.0)


@dataclass(frozen=True, slots=True)
class Work:
    """An image of a record before it was asked for: what it shows and who keeps it."""

    title: str
    address: str
    host: str
    source: str
    said: str
    picture: SafeString


@visited("images")
def images(visit: Visit) -> HttpResponse:
    """The filtered records that have an image.

    Images lie on their producers' sites: nothing is asked of those before the visitor says so,
    by a link that works without script, so that no site learns of a visit by itself.
    """
    return page(visit, "explore/images.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    field = visit.schema.of_type("file")[0]
    number = page_number(visit.request.GET.get("page", ""), ON_A_PAGE)
    works, total = _works(visit, field, number)
    wanted = visit.request.GET.get("show") == "images"
    here = urlsplit(visit.request.build_absolute_uri("/")).hostname
    away = sorted({work.host for work in works} - {here})
    show = {"show": "images"} if wanted else {}
    paging = Paging(number, ON_A_PAGE, total)
    return {
        "total": total,
        "facets": facets(visit),
        "kept_by_search": visit.kept_pairs("q"),
        "images": [] if away and not wanted else [_picture(work) for work in works],
        "awaiting": works if away and not wanted else [],
        "hosts_notice": _notice(away),
        "show_address": visit.address(visit.filters, show="images", page=number),
        **Listing(paging, lambda n: visit.address(visit.filters, page=n, **show)).context(),
    }


def _notice(hosts: list[str]) -> str:
    return ngettext(
        "The images are kept by another site, %(hosts)s, which will know that you looked at them.",
        "The images are kept by other sites, %(hosts)s, which will know that you looked at them.",
        len(hosts),
    ) % {"hosts": ", ".join(hosts)}


def _works(visit: Visit, field: Field, number: int) -> tuple[list[Work], int]:
    name = naming_field(visit.snapshot) or field
    others = [each for each in first_columns(visit.snapshot) if each not in (field, name)]
    wanted = [field, name, *others]
    question = visit.filters.question(
        limit=ON_A_PAGE,
        offset=(number - 1) * ON_A_PAGE,
        select=", ".join(back_quoted(each.name) for each in wanted),
        lang=visit.language,
    )
    answer = found(visit.snapshot, question, where=(f"{back_quoted(field.name)} is not null",))
    works = []
    for record_id, values in answer.records:
        source = address_of(values[0])
        if source is not None:
            title = plain(values[1], name)[:120] or _("no name")
            host = urlsplit(source).hostname or ""
            told = [plain(value, each) for each, value in zip(others, values[2:], strict=True)]
            said = [text for text in told if len(text) >= SHORTEST and text[:20] != title[:20]]
            about = ", ".join(said)[:LONGEST_ALT]
            drawn = words(said[:TOLD], PLACEHOLDER)
            works.append(Work(title, visit.record_address(record_id), host, source, about, drawn))
    return works, answer.total


def _picture(work: Work) -> Picture:
    # The caption names the work already: the alternative says what else is known of it.
    return Picture(work.source, work.said, work.address, work.title)
