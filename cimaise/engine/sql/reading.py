"""From a text to the tree of one SELECT: bounded before it is parsed, placed when it is not SQL."""

import re

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError

from cimaise.engine.messages import say
from cimaise.engine.sql.errors import SQLError, SQLSyntaxError, Written
from cimaise.engine.sql.functions import FUNCTIONS

LONGEST = 20_000  # characters of a question
MOST_TOKENS = 5_000
DEEPEST = 40  # parentheses within parentheses
DEEPEST_TREE = 150  # nodes from the root to a leaf: `a + a + …` is as deep as it is long
CALLED = "call "  # before a name the parser must not know: functions keep their own names

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BEGINNINGS = frozenset(
    {TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.VALUES, TokenType.L_PAREN}
)
_OPEN = frozenset(
    {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE, TokenType.ARRAY}
)
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_STACKED = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_MOST_STACKED = 20  # `not not not …`, `- - - …`: each is a level of the parser
_DIALECT = DuckDB()


def parsed(written: Written) -> exp.Query:
    """The tree of a question, its calls all of `exp.Anonymous` but for CAST and EXTRACT.

    Raises SQLError and SQLSyntaxError. Nothing in the tree has been checked.
    """
    text = written.text
    if len(text) > LONGEST:
        raise written.trouble(say("a question has at most {most} characters", most=LONGEST))
    odd = _UNREADABLE.search(text)
    if odd:
        raise written.trouble(
            say("a character that no text should hold"), odd.start(), kind=SQLSyntaxError
        )
    try:
        tokens = _DIALECT.tokenize(text)
    except SqlglotError as error:
        raise written.trouble(
            say("a quote, or a comment, is not closed"), kind=SQLSyntaxError
        ) from error
    _bounded(tokens, written)
    tree = _tree(_marked(tokens), written)
    _shallow(tree, written)
    return tree


def _bounded(tokens: list[Token], written: Written) -> None:
    """Refuse what the parser should not even be given."""
    if not tokens:
        raise written.trouble(say("there is no question"), kind=SQLSyntaxError)
    if len(tokens) > MOST_TOKENS:
        raise written.trouble(say("the question has too many words"))
    first = tokens[0]
    if first.token_type not in _BEGINNINGS:
        raise written.trouble(
            say("a question begins with SELECT, not {found}", found=_shown(first.text)),
            first.start,
            first.end + 1,
            say("Only one SELECT is answered; nothing can be written, set or listed."),
            kind=SQLSyntaxError,
        )
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON and token is not tokens[-1]:
            raise written.trouble(
                say("only one question is answered at once"),
                token.start,
                token.end + 1,
                kind=SQLSyntaxError,
            )
    _not_too_nested(tokens, written)


def _not_too_nested(tokens: list[Token], written: Written) -> None:
    depth = stacked = 0
    for token in tokens:
        stacked = stacked + 1 if token.token_type in _STACKED else 0
        depth += (token.token_type in _OPEN) - (token.token_type in _CLOSE)
        if depth > DEEPEST or stacked > _MOST_STACKED:
            raise _too_deep(written, token.start)


def _too_deep(written: Written, start: int | None = None) -> SQLError:
    return written.trouble(
        say("the question is nested too deeply"), start, None if start is None else start + 1
    )


def _marked(tokens: list[Token]) -> list[Token]:
    """The tokens with a mark on the name of each function we know.

    sqlglot has nodes of its own for hundreds of functions and writes some in other words; marked
    names stay as they are, so that what was checked is what runs.
    """
    following = [*tokens[1:], None]
    return [
        _renamed(token) if _is_called(token, before, after) else token
        for before, token, after in zip([None, *tokens], tokens, following, strict=False)
    ]


def _is_called(token: Token, before: Token | None, after: Token | None) -> bool:
    if after is None or after.token_type is not TokenType.L_PAREN:
        return False
    if token.text.lower() not in FUNCTIONS or token.token_type is TokenType.STRING:
        return False
    # `* REPLACE (…)` and `* EXCLUDE (…) REPLACE (…)` are no calls.
    star = before is not None and before.token_type in (TokenType.STAR, TokenType.R_PAREN)
    return not (star and token.text.lower() == "replace")


def _renamed(token: Token) -> Token:
    name = CALLED + token.text.lower()
    return Token(TokenType.VAR, name, token.line, token.col, token.start, token.end)


def _tree(tokens: list[Token], written: Written) -> exp.Query:
    try:
        found = _DIALECT.parser().parse(tokens, written.text)
    except ParseError as error:
        raise _misread(error, tokens, written) from error
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError) as error:
        raise written.trouble(say("this is no SQL we can read"), kind=SQLSyntaxError) from error
    trees = [tree for tree in found if tree is not None]
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise written.trouble(say("only one SELECT is answered"), kind=SQLSyntaxError)
    return trees[0]


def _misread(error: ParseError, tokens: list[Token], written: Written) -> SQLError:
    """The parser's own error, at the place it tells."""
    place = error.errors[0] if error.errors else {}
    line, end = place.get("line"), place.get("col")
    for token in tokens:
        if (token.line, token.col) == (line, end):
            return written.trouble(
                say("unexpected {thing}", thing=_shown(written.text[token.start : token.end + 1])),
                token.start,
                token.end + 1,
                kind=SQLSyntaxError,
            )
    return written.trouble(say("this is no SQL we can read"), kind=SQLSyntaxError)


def _shallow(tree: exp.Expr, written: Written) -> None:
    """Refuse a tree that recursion should not be let into."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_TREE:
            raise _too_deep(written)
        waiting += [(child, depth + 1) for child in node.iter_expressions()]


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
