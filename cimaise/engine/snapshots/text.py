"""Full text of a snapshot: which records hold these words, best first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from sqlglot import exp
from tantivy import Index, Occur, Query

from cimaise.engine.snapshots.analysis import stem, word_analyzer, words
from cimaise.engine.snapshots.index import ROW, WORDS, field_names, index_name
from cimaise.engine.snapshots.trees import call

Mode = Literal["words", "search", "suggest"]

FEW = 20_000  # rows up to which a list is the faster condition; measured, see `rows_condition`
AS_WRITTEN = 2.0  # how much more a word as written weighs than another of its family


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Words to look for in `fields` (none: in all of them), as explore-api §2.7 says.

    `words`: every word, or one of its family (same stem), in any field; `word*` is a prefix.
    `search`: the last word is a prefix, the others may hold spelling mistakes (one from three
    letters, two from six). `suggest`: the last word is a prefix, the others are as written.
    """

    text: str
    fields: tuple[str, ...] = ()
    mode: Mode = "words"


@dataclass(frozen=True, slots=True)
class Hits:
    """`count` records match; `rows` are their row ids in table `records`.

    `rows` are the best, best first; without a limit all of them.
    """

    count: int
    rows: Sequence[int]


class TextIndex:
    """The index of one snapshot, open for reading; may be shared by threads."""

    def __init__(self, directory: Path) -> None:
        self._index = Index.open(str(directory))
        self._index.register_tokenizer(WORDS, word_analyzer())
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._fields = field_names(directory)
        self._family = lru_cache(maxsize=4096)(self._find_family)

    @staticmethod
    def open(directory: Path) -> "TextIndex":
        """The index in a directory (`text/` of a snapshot); the same object for the same path."""
        return _opened(directory)

    @property
    def pieces(self) -> int:
        """How many segments the index is made of."""
        return self._searcher.num_segments

    def hits(self, query: TextQuery, limit: int | None = None, offset: int = 0) -> Hits:
        """What matches: the best `limit` after `offset`, or everything.

        1.2 M records: best 20 and count 1-4 ms; all of 200 k hits 70 ms.
        """
        return self.hits_of_all((query,), limit, offset)

    def hits_of_all(
        self, queries: Sequence[TextQuery], limit: int | None = None, offset: int = 0
    ) -> Hits:
        """What matches each of the queries, as `hits`; what fits all best comes first."""
        asked = self._every(queries)
        total = self._searcher.num_docs
        most = total if limit is None else limit
        # `count` is missing from the types that Tantivy declares for its results.
        found: Any = self._searcher.search(asked, limit=max(1, most), offset=offset, count=True)
        addresses = [address for _, address in found.hits[:most]]
        rows = cast("list[int]", self._searcher.fast_field_values(ROW, addresses))
        return Hits(found.count, rows)

    def _every(self, queries: Sequence[TextQuery]) -> Query:
        understood = [self._understood(query) for query in queries]
        if len(understood) == 1:
            return understood[0]
        return Query.boolean_query([(Occur.Must, query) for query in understood])

    def _understood(self, query: TextQuery) -> Query:
        if not query.text.strip():
            return Query.all_query()
        names = query.fields or self._fields
        fields = [index_name(name) for name in names if name in self._fields]
        terms = _terms(query)
        if not terms or not fields:
            return Query.empty_query()
        return Query.boolean_query([(Occur.Must, self._term(term, fields)) for term in terms])

    def _term(self, term: "_Term", fields: Sequence[str]) -> Query:
        """A word in any of the fields; the field it fits best gives the score."""
        ways = [way for field in fields for way in self._ways(term, field)]
        return Query.disjunction_max_query(ways, 0.1) if ways else Query.empty_query()

    def _ways(self, term: "_Term", field: str) -> list[Query]:
        exact = Query.term_query(self._schema, field, term.word, "freq")
        ways = [Query.boost_query(exact, AS_WRITTEN)]
        if term.prefix:
            ways.append(
                Query.fuzzy_term_query(self._schema, field, term.word, distance=0, prefix=True)
            )
        if term.mistakes:
            ways.append(
                Query.fuzzy_term_query(self._schema, field, term.word, distance=term.mistakes)
            )
        if term.family:
            ways += [
                Query.term_query(self._schema, field, word, "freq")
                for word in self._family(field, term.word)
                if word != term.word
            ]
        return ways

    def _find_family(self, field: str, word: str) -> tuple[str, ...]:
        """Words of the field with the stem of `word`.

        French endings change at most two letters before the cut (chevaux, cheval), so words
        that share all but two letters of the stem are candidates.
        """
        if not word.isalpha():
            return ()
        wanted = stem(word)
        root = wanted[: max(2, len(wanted) - 2)]
        candidates = self._searcher.terms_with_prefix(field, root)
        return tuple(found for found, _ in candidates if stem(found) == wanted)


@dataclass(frozen=True, slots=True)
class _Term:
    word: str
    prefix: bool = False
    mistakes: int = 0
    family: bool = False


def _terms(query: TextQuery) -> list[_Term]:
    if query.mode == "words":
        return [
            _Term(word, prefix=starred and last, family=not (starred and last))
            for chunk in query.text.split()
            for starred in (chunk.endswith("*"),)
            for word, last in _with_last(words(chunk))
        ]
    found = words(query.text)
    mistakes = _mistakes if query.mode == "search" else _none
    return [
        _Term(word, prefix=last, mistakes=0 if last else mistakes(word))
        for word, last in _with_last(found)
    ]


def _with_last(found: Sequence[str]) -> list[tuple[str, bool]]:
    return [(word, place == len(found)) for place, word in enumerate(found, start=1)]


def _mistakes(word: str) -> int:
    """How many letters may differ: Elasticsearch's AUTO, as explore-api §2.7 asks."""
    return 2 if len(word) > 5 else 1 if len(word) > 2 else 0


def _none(word: str) -> int:
    return 0


@lru_cache(maxsize=128)
def _opened(directory: Path) -> TextIndex:
    return TextIndex(directory)


def rows_condition(
    rows: Sequence[int], records: int, table: str | None = None
) -> tuple[exp.Expr, tuple[object, ...]]:
    """A condition that a row of table `records` is one of `rows`, and the values it binds.

    `records` is the number of rows of the table, `table` the alias it has in the query.
    DuckDB binds a Python list of 200 k numbers in 15 s, so a list travels as text (1.2 M
    records: 10 rows 1 ms, 10 k 7 ms, 50 k 24 ms, 200 k 90 ms) and a longer one as a map of
    bits, one a record (always 19 ms, and 20 ms to make it for 200 k rows).
    """
    row = exp.column("rowid", table=table)
    if len(rows) <= FEW:
        numbers = exp.cast(exp.Placeholder(), exp.DataType.build("BIGINT[]", dialect="duckdb"))
        chosen = exp.select(call("unnest", numbers))
        listed = "[" + ",".join(map(str, rows)) + "]"
        return exp.In(this=row, query=chosen.subquery()), (listed,)
    bits = bytearray((records + 7) // 8)
    for number in rows:
        bits[number >> 3] |= 128 >> (number & 7)
    bitmap = exp.cast(exp.cast(exp.Placeholder(), "BLOB"), exp.DataType.build("BIT"))
    bit = call("get_bit", bitmap, exp.cast(row, "INTEGER"))
    return exp.EQ(this=bit, expression=exp.Literal.number(1)), (bytes(bits),)
