"""A page of records as RSS 2.0 or Atom, each entry leading to the page of its record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import rfc2822_date
from django.utils.html import format_html_join

from cimaise.engine.query.answer import carry_out
from cimaise.engine.query.planner import plan
from cimaise.engine.query.question import Question
from cimaise.engine.query.tiles import title_field
from cimaise.web.api.v1.filters import V1
from cimaise.web.catalog.description import moment
from cimaise.web.catalog.pointer import Pointer
from cimaise.web.catalog.shelf import reading_room

ATOM = "http://www.w3.org/2005/Atom"
# XML 1.0 has no way to write these, not even escaped.
UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Entry:
    """One record to read."""

    id: str
    title: str
    address: str
    html: str


def entries(request: HttpRequest, found: Pointer, question: Question) -> Iterator[Entry]:
    """The records of a question, in their order."""
    room, snapshot = reading_room(), found.snapshot
    answer = carry_out(plan(question, snapshot, room, V1).with_id(), room)
    named = title_field(snapshot.schema)
    labels = {column.name: column.label for column in answer.columns}
    root = request.build_absolute_uri(f"/explore/dataset/{found.slug}/record/")
    for record in answer.each_record():
        record_id = str(record.pop("_id"))
        title = record.get(named.name) if named else None
        yield Entry(
            record_id,
            _writable(title) if title is not None else record_id,
            f"{root}{record_id}/",
            _listed(labels, record),
        )


def _listed(labels: dict[str, str], record: dict[str, Any]) -> str:
    rows = ((labels[name], _writable(value)) for name, value in record.items() if value is not None)
    return format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)


def _writable(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.translate(UNWRITABLE)


def rss(request: HttpRequest, found: Pointer, question: Question) -> HttpResponse:
    """RSS 2.0."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _texts(channel, title=found.slug, link=_page(request, found), description=found.slug)
    _texts(channel, lastBuildDate=rfc2822_date(found.made))
    for entry in entries(request, found, question):
        item = SubElement(channel, "item")
        _texts(item, title=entry.title, link=entry.address, description=entry.html)
        _texts(item, guid=entry.address, pubDate=rfc2822_date(found.made))
    return _xml(root, "application/rss+xml")


def atom(request: HttpRequest, found: Pointer, question: Question) -> HttpResponse:
    """Atom (RFC 4287)."""
    root = Element("feed", xmlns=ATOM)
    address = request.build_absolute_uri()
    _texts(root, title=found.slug, id=address, updated=_when(found.made))
    SubElement(root, "link", rel="self", href=address)
    SubElement(root, "link", href=_page(request, found))
    author = SubElement(root, "author")
    _texts(author, name=request.get_host())
    for entry in entries(request, found, question):
        item = SubElement(root, "entry")
        _texts(item, title=entry.title, id=entry.address, updated=_when(found.made))
        SubElement(item, "link", href=entry.address)
        content = SubElement(item, "content", type="html")
        content.text = entry.html
    return _xml(root, "application/atom+xml")


def _when(made: datetime) -> str:
    return moment(made)


def _page(request: HttpRequest, found: Pointer) -> str:
    return request.build_absolute_uri(f"/explore/dataset/{found.slug}/")


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def _xml(root: Element, media_type: str) -> HttpResponse:
    made = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(made, f"{media_type}; charset=utf-8")
