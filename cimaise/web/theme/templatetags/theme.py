"""Template tags and filters that the components use: assets, addresses, numbers."""

from collections.abc import Iterable

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cimaise.web.theme import assets
from cimaise.web.theme.charts import chart_spec

register = template.Library()

# French typography parts thousands with a narrow no-break space; it reads well in English too.
THIN_SPACE = "\u202f"


@register.simple_tag
def theme_head() -> SafeString:
    """The style sheet, the module and the first faces of the built front end."""
    faces = [(found,) for face in assets.FIRST_FACES if (found := assets.address(face))]
    return format_html(
        "{}{}{}",
        format_html_join(
            "", '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>', faces
        ),
        _when(assets.address(assets.STYLE), '<link rel="stylesheet" href="{}">'),
        _when(assets.address(assets.SCRIPT), '<script type="module" src="{}"></script>'),
    )


def _when(address: str | None, markup: str) -> SafeString:
    return format_html(markup, address) if address else SafeString("")


@register.filter
def as_chart_data(spec: dict[str, object] | SafeString) -> SafeString:
    """A Vega-Lite specification as data in the page; what is already so is left as it is."""
    return spec if isinstance(spec, SafeString) else chart_spec(spec)


@register.filter
def grouped(number: int | float | str | None) -> str:
    """A number with its thousands parted by a narrow space; anything else is left as it is.

    >>> grouped(15702) == "15\u202f702"
    True
    """
    if isinstance(number, bool) or not isinstance(number, int | float):
        return "" if number is None else str(number)
    whole = isinstance(number, int) or number.is_integer()
    text = number_format(int(number) if whole else number, use_l10n=True, force_grouping=False)
    head, mark, tail = text.partition("." if "." in text else ",")
    sign, digits = ("-", head[1:]) if head.startswith("-") else ("", head)
    first = len(digits) % 3
    parts = [digits[:first]] * bool(first) + [
        digits[i : i + 3] for i in range(first, len(digits), 3)
    ]
    return sign + THIN_SPACE.join(parts) + mark + tail


@register.filter
def share(part: float, counts: Iterable[float]) -> str:
    """How long a bar is beside the longest of its neighbours, in whole percents."""
    longest = max(counts, default=0)
    return str(round(100 * part / longest)) if longest else "0"


@register.filter
def pluck(things: Iterable[object], name: str) -> list[object]:
    """The attribute (or key) `name` of each thing."""
    return [
        thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
        for thing in things
    ]
