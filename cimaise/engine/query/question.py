"""What is asked of a dataset: the parameters of the Explore API, before they are understood."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question in the words of its asker (specs: explore-api §1.3); nothing is checked yet.

    `where` clauses are ANDed; `refine` and `exclude` items read `field:value`;
    `limit` None means every row (exports); `lang` and `timezone` shape the answer.
    """

    select: str = ""
    where: tuple[str, ...] = ()
    group_by: str = ""
    order_by: str = ""
    limit: int | None = 10
    offset: int = 0
    refine: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    lang: str = "fr"
    timezone: str = "UTC"

    def canonical(self) -> str:
        """The same text for the same question: part of every ETag."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
