"""What is wrong with an SQL question, and where: the place is drawn under the asker's own text."""

from dataclasses import dataclass

from cimaise.engine.messages import Message
from cimaise.engine.odsql.errors import AskingError


class SQLError(AskingError):
    """The question is SQL but cannot be answered here."""

    error_code = "SQLError"
    refusal = "sql_error"


class SQLSyntaxError(SQLError):
    """The question is not one SELECT of the SQL we read."""

    error_code = "SQLSyntaxError"
    refusal = "sql_syntax_error"


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a question, as its asker wrote it."""

    text: str

    def trouble(
        self,
        what: Message,
        start: int | None = None,
        end: int | None = None,
        hint: Message | None = None,
        *,
        kind: type[SQLError] = SQLError,
    ) -> SQLError:
        """The error at characters `start` to `end` of the text, or of the text as a whole.

        Its `message` ends with the line of the text and carets under the place.
        """
        found = kind(
            "", what, text=self.text, position=start, length=(end or 0) - (start or 0), hint=hint
        )
        told = str(what).rstrip(".")
        if start is not None:
            line = self.text.count("\n", 0, start) + 1
            column = start - self.text.rfind("\n", 0, start)
            told += f" (line {line}, column {column})"
        told += "." if hint is None else f". {hint}"
        category = "SQL syntax exception" if kind is SQLSyntaxError else "SQL query is malformed"
        found.message = f"{category}: {told}"
        if found.drawn:
            found.message += f"\n{found.drawn}"
        return found
