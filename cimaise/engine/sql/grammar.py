"""What a question may be made of: every node and every part of one, by allow-list.

A node of sqlglot's tree that is not here, or a part that its line does not name, is refused
whatever it may mean. So there is no list of what is dangerous to keep up to date.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a node is for people, and which of its parts may be filled."""

    said: str
    parts: frozenset[str]


def _of(said: str, parts: str = "this expression") -> Allowed:
    return Allowed(said, frozenset(parts.split()))


_SET = "with_ this expression distinct by_name order limit offset"

NODES: Mapping[type[exp.Expr], Allowed] = {
    # -- the sentence
    exp.Select: _of(
        "SELECT and its clauses; no INTO, no FOR UPDATE, no sample.",
        "with_ expressions from_ joins where group having qualify windows distinct order limit "
        "offset",
    ),
    exp.Subquery: _of("A SELECT between parentheses.", "this alias with_ order limit offset"),
    exp.Union: _of("UNION, UNION ALL, BY NAME too.", _SET),
    exp.Except: _of("EXCEPT.", _SET),
    exp.Intersect: _of("INTERSECT.", _SET),
    exp.Values: _of("Rows written in the question.", "expressions alias"),
    exp.With: _of("Named questions before the question; not RECURSIVE.", "expressions"),
    exp.CTE: _of("A named question.", "this alias materialized"),
    exp.From: _of("FROM.", "this"),
    exp.Join: _of("JOIN of any kind.", "this on using side kind method"),
    exp.Table: _of(
        "A dataset by its identifier, or a named question: no schema, no file, no table function.",
        "this alias joins",
    ),
    exp.TableAlias: _of("The name of a table in the question.", "this columns"),
    exp.Where: _of("WHERE.", "this"),
    exp.Group: _of("GROUP BY.", "expressions grouping_sets cube rollup all"),
    exp.GroupingSets: _of("GROUPING SETS.", "expressions"),
    exp.Cube: _of("CUBE.", "expressions"),
    exp.Rollup: _of("ROLLUP.", "expressions"),
    exp.Having: _of("HAVING.", "this"),
    exp.Qualify: _of("QUALIFY.", "this"),
    exp.Distinct: _of("DISTINCT, DISTINCT ON.", "expressions on"),
    exp.Order: _of("ORDER BY.", "this expressions"),
    exp.Ordered: _of("One key of an order.", "this desc nulls_first"),
    exp.Limit: _of("LIMIT.", "this expression"),
    exp.Offset: _of("OFFSET.", "this expression"),
    # -- names and values
    exp.Column: _of("A column.", "this table db catalog"),
    exp.Identifier: _of("A name.", "this quoted"),
    exp.Star: _of("Every column, with EXCLUDE and REPLACE.", "except_ replace"),
    exp.Alias: _of("AS.", "this alias"),
    exp.Literal: _of("A number or a text.", "this is_string"),
    exp.Boolean: _of("true, false.", "this"),
    exp.Null: _of("null.", ""),
    exp.Tuple: _of("Values between parentheses.", "expressions"),
    exp.Paren: _of("Parentheses.", "this"),
    exp.Array: _of("A list.", "expressions"),
    exp.Struct: _of("A value with named parts.", "expressions"),
    exp.PropertyEQ: _of("One named part."),
    exp.Bracket: _of("An element of a list.", "this expressions offset"),
    exp.Dot: _of("A part of a value."),
    exp.Var: _of("The unit of an interval, a part of a date.", "this"),
    exp.Interval: _of("INTERVAL.", "this unit"),
    # -- conditions
    exp.And: _of("AND."),
    exp.Or: _of("OR."),
    exp.Not: _of("NOT.", "this"),
    exp.EQ: _of("=."),
    exp.NEQ: _of("<>, !=."),
    exp.LT: _of("<."),
    exp.LTE: _of("<=."),
    exp.GT: _of(">."),
    exp.GTE: _of(">=."),
    exp.NullSafeEQ: _of("IS NOT DISTINCT FROM."),
    exp.NullSafeNEQ: _of("IS DISTINCT FROM."),
    exp.Is: _of("IS."),
    exp.In: _of("IN.", "this expressions query"),
    exp.Between: _of("BETWEEN.", "this low high"),
    exp.Like: _of("LIKE, NOT LIKE.", "this expression negate"),
    exp.ILike: _of("ILIKE, NOT ILIKE.", "this expression negate"),
    exp.Glob: _of("GLOB: a pattern for texts, no file."),
    exp.Escape: _of("ESCAPE."),
    exp.RegexpLike: _of("~, a regular expression."),
    exp.Exists: _of("EXISTS.", "this"),
    exp.Any: _of("ANY.", "this"),
    exp.All: _of("ALL.", "this"),
    # -- calculations
    exp.Add: _of("+."),
    exp.Sub: _of("-."),
    exp.Mul: _of("*."),
    exp.Div: _of("/.", "this expression typed safe"),
    exp.IntDiv: _of("//."),
    exp.Mod: _of("%."),
    exp.Pow: _of("**, ^."),
    exp.Neg: _of("-.", "this"),
    exp.DPipe: _of("||.", "this expression safe"),
    exp.Case: _of("CASE.", "this ifs default"),
    exp.If: _of("WHEN … THEN.", "this true false"),
    exp.Cast: _of("CAST, ::.", "this to"),
    exp.TryCast: _of("TRY_CAST.", "this to safe"),
    exp.DataType: _of("A type.", "this expressions nested"),
    exp.DataTypeParam: _of("The digits of a decimal.", "this"),
    exp.Extract: _of("EXTRACT.", "this expression"),
    exp.CurrentDate: _of("This day.", ""),
    exp.CurrentTimestamp: _of("This moment.", ""),
    # -- calls
    exp.Anonymous: _of("A function of the table of functions.", "this expressions"),
    exp.Filter: _of("FILTER (WHERE …).", "this expression"),
    exp.Window: _of("OVER (…).", "this partition_by order spec alias over"),
    exp.WindowSpec: _of("ROWS or RANGE BETWEEN.", "kind start start_side end end_side exclude"),
}

UNSTEADY_NODES = (exp.CurrentDate, exp.CurrentTimestamp)

_TYPE_NAMES = """
TEXT VARCHAR CHAR BOOLEAN TINYINT SMALLINT INT BIGINT INT128 UTINYINT USMALLINT UINT UBIGINT FLOAT
DOUBLE DECIMAL DATE TIME TIMESTAMP TIMESTAMPNTZ TIMESTAMPTZ INTERVAL UUID JSON GEOMETRY LIST ARRAY
"""
TYPES = frozenset(exp.DType[name] for name in _TYPE_NAMES.split())
