"""What a type of field is: how it is stored, how a text is read as it, in Python and in SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

Reading = Callable[[exp.Expression], exp.Expression]

BLANKS = " \t\r\n\u00a0\u202f\u2009\ufeff"


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing values of a type that leaves no doubt.

    `pattern` full-matches a value without the blanks around it, in RE2 and in Python alike; `sql`
    reads a text column in which every value has this form, quickly, and is null where the
    pattern promised too much (30 February).
    """

    name: str
    pattern: str
    sql: Reading


@dataclass(frozen=True, slots=True)
class TypeCard:
    """One type of field.

    `storage` is the DuckDB type of its column; `json_schema` what its values are in JSON.
    `read` turns a text into the value, in plain Python, and raises ValueError: it is the
    reference that tests hold `sql` against. `sql` does the same in a tree, null where `read`
    raises; both are generous (they are used when a producer asked for the type), whereas
    `forms` are what inference accepts without being asked.
    `examples` are texts and their values, `unreadable` texts that are none.
    """

    name: str
    label: str
    storage: str
    json_schema: Mapping[str, object]
    description: str
    read: Callable[[str], object]
    sql: Reading
    forms: tuple[Form, ...] = ()
    examples: tuple[tuple[str, object], ...] = ()
    unreadable: tuple[str, ...] = ()


def literal(text: str) -> exp.Literal:
    """A quoted SQL string."""
    return exp.Literal.string(text)


def called(name: str, *arguments: exp.Expr) -> exp.Expression:
    """A function call by the engine's own name, left as it is by every optimiser."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def trimmed(text: exp.Expression) -> exp.Expression:
    """The text without the blanks around it, French thin and non-breaking spaces included."""
    return called("trim", text, literal(BLANKS))


def escaped(letters: str) -> str:
    """The letters as a regular expression of DuckDB (RE2) writes them."""
    return "".join(f"\\x{{{ord(letter):04X}}}" for letter in letters)


_AROUND = f"[{escaped(BLANKS)}]*"


def surrounded(pattern: str) -> str:
    """The pattern with blanks around it: far quicker than trimming every cell of a column."""
    return f"{_AROUND}(?:{pattern}){_AROUND}"


def is_blank(text: exp.Expression) -> exp.Expression:
    """True for a text of blanks only, and for the empty one."""
    return matches(text, _AROUND)


def matches(text: exp.Expression, pattern: str) -> exp.Expression:
    """True when the whole text has the pattern."""
    return called("regexp_full_match", text, literal(pattern))


def try_cast(text: exp.Expression, storage: str) -> exp.Expression:
    """The text cast by the engine, null where it cannot."""
    return exp.TryCast(this=text, to=exp.DataType.build(storage, dialect="duckdb"))


def when(*cases: tuple[exp.Expr, exp.Expr]) -> exp.Expression:
    """The value of the first condition that holds, else null."""
    chosen = exp.Case()
    for condition, value in cases:
        chosen = chosen.when(condition, value)
    return chosen
