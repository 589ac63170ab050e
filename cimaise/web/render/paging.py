"""Pages of an answer: where one is, how many there are, and the addresses of the others."""

from collections.abc import Callable
from dataclasses import dataclass

from cimaise.web.theme.paging import steps
from cimaise.web.theme.pieces import Step

FARTHEST = 10_000  # rows one can page through, as the API does (explore-api §1.4)


@dataclass(frozen=True, slots=True)
class Paging:
    """Page `number` (from 1) of answers of `size` rows among `total`."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page that can be reached; 1 when there is nothing."""
        return max(1, -(-min(self.total, FARTHEST) // self.size))

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def first_row(self) -> int:
        """Rank of the first row shown, from 1; 0 when there is nothing."""
        return min(self.offset + 1, self.total)

    @property
    def last_row(self) -> int:
        """Rank of the last row shown."""
        return min(self.offset + self.size, self.total)

    @property
    def cut(self) -> bool:
        """Whether there are more rows than paging reaches."""
        return self.total > FARTHEST

    def steps(self, address: Callable[[int], str]) -> list[Step]:
        """The pages to offer, for the kit's pagination."""
        return steps(self.number, self.last, address)


def page_number(said: str, size: int) -> int:
    """The page an address asks for; anything that is no page that can be reached is the first."""
    if said.isascii() and said.isdigit() and len(said) < 6:
        return min(max(1, int(said)), FARTHEST // size)
    return 1
