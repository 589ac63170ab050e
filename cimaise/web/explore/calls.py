"""The exact API call for what is on the screen, ready to paste in four languages."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One example: `name` is what people call the language, `slug` makes identifiers."""

    slug: str
    name: str
    text: str


def query_of(pairs: Pairs) -> str:
    """The parameters as an address writes them, `?` included; nothing when there are none."""
    return "?" + urlencode(pairs, quote_via=quote) if pairs else ""


def calls(address: str, pairs: Pairs) -> list[Call]:
    """The same question to `address` in every language we can speak."""
    return [
        Call("curl", "curl", _curl(address, pairs)),
        Call("python", "Python", _python(address, pairs)),
        Call("r", "R", _r(address, pairs)),
        Call("javascript", "JavaScript", _javascript(address, pairs)),
    ]


def _curl(address: str, pairs: Pairs) -> str:
    lines = [f"curl --get {shlex.quote(address)}"]
    lines += [f"  --data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in pairs]
    return " \\\n".join(lines)


def _python(address: str, pairs: Pairs) -> str:
    listed = "".join(f"    ({name!r}, {value!r}),\n" for name, value in pairs)
    return (
        "import httpx\n\n"
        f"answer = httpx.get(\n    {address!r},\n    params=[\n"
        f"{listed.replace('    (', '        (')}    ],\n)\n"
        'answer.raise_for_status()\nfor record in answer.json()["results"]:\n    print(record)\n'
    )


def _r(address: str, pairs: Pairs) -> str:
    listed = ",\n".join(f"    {name} = {_r_text(value)}" for name, value in pairs)
    asked = f" |>\n  req_url_query(\n{listed}\n  )" if pairs else ""
    return (
        "library(httr2)\n\n"
        f"answer <- request({_r_text(address)}){asked} |>\n  req_perform() |>\n"
        "  resp_body_json(simplifyVector = TRUE)\n\nanswer$results\n"
    )


def _r_text(value: str) -> str:
    """A string as R reads it, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)


def _javascript(address: str, pairs: Pairs) -> str:
    listed = "".join(
        f"  [{json.dumps(name)}, {json.dumps(value, ensure_ascii=False)}],\n"
        for name, value in pairs
    )
    return (
        f"const asked = new URLSearchParams([\n{listed}]);\n"
        f"const answer = await fetch(`{address}?${{asked}}`);\n"
        "const { total_count, results } = await answer.json();\n"
        "console.log(total_count, results);\n"
    )
