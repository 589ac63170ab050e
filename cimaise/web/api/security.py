"""What OpenAPI says of keys: where one may be put, and that none is needed for public data."""

from typing import Any

from django.utils.translation import gettext_noop as _

SCHEMES: dict[str, dict[str, Any]] = {
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": _("`ApiKey` and the key, with a space between; `ApiKey` in any case."),
    },
    "bearer": {"type": "http", "scheme": "bearer", "description": _("The same key as a token.")},
    "apikey": {
        "type": "apiKey",
        "in": "query",
        "name": "apikey",
        "description": _("The key in the address, for programs that can set no header."),
    },
    "access_token": {
        "type": "apiKey",
        "in": "query",
        "name": "access_token",
        "description": _("The same under the name that OAuth gives it."),
    },
}


def told_in(document: dict[str, Any]) -> None:
    """Tell of keys in an OpenAPI document; `{}` stands for none at all."""
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    document["security"] = [{}, *({name: []} for name in SCHEMES)]
