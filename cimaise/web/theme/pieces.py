"""What pages hand to the kit's components: small frozen things, one a component's row.

Components read them by name, so a dict with the same keys does as well.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Link:
    """A step of a breadcrumb, a tab, or any named address; `here` marks the current one."""

    label: str
    address: str
    here: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `address` sorts by it, `sorted` says how it is sorted now."""

    label: str
    address: str | None = None
    sorted: Literal["ascending", "descending", ""] = ""
    number: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: `text` is empty where there is no value, `head` names the whole row."""

    text: str
    address: str = ""
    number: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: following `address` chooses it, or lets it go when `chosen`."""

    label: str
    count: int
    address: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: `address` is the same page without it."""

    name: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what it is, of a list of facts; `address` makes it a link."""

    term: str
    value: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a wall: `address` opens its record, `alt` describes it."""

    source: str
    alt: str
    address: str
    caption: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A page of a pagination; `number` is None where pages are left out."""

    number: int | None
    address: str = ""
    here: bool = False
