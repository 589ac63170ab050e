"""Which pages a pagination shows: the first, the last, and those around the current one."""

from collections.abc import Callable

from cimaise.web.theme.pieces import Step


def steps(current: int, last: int, address: Callable[[int], str]) -> list[Step]:
    """The pages to show, gaps included as a Step without number.

    `current` and `last` count from 1; `address` gives the URL of a page.
    """
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    walk: list[Step] = []
    for number in shown:
        before = walk[-1].number if walk else 0
        if before is not None and number == before + 2:
            walk.append(Step(number - 1, address(number - 1)))
        elif before is not None and number > before + 2:
            walk.append(Step(None))
        walk.append(Step(number, address(number), here=number == current))
    return walk
