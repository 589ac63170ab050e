"""One `join=dataset [on our field = their field] [as alias]`, read; nothing is looked up."""

import re
from dataclasses import dataclass

from cimaise.engine.messages import say
from cimaise.engine.odsql.conditions import Conditions
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.nodes import Name, Node, Span

_DATASET = re.compile(r"\s*(?:`([-\w]+)`|([-\w]+))(?=\s|$)")
_ALIAS = re.compile(r"[-\w]{1,100}")


@dataclass(frozen=True, slots=True)
class Joining:
    """What one `join` says: the dataset, the name it has in the question, and what is alike.

    `own` is a value of our records and `theirs` a field of theirs; both None where the datasets
    themselves must tell.
    """

    source: Source
    dataset: str
    span: Span
    alias: str
    own: Node | None = None
    theirs: Name | None = None


def parse_join(text: str, joined: tuple[str, ...] = ()) -> Joining:
    """The join; raises ODSQLSyntaxError, ODSQLError.

    `joined` are the names of datasets joined before: what is joined may depend on their fields.
    """
    head = _DATASET.match(text)
    source = Source(text, "join")
    if head is None:
        hint = say("Write the identifier of a dataset.")
        raise source.unexpected(text.strip()[:60] or "end of text", 0, max(1, len(text)), hint)
    dataset = str(head[1] or head[2])
    reader = _Joins(Source(text, "join", (*joined, dataset)))
    reader.skip_to(head.end())
    return reader.whole(lambda: reader.joining(dataset, Span(*head.span(1 if head[1] else 2))))


class _Joins(Conditions):
    """Reads what follows the name of the dataset."""

    def skip_to(self, place: int) -> None:
        """Go past the tokens before a place."""
        while self.token.kind != "end" and self.token.start < place:
            self.step()

    def joining(self, dataset: str, span: Span) -> Joining:
        """`[as alias] [on a = b] [as alias]`."""
        alias = self._alias()
        own, theirs = self._equality((dataset, alias or dataset)) if self.take_word("on") else _NONE
        alias = alias or self._alias() or dataset
        return Joining(self.source, dataset, span, alias, own, theirs)

    def _alias(self) -> str | None:
        if not self.take_word("as"):
            return None
        token = self.token
        if token.kind not in ("name", "quoted") or not _ALIAS.fullmatch(token.text):
            hint = say("An alias is made of letters, digits, _ and -; in back quotes with -.")
            raise self.source.unexpected(token.text[:60], token.start, token.end, hint)
        self.step()
        return token.text

    def _equality(self, prefixes: tuple[str, str]) -> tuple[Node, Name]:
        """Our value and their field, whichever stands first if theirs says whose it is."""
        left = self.total()
        self.expect_mark("=", "==")
        right = self.total()
        first, second = _theirs(left, prefixes), _theirs(right, prefixes)
        if first is not None and second is None:
            return right, first
        theirs = second or right
        if not isinstance(theirs, Name):
            what = say("After = stands a field of the joined dataset")
            hint = say("Write: dataset on our_field = their_field.")
            raise self.source.malformed(what, right.span.start, right.span.end, hint)
        return left, theirs


_NONE: tuple[None, None] = (None, None)


def _theirs(node: Node, prefixes: tuple[str, str]) -> Name | None:
    """Their field by its own name, where the node names it as `dataset.field`."""
    if isinstance(node, Name):
        for prefix in prefixes:
            if node.name.startswith(f"{prefix}."):
                return Name(node.span, node.name.removeprefix(f"{prefix}."))
    return None
