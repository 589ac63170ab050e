"""Words: names, quotes, escapes and numbers; fields whose names are words of the language."""

import pytest
from served import Desk, a_field

from cimaise.engine.odsql.errors import ODSQLError, ODSQLSyntaxError
from cimaise.engine.odsql.tokens import written_name
from cimaise.engine.schema.schema import Schema

NAMES = ("count", "year", "date", "and", "or", "not", "in", "like", "is", "as", "asc", "desc",
         "null", "true", "limit", "select", "geom", "distinct", "km", "m", "d", "to")  # fmt: skip
SCHEMA = Schema(
    (
        a_field("ref", "text"),
        *(a_field(name, "int") for name in NAMES),
        a_field("1_uai", "text"),
        a_field("12", "int"),
        a_field("été", "text"),
        a_field("said", "text"),
    )
)
SAID = ['a"b', "a'b", "a\\b", "a\nb", "\U0001f5ff", "é", "%", "(", "--", "a`b"]
ROWS = [
    {"ref": "A", **dict.fromkeys(NAMES, 1), "1_uai": "0750652P", "12": 12, "été": "chaud"},
    {"ref": "B", **dict.fromkeys(NAMES, 2), "12": 0},
    *({"ref": f"s{rank}", "said": said} for rank, said in enumerate(SAID)),
]


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("words"), SCHEMA, ROWS)
    yield opened
    opened.close()


def refs(desk, where, **asked):
    return " ".join(row["ref"] for row in desk.records(select="ref", where=where, **asked))


@pytest.mark.parametrize("name", NAMES)
def test_a_field_may_be_named_like_a_word_of_the_language(words, name):
    assert refs(words, f"{name} = 1") == "A"
    assert refs(words, f"`{name}` = 1") == "A"
    assert refs(words, f"({name} > 1) and {name}: 2") == "B"
    shown = f"`{name}`" if name in ("null", "true") else name
    assert words.records(select=f"{shown}, ref", limit=1) == [{name: 1, "ref": "A"}]
    assert words.records(select=f"1+{shown} as it, sum({shown})", limit=1)[0]["it"] == 2
    assert words.records(select="ref", order_by=f"{shown} desc", limit=1) == [{"ref": "B"}]
    assert words.records(group_by=shown, where=f"{shown} is not null and {shown} < 2") == [
        {name: 1}
    ]


# What is told, the condition, the records it keeps.
WRITTEN = [
    ("a name that begins with a digit stands in back quotes", '`1_uai` = "0750652P"', "A"),
    ("a name of digits too", "`12` = 12", "A"),
    ("letters of all alphabets are letters", 'été = "chaud"', "A"),
    ("keywords are written in any case", "count=1 And NOT (count = 2)", "A"),
    ("spaces are free", " count  =\n\t1 ", "A"),
    ("no space is needed", "count=1and(year<2)", "A"),
    ("numbers have signs", "count = +1", "A"),
    ("and exponents", "`12` = 1.2e1", "A"),
    ("and decimals", "count < 1.5 and `12` >= 12.0", "A"),
    ("words that join stand where a field may", "not = 1 and not not = 2", "A"),
    ("a field called not may be missing", "not is null and ref in ('A','B')", ""),
    ("double quotes in double quotes", r'said = "a\"b"', "s0"),
    ("double quotes in single quotes", "said = 'a\"b'", "s0"),
    ("single quotes in single quotes", r"said = 'a\'b'", "s1"),
    ("a backslash is written twice", r'said = "a\\b"', "s2"),
    ("the end of a line", r'said = "a\nb"', "s3"),
    ("a character by its number", r'said = "\u00e9"', "s5"),
    ("one beyond the first plane by two, as JSON writes it", r'said = "\ud83d\uddff"', "s4"),
    ("what looks like a pattern is not one", 'said = "%"', "s6"),
    ("marks are letters in quotes", 'said in ("(", "--")', "s7 s8"),
    ("back quotes too", "said = 'a`b'", "s9"),
]


@pytest.mark.parametrize(("told", "where", "kept"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_how_words_are_written(words, told, where, kept):
    assert refs(words, where, order_by="ref") == kept


@pytest.mark.parametrize("name", [*SCHEMA.names, "a`b", "a\\", "select *", "_id", "$x"])
def test_a_name_is_written_so_that_it_reads_back(words, name):
    written = written_name(name)
    if name in SCHEMA or name == "_id":
        assert list(words.records(select=written, limit=1)[0]) == [name]
    else:
        with pytest.raises(ODSQLError) as refused:
            words.ask(select=written)
        assert f"Unknown field: {name}." in refused.value.message


# What is told, the alias as written, the key of the answer.
ALIASES = [
    ("a word", "count as total", "total"),
    ("a word of the language", "count as count", "count"),
    ("in back quotes with spaces and accents", "count as `Nombre d'entrées`", "Nombre d'entrées"),
    ("with an escaped back quote", r"count as `a\`b`", "a`b"),
    ("in double quotes", 'count as "En %"', "En %"),
    ("in any case", "count AS Total", "Total"),
    ("without one it is the text as written", "Sum( count )", "Sum( count )"),
]


@pytest.mark.parametrize(("told", "select", "key"), ALIASES, ids=[row[0] for row in ALIASES])
def test_the_keys_of_an_answer(words, told, select, key):
    assert list(words.records(select=select, limit=1)[0]) == [key]


# The clause, the text, what is said, the hint.
REFUSED = [
    ("where", "1_uai = 3", "unexpected _uai at position 1", "stands in back quotes: `1_uai`."),
    ("where", "ref = 12abc", "unexpected abc at position 8", "`12abc`"),
    ("where", "ref = 'a' and or count = 1", "unexpected or at position 14", ""),
    ("where", "ilike = 1", "unexpected ilike at position 0", ""),
    ("where", "count = 1 count", "unexpected count at position 10", ""),
    ("where", "`ref = 1", "unexpected unclosed quote ` at position 0", "Close the quote"),
    ("select", "ref as", "unexpected end of text at position 6", ""),
]


@pytest.mark.parametrize(("clause", "text", "said", "hint"), REFUSED)
def test_what_is_no_word(words, clause, text, said, hint):
    with pytest.raises(ODSQLSyntaxError) as refused:
        words.ask(**{clause: text})

    assert said in refused.value.message
    assert hint in str(refused.value.hint or "")
