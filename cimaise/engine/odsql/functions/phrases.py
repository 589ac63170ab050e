"""Words that stand side by side in a text, whatever stands between them."""

import re
import unicodedata

from sqlglot import exp

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions.base import (
    CONDITIONS,
    TEXTS,
    WRITTEN,
    Clock,
    Function,
    Operand,
    Parameter,
)
from cimaise.engine.odsql.nodes import Node, Text

LONGEST = 500  # characters of a phrase
_WORD = re.compile(r"[^\W_]+")
_EDGE = r"[^\pL\pN]"


def words_of(text: str) -> list[str]:
    """The words of a text without case or accents, as `dialect.folded` makes them."""
    parts = unicodedata.normalize("NFD", text.lower())
    kept = "".join(letter for letter in parts if unicodedata.category(letter) != "Mn")
    return _WORD.findall(unicodedata.normalize("NFC", kept))


def _phrase(operands: tuple[Operand, ...], _: Clock) -> exp.Expr:
    text, said = operands[0].tree, operands[1].node
    if operands[0].kind == "texts":
        text = dialect.joined(text, "\n")
    words = words_of(said.value) if isinstance(said, Text) else []
    side_by_side = f"{_EDGE}+".join(words)
    return dialect.matches(dialect.folded(text), f"(^|{_EDGE}){side_by_side}($|{_EDGE})")


def _trouble(arguments: tuple[Node, ...]) -> Message | None:
    said = arguments[1]
    if not isinstance(said, Text) or not words_of(said.value) or len(said.value) > LONGEST:
        return say("phrase() ends with words in quotes, {most} letters at most", most=LONGEST)
    return None


ALL = (
    Function(
        "phrase",
        "condition",
        (Parameter("text", TEXTS | {"texts"}), Parameter("words", WRITTEN)),
        "condition",
        "These words side by side, whatever stands between them, their case and accents.",
        'phrase(name, "musee d orsay")',
        _phrase,
        clauses=CONDITIONS,
        trouble=_trouble,
    ),
)
