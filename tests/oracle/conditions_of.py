"""Conditions: every predicate of the language, written and worked out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from oracle import plain
from oracle.datasets import kind_of, rectangle
from oracle.writing import Said, Writer, column_of, name_of, quoted

OPS = ("=", "=", "!=", "<", "<=", ">", ">=", ":", "==", "<>")
ASKED = (
    *(
        "alpha",
        "beta",
        "GAMMA",
        "delta",
        "musee",
        "musées",
        "nationale",
        "cheval",
        "zz",
        "top",
        "x",
    ),
    *("l'eau", "coeur", "cœur", "alp*", "mus*", "delta top", "alpha gamma", "zz to*", "50", "été"),
)
MISSPELT = (
    *("alhpa", "gama", "musse", "delat top", "detla 1", "natoinale", "alpha gam", "les mus", "xx"),
    *("zz t", "x", "coeurr x", "alpha", "g", "musee zz"),
)
PATTERNS = (
    *(
        "alpha",
        "Beta",
        "gamma alpha",
        "delta",
        "50",
        "x y",
        "alp*",
        "mus*",
        "zz to*",
        "é",
        "delta-1",
    ),
    *("%a%", "A%", "%é", "%_y", "50%%", "%'%", "%-1", "al%ga%", "%top", "b%"),
)
ILIKES = ("alpha", "ALPHA", "%a%", "_", "x\\_y", "50\\%", "d%1", "é", "É", "_ÊTA", "%musée%", "\\")
LENGTHS = (("40km", 40e3), ("75500", 75.5e3), ("120.25 km", 120250.0), ("90mi", 90 * 1609.344))


@dataclass
class Conditions(Writer):
    """Writes conditions. `searching` once one of them asks the text index."""

    searching: bool = False

    def condition(self, depth: int = 2) -> Said:
        """Alternatives of combinations of predicates; `and` binds tighter than `or`."""
        return self._joined("or", any, lambda: self._joined("and", all, lambda: self._unary(depth)))

    def _joined(self, word: str, rule: Callable[[Any], bool], make: Callable[[], Said]) -> Said:
        parts = [
            make() for _ in range(self.one(1, 1, 1, 2, 3) if word == "or" else self.one(1, 1, 2))
        ]
        if len(parts) == 1:
            return parts[0]
        word = self.one(word, word, word.upper())
        text = f" {word} ".join(part.text for part in parts)
        return Said(text, "condition", lambda row: rule(part.of(row) for part in parts))

    def _unary(self, depth: int) -> Said:
        way = self.one("plain", "plain", "plain", "not", "group") if depth else "plain"
        if way == "plain":
            return self.predicate()
        if way == "group":
            inner = self.condition(depth - 1)
            return Said(f"({inner.text})", "condition", inner.of)
        inner = self._unary(depth - 1)
        text = self.one(f"not {inner.text}", f"NOT ({inner.text})")
        return Said(text, "condition", lambda row: not inner.of(row))

    def predicate(self) -> Said:
        """One of the predicates."""
        return self.one(*(getattr(self, name) for name in PREDICATES))()  # type: ignore[no-any-return]  # drawn

    # -- comparisons ----------------------------------------------------------------------------

    def compared(self) -> Said:
        """A field and a value written out, either first."""
        found = self.field_of("text", "texts", "int", "double", "date", "datetime", "file")
        sides = [column_of(found), self.literal(found)]
        if self.seldom():
            sides.reverse()
        return self._comparison(*sides)

    def calculated(self) -> Said:
        """Two calculations."""
        return self._comparison(self.numeric(), self.numeric())

    def worded(self) -> Said:
        """A text worked out beside another."""
        left = self.wordy()
        return self._comparison(left, self.one(self.text, self.wordy)())

    def dates(self) -> Said:
        """Two dates worked out."""
        kind = self.one("date", "datetime")
        left = self.dated(kind)
        return self._comparison(left, self.one(self.dated, self.moment)(kind))

    def _comparison(self, left: Said, right: Said) -> Said:
        op = self.one(*OPS)
        gap = self.one(" ", " ", "  ") if not op.isalpha() else " "
        text = f"{left.text}{gap}{op} {right.text}"
        return Said(text, "condition", lambda row: plain.compare(op, left.of(row), right.of(row)))

    def true_or_false(self) -> Said:
        """A boolean, compared or alone."""
        found = self.column("boolean")
        way = self.one("alone", "is", "is not", "=", "!=", ":")
        if way == "alone":
            return Said(found.text, "condition", lambda row: found.of(row) is True)
        truth = self.one(True, False)
        text = f"{found.text} {way} {truth}"
        if way in ("is", "is not"):
            return Said(text, "condition", lambda row: (found.of(row) is truth) == (way == "is"))
        return Said(text, "condition", lambda row: plain.compare(way, found.of(row), truth))

    def missing(self) -> Said:
        """`is null`, of any field or of something worked out."""
        found = self.one(
            lambda: column_of(self.one(*self.dataset.schema)), self.numeric, self.wordy
        )()
        negated = self.one("", "not ")
        text = f"{found.text} is {negated}null"
        return Said(text, "condition", lambda row: (found.of(row) is None) == (not negated))

    # -- lists and ranges -----------------------------------------------------------------------

    def among(self) -> Said:
        """`in (…)`, `not in (…)`."""
        found = self.field_of("text", "texts", "int", "double", "date", "datetime")
        left = column_of(found)
        if kind_of(found) == "int" and self.seldom(2):
            left = self.numeric(1)
        values = [self.literal(found) for _ in range(self.some(3))]
        negated = self.one("", "", "not ")
        text = f"{left.text} {negated}in ({', '.join(each.text for each in values)})"

        def holds(row: Any) -> bool:
            own = left.of(row)
            return any(plain.compare("=", own, each.of(row)) for each in values) != bool(negated)

        return Said(text, "condition", holds)

    def between(self) -> Said:
        """`in [a..b]`, open or closed on each side."""
        found = self.field_of("text", "texts", "int", "double", "date", "datetime")
        left = column_of(found)
        low, high = self.literal(found), self.literal(found)
        opened, closed, mark = (
            self.one("[", "]"),
            self.one("[", "]"),
            self.one(" .. ", " TO ", " to "),
        )
        text = f"{left.text} in {opened}{low.text}{mark}{high.text}{closed}"
        above, below = ">=" if opened == "[" else ">", "<=" if closed == "]" else "<"

        def holds(row: Any) -> bool:
            return any(
                plain.compare(above, each, low.of(row)) and plain.compare(below, each, high.of(row))
                for each in plain.elements(left.of(row))
            )

        return Said(text, "condition", holds)

    def member(self) -> Said:
        """`"value" in list`."""
        found = self.field_of("texts")
        item, own = self.text(found), column_of(found)
        return Said(
            f"{item.text} in {own.text}",
            "condition",
            lambda row: plain.compare("=", own.of(row), item.of(row)),
        )

    # -- texts ----------------------------------------------------------------------------------

    def like(self) -> Said:
        """`like` and `ilike`."""
        found = self.one(lambda: self.column("text", "texts", "file"), self.wordy)()
        word, rule = self.one(("like", plain.like), ("like", plain.like), ("ilike", plain.ilike))
        pattern = self.one(*(PATTERNS if word == "like" else ILIKES))
        negated = self.one("", "", "", "not ")
        text = f"{found.text} {negated}{word} {quoted(pattern)}"
        return Said(text, "condition", lambda row: rule(found.of(row), pattern) != bool(negated))

    def search(self) -> Said:
        """Words looked for: a text alone, search, suggest."""
        self.searching = True
        every = self.dataset.named("text", "texts")
        mode = self.one("words", "words", "search", "suggest")
        if mode == "words":
            asked, fields, text = self.one(*ASKED), every, ""
        else:
            asked = self.one(*(MISSPELT if mode == "search" else ASKED)).replace("*", "")
            some = [self.field_of("text", "texts") for _ in range(self.one(0, 1, 2))]
            text = "".join(f"{name_of(field.name)}, " for field in some) or self.one("", "*, ")
            fields = tuple(some) or every
        names = [field.name for field in fields]
        written = quoted(asked) if mode == "words" else f"{mode}({text}{quoted(asked)})"
        return Said(
            written,
            "condition",
            lambda row: plain.finds(mode, asked, [row.get(name) for name in names]),
        )

    def startswith(self) -> Said:
        """The beginning of a whole value, to the letter."""
        some = [self.field_of("text", "texts") for _ in range(self.one(0, 1, 2))]
        names = [field.name for field in some or self.dataset.named("text", "texts")]
        prefix = self.one("a", "A", "Mus", "é", "É", "x_", "50%", "les ", "d", "France", "'")
        said = "".join(f"{name_of(field.name)}, " for field in some)
        return Said(
            f"startswith({said}{quoted(prefix)})",
            "condition",
            lambda row: plain.starts([row.get(name) for name in names], prefix),
        )

    # -- places ---------------------------------------------------------------------------------

    def near(self) -> Said:
        """within_distance() and its older name."""
        found, (written, length) = self.column("geo_point_2d"), self.one(*LENGTHS)
        lon, lat = self.one(0.25, -1.5, 2.0), self.one(46.0, 45.25, 47.5)
        name = self.one("within_distance", "within_distance", "distance")

        def holds(row: Any) -> bool:
            far = plain.metres(found.of(row), lon, lat)
            return far is not None and far <= length

        text = f"{name}({found.text}, geom'POINT({lon} {lat})', {written})"
        return Said(text, "condition", holds)

    def _box(self) -> plain.Box:
        x, y = self.draw(st.integers(-3, 2)), self.draw(st.integers(43, 48))
        return (float(x), float(y), float(x + self.some(3)), float(y + self.some(2)))

    def boxed(self) -> Said:
        """in_bbox(): two opposite corners, latitude first; a shape need only touch it."""
        found, box = self.column("geo_point_2d", "geo_shape"), self._box()
        corners = [(box[1], box[0]), (box[3], box[2])]
        if self.seldom(3):
            corners = [(box[3], box[0]), (box[1], box[2])]
        if self.seldom(3):
            corners.reverse()
        said = ", ".join(f"{lat:g}, {lon:g}" for lat, lon in corners)
        return Said(
            f"in_bbox({found.text}, {said})",
            "condition",
            lambda row: plain.touch(found.of(row), box),
        )

    def related(self) -> Said:
        """intersects(), disjoint(), within()."""
        found, box = self.column("geo_point_2d", "geo_shape"), self._box()
        name = self.one("intersects", "disjoint", "within")
        written = rectangle(*box)
        if self.seldom(3):
            west, south, east, north = box
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            written = f'{{"type": "Polygon", "coordinates": [{ring}]}}'

        def holds(row: Any) -> bool:
            own = found.of(row)
            if own is None:
                return False
            if name == "within":
                return plain.inside(own, box)
            return plain.touch(own, box) == (name == "intersects")

        return Said(f"{name}({found.text}, geom'{written}')", "condition", holds)


PREDICATES = (
    *("compared", "compared", "compared", "calculated", "worded", "dates", "true_or_false"),
    *("missing", "among", "between", "member", "like", "search", "startswith", "near", "boxed"),
    "related",
)
