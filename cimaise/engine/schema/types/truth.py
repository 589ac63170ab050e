"""boolean: true or false."""

from sqlglot import exp

from cimaise.engine.schema.types.base import BLANKS, Form, TypeCard, called, literal, trimmed, when

YES = ("true", "vrai", "oui", "yes", "1", "o", "t", "y")
NO = ("false", "faux", "non", "no", "0", "n", "f")


def _read(text: str) -> bool:
    word = text.strip(BLANKS).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(text)


def _sql(text: exp.Expression) -> exp.Expression:
    word = called("lower", trimmed(text))
    return when(
        (word.copy().isin(*(literal(yes) for yes in YES)), exp.true()),
        (word.copy().isin(*(literal(no) for no in NO)), exp.false()),
    )


BOOLEAN = TypeCard(
    name="boolean",
    label="True or false",
    storage="BOOLEAN",
    json_schema={"type": "boolean"},
    description=(
        "True or false. Found by itself only where a column says true and false; oui and non "
        "stay the words the producer chose until somebody asks for this type."
    ),
    read=_read,
    sql=_sql,
    forms=(Form("words", r"(?i:true|false)", _sql),),
    examples=(("true", True), ("FAUX", False), ("oui", True), ("0", False)),
    unreadable=("peut-être", "2"),
)
