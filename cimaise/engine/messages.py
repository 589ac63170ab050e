"""What the engine says to people: sentences with named places, translated by whoever shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with `{named}` places; the English text is the key of translations."""

    text: str
    places: Mapping[str, object] = field(default_factory=dict)

    def in_words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence with its places filled in, after `translate` has turned it to a language."""
        return translate(self.text).format_map(self.places)

    def __str__(self) -> str:
        return self.in_words()


def say(text: str, **places: object) -> Message:
    """A message; translation extraction looks for calls of this name."""
    return Message(text, places)


class Refusal(Exception):
    """The engine will not go on: says what is wrong, where, and what to do. Nothing was changed.

    `code` is stable and lower_snake_case, for programs and tests. `choices` are what the person
    may say instead, verbatim, when there are but a few (the sheets of a workbook).
    """

    def __init__(
        self,
        code: str,
        what: Message,
        *,
        where: Message | None = None,
        remedy: Message | None = None,
        choices: Sequence[str] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.what = what
        self.where = where
        self.remedy = remedy
        self.choices = tuple(choices)

    def in_words(self, translate: Callable[[str], str] = str) -> str:
        """What, where and what to do, as one paragraph."""
        parts = (self.what, self.where, self.remedy)
        return " ".join(part.in_words(translate) for part in parts if part is not None)

    def __str__(self) -> str:
        return self.in_words()
