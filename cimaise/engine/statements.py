"""Trees as the text that DuckDB is given: values are quoted literals or placeholders."""

from collections.abc import Mapping
from pathlib import Path

from sqlglot import exp


def sql_of(tree: exp.Expr) -> str:
    """The tree in DuckDB's dialect."""
    return tree.sql(dialect="duckdb")


def text_of(value: str | Path) -> str:
    """A text constant."""
    return sql_of(exp.Literal.string(str(value)))


def name_of(name: str) -> str:
    """A quoted name."""
    return sql_of(exp.to_identifier(name, quoted=True))


def copy_of(tree: exp.Query, target: Path, options: Mapping[str, str]) -> exp.Copy:
    """The statement that writes the rows of `tree` to a file."""
    return exp.Copy(
        this=exp.Subquery(this=tree),
        kind=False,
        files=[exp.Literal.string(str(target))],
        params=[
            exp.CopyParameter(this=exp.var(name), expression=exp.var(value))
            for name, value in options.items()
        ],
    )
