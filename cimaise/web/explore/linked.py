"""A dataset page for machines: schema.org/Dataset in JSON-LD, as search engines read it."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cimaise.engine.exports import formats_for
from cimaise.web.catalog.entry import plain_text
from cimaise.web.catalog.shelf import Shown

# What would end a <script> or open another, as Unicode escapes that JSON reads as the same text.
ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def dataset_as_schema_org(request: HttpRequest, shown: Shown) -> SafeString:
    """The JSON-LD text, safe inside a `<script type="application/ld+json">`."""
    text = json.dumps(_described(request, shown), ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 - escaped on this very line


def _described(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    dataset, version = shown.dataset, shown.version
    page = request.build_absolute_uri(reverse("explore:information", args=[dataset.slug]))
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "identifier": dataset.slug,
        "name": dataset.title,
        "description": plain_text(dataset.description) or dataset.title,
        "inLanguage": dataset.language,
        "keywords": list(dataset.keywords),
        "version": str(version.number),
        "datePublished": dataset.created.date().isoformat(),
        "dateModified": version.published.isoformat(),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": dataset.producer.name},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": card.label,
                "encodingFormat": card.media_type,
                "contentUrl": request.build_absolute_uri(
                    f"/api/explore/v2.1/catalog/datasets/{dataset.slug}/exports/{card.name}"
                ),
            }
            for card in formats_for(shown.snapshot.schema)
        ],
    }
    if dataset.licence and dataset.licence.url:
        described["license"] = dataset.licence.url
    if dataset.references:
        described["sameAs"] = dataset.references
    return described
