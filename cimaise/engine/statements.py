"""Trees as the text that DuckDB is given: values are quoted literals or placeholders."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlglot import exp


def sql_of(tree: exp.Expr) -> str:
    """The tree in DuckDB's dialect."""
    # DuckDB's generator leaves what it reads as it is: copying first took half of its time.
    return tree.sql(dialect="duckdb", copy=False)


def text_of(value: str | Path) -> str:
    """A text constant."""
    return sql_of(exp.Literal.string(str(value)))


def name_of(name: str) -> str:
    """A quoted name."""
    return sql_of(exp.to_identifier(name, quoted=True))


def copy_of(tree: exp.Query, target: Path, options: Mapping[str, str | Sequence[str]]) -> exp.Copy:
    """The statement that writes the rows of `tree` to a file; an option may be a list of texts."""
    return exp.Copy(
        this=exp.Subquery(this=tree),
        kind=False,
        files=[exp.Literal.string(str(target))],
        params=[
            exp.CopyParameter(this=exp.var(name), expression=_option(value))
            for name, value in options.items()
        ],
    )


def _option(value: str | Sequence[str]) -> exp.Expr:
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Tuple(expressions=[exp.Literal.string(each) for each in value])
