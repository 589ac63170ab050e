"""A page of a list in the places of the kit's pagination."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cimaise.web.render.paging import Paging
from cimaise.web.theme.templatetags.theme import grouped


@dataclass(frozen=True, slots=True)
class Listing:
    """Where one is in a list, and the address of each of its pages."""

    paging: Paging
    address: Callable[[int], str]

    def context(self) -> dict[str, Any]:
        """`steps`, `previous`, `next`, `said` and `cut` for the template."""
        paging = self.paging
        several = paging.last > 1
        return {
            "steps": paging.steps(self.address) if several else [],
            "previous": self.address(paging.number - 1) if paging.number > 1 else "",
            "next": self.address(paging.number + 1) if paging.number < paging.last else "",
            "said": self.said() if paging.total else "",
            "cut": paging.cut and paging.number == paging.last,
        }

    def said(self) -> str:
        """In words: 21–40 of 15 702."""
        return _("%(first)s–%(last)s of %(total)s") % {
            "first": grouped(self.paging.first_row),
            "last": grouped(self.paging.last_row),
            "total": grouped(self.paging.total),
        }
