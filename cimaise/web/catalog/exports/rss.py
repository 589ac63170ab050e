"""The catalogue as RSS 2.0: what was published or changed, for readers of news."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.conf import settings
from django.utils.feedgenerator import rfc2822_date

from cimaise.web.catalog.exports.base import CatalogueCard, Wanted

# XML 1.0 has no way to write these, not even escaped.
UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
ATOM = "http://www.w3.org/2005/Atom"
END = b"</channel></rss>"

register_namespace("atom", ATOM)


def write(wanted: Wanted) -> Iterator[bytes]:
    """A channel with an item a dataset, in the order asked for."""
    name, here = settings.WAGTAIL_SITE_NAME, f"{wanted.address}/explore/"
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _texts(channel, {"title": name, "link": here, "description": name, "language": wanted.lang})
    feed = f"{wanted.address}/api/explore/v2.1/catalog/exports/rss"
    SubElement(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed)
    yield tostring(root, encoding="utf-8", xml_declaration=True).removesuffix(END)
    for body in wanted.described():
        yield _item(body, f"{here}dataset/{body['dataset_id']}/")
    yield END


def _item(body: dict[str, Any], page: str) -> bytes:
    metas, item = body["metas"]["default"], Element("item")
    when = datetime.fromisoformat(metas["modified"])
    _texts(item, {"title": metas["title"], "link": page, "description": metas["description"] or ""})
    _texts(item, {"guid": page, "pubDate": rfc2822_date(when)})
    for theme in metas["theme"] or ():
        _texts(item, {"category": theme})
    written: bytes = tostring(item, encoding="utf-8")
    return written


def _texts(parent: Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text.translate(UNWRITABLE)


RSS = CatalogueCard(
    name="rss",
    label="RSS",
    file_name="datasets.rss",
    media_type="application/rss+xml; charset=utf-8",
    write=write,
)
