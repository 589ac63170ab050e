"""What is wrong with a question: the words of the Explore API, and the place, drawn."""

from dataclasses import dataclass
from typing import ClassVar

from cimaise.engine.messages import Message, Refusal, say

_EXCERPT = 40  # characters of the text kept on each side of the place in a drawing
_QUOTED = 200  # longest text repeated in a message


class AskingError(Refusal):
    """A question that cannot be answered as it is asked.

    `message` is the text of the Explore API (specs: explore-api §1.8), never translated;
    `what`, `where` and `remedy` are for people. `position` and `length` count characters in
    `text`; `drawn` is the text with a caret under the place; `hint` is what to write instead.
    """

    error_code: ClassVar[str] = "ODSQLError"
    refusal: ClassVar[str] = "odsql_error"

    def __init__(
        self,
        message: str,
        what: Message,
        *,
        clause: str = "",
        text: str = "",
        position: int | None = None,
        length: int = 1,
        hint: Message | None = None,
    ) -> None:
        where = say("In {clause}.", clause=clause) if clause else None
        super().__init__(self.refusal, what, where=where, remedy=hint)
        self.message = message
        self.clause = clause
        self.text = text
        self.position = position
        self.length = max(1, length)
        self.hint = hint

    @property
    def drawn(self) -> str:
        """The line of the text that holds the error and carets under it; empty without a place."""
        if self.position is None:
            return ""
        start = max(self.text.rfind("\n", 0, self.position) + 1, self.position - _EXCERPT)
        length = min(self.length, _QUOTED)
        line = self.text[start : self.position + length + _EXCERPT].split("\n")[0]
        column = self.position - start
        width = max(1, min(length, len(line) - column))
        return f"{line}\n{' ' * column}{'^' * width}"


class ODSQLError(AskingError):
    """The question reads well but makes no sense for this dataset."""


class ODSQLSyntaxError(ODSQLError):
    """The question is not a sentence of the language."""

    error_code = "ODSQLSyntaxError"
    refusal = "odsql_syntax_error"


class InvalidParameterError(AskingError):
    """A parameter beside the language (limit, offset, timezone) has a value it cannot have."""

    error_code = "InvalidRESTParameterError"
    refusal = "invalid_parameter"

    @classmethod
    def out_of_bounds(cls, name: str, found: object, expected: str) -> "InvalidParameterError":
        """The error of a number outside its bounds, in the words of the Explore API."""
        what = say(
            "Invalid value for {name} API parameter: {found} was found but {expected} is expected.",
            name=name,
            found=found,
            expected=expected,
        )
        return cls(str(what), what)


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the clause it was given for: where errors say they are.

    `joined` are the names of datasets that may stand before those of their fields.
    """

    text: str
    clause: str
    joined: tuple[str, ...] = ()

    @property
    def _ending(self) -> str:
        return f"Clause(s) containing the error(s): {self.clause}."

    def malformed(
        self, what: Message, position: int, end: int, hint: Message | None = None
    ) -> ODSQLError:
        """The error of a sentence without sense between two positions of the text."""
        detail = str(what).rstrip(".")
        return ODSQLError(
            f"ODSQL query is malformed: {detail}. {self._ending}",
            what,
            clause=self.clause,
            text=self.text,
            position=position,
            length=end - position,
            hint=hint,
        )

    def unexpected(
        self, thing: str, position: int, end: int, hint: Message | None = None
    ) -> ODSQLSyntaxError:
        """The error of a text that stops being a sentence at a position."""
        shown = self.text if len(self.text) <= _QUOTED else f"{self.text[:_QUOTED]}…"
        what = say(
            "unexpected {thing} at position {position} in {written}",
            thing=thing,
            position=position,
            written=shown,
        )
        return ODSQLSyntaxError(
            f"ODSQL syntax exception: {what}. {self._ending}",
            what,
            clause=self.clause,
            text=self.text,
            position=position,
            length=end - position,
            hint=hint,
        )
