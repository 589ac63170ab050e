"""Groups: one row a key, made in two storeys.

The lower storey has a column for each key and each aggregate, worked out of the records; the
upper one shows, keeps (`having`), sorts and cuts. Between them come the groups of no record that
ranges written out still show, and the places of clusters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.groups.base import Way
from cimaise.engine.odsql.groups.clusters import Clusters
from cimaise.engine.odsql.kinds import is_aggregate, kind_of
from cimaise.engine.odsql.nodes import NOWHERE, Call, Node, Star, walk
from cimaise.engine.odsql.nodes import Column as FieldNode
from cimaise.engine.odsql.to_sql import Lowering
from cimaise.engine.query.keys import clusters_of, in_order, way_of
from cimaise.engine.query.plan import RECORDS
from cimaise.engine.query.understanding import Understood
from cimaise.engine.schema.field import Field
from cimaise.engine.trees import joined

GROUPS = "groups"
_RAW = "raw groups"  # the lower storey, where it is read twice


@dataclass(slots=True)
class Grouping:
    """The trees of a grouped question over `table`, the records that `where` keeps."""

    understood: Understood
    table: exp.Expr
    where: exp.Expr | None
    lower: Lowering
    ways: list[Way] = field(default_factory=list)
    clusters: dict[int, Clusters] = field(default_factory=dict)
    measures: list[Call] = field(default_factory=list)

    def tree(self) -> exp.Select:
        """One row a group, in order."""
        for place, item in enumerate(self.understood.groups):
            self._find_way(place, item.expression)
        # All aggregates must be known before anything is made of them.
        raised = [self._raised(item.expression) for item in self.understood.items]
        having = None if self.understood.having is None else self._raised(self.understood.having)
        ordered = [self._raised(each.expression) for each in self.understood.orders]
        if self._are_counted_clusters:
            self.ways[0] = self.clusters[0].way(GROUPS)
        upper = replace(self.lower, column=self._column)
        items = [
            exp.alias_(upper(node), item.key, quoted=True, copy=False)
            for node, item in zip(raised, self.understood.items, strict=True)
        ]
        orders = self._orders(upper, ordered)
        tree = self._from(self._with_clusters(exp.select(*items, copy=False)))
        if having is not None:
            tree = tree.where(upper(having), copy=False)
        for order in orders:
            tree = tree.order_by(order, copy=False)
        return tree

    # -- keys and aggregates as columns ---------------------------------------------------------

    def _find_way(self, place: int, key: Node) -> None:
        found = clusters_of(key, str(place + 1))
        if found is None:
            self.ways.append(way_of(key, self.lower, self.lower.zone))
            return
        self.clusters[place] = found
        self.ways.append(found.way(found.table("home")))

    def _raised(self, node: Node) -> Node:
        """The node of the upper storey: keys and aggregates become columns of the lower one."""
        for place, item in enumerate(self.understood.groups):
            if node == item.expression:
                return _made(_key(place), kind_of(node))
        if is_aggregate(node):
            return _made(_value(self._measured(cast(Call, node))), kind_of(node))
        changes: dict[str, Any] = {}
        for part in fields(node):
            value = getattr(node, part.name)
            if isinstance(value, Node):
                changes[part.name] = self._raised(value)
            elif isinstance(value, tuple) and any(isinstance(each, Node) for each in value):
                changes[part.name] = tuple(
                    self._raised(each) if isinstance(each, Node) else each for each in value
                )
        return replace(node, **changes) if changes else node

    def _measured(self, aggregate: Call) -> int:
        if aggregate not in self.measures:
            self.measures.append(aggregate)
        return self.measures.index(aggregate)

    def _column(self, each: Field) -> exp.Expr:
        """What the upper storey shows of a column of the lower one."""
        column = _of_groups(each.name)
        kind, place = each.name.split(" ")
        if kind == "key":
            return self.ways[int(place) - 1].shown(column)
        if self._is_scaffolded and _counts(self.measures[int(place) - 1]):
            # A range of no record has a count all the same.
            return exp.Coalesce(this=column, expressions=[exp.Literal.number(0)])
        return column

    def _orders(self, upper: Lowering, asked: Sequence[Node]) -> list[exp.Expr]:
        """Missing values are the lowest; groups that an order leaves equal follow by their keys."""
        orders: list[exp.Expr] = [
            exp.Ordered(this=compared, desc=each.descending, nulls_first=not each.descending)
            for each, node in zip(self.understood.orders, asked, strict=True)
            for compared in self._compared(node, upper)
        ]
        said = [node.field.name for node in asked if isinstance(node, FieldNode)]
        for place, way in enumerate(self.ways):
            if _key(place) not in said:
                # Ties are settled by the keys as they are: folding half a million took 0.2 s.
                own = _of_groups(_key(place))
                compared = (own,) if asked else way.ordered(own)
                orders += [exp.Ordered(this=each, nulls_first=True) for each in compared]
        return orders

    def _compared(self, node: Node, upper: Lowering) -> tuple[exp.Expr, ...]:
        if isinstance(node, FieldNode):
            kind, place = node.field.name.split(" ")
            if kind == "key":
                return self.ways[int(place) - 1].ordered(_of_groups(node.field.name))
        return in_order(upper(node), kind_of(node))

    # -- the lower storey -----------------------------------------------------------------------

    def _from(self, tree: exp.Select) -> exp.Select:
        """The upper storey on the lower one."""
        if self._are_counted_clusters:
            return tree.from_(self._counted_clusters().subquery(GROUPS, copy=False), copy=False)
        if self._is_scaffolded:
            tree = tree.from_(self._scaffolded().subquery(GROUPS, copy=False), copy=False)
            name = exp.to_identifier(_RAW, quoted=True)
            tree = tree.with_(name, as_=self._grouped(), copy=False)
        else:
            tree = tree.from_(self._grouped().subquery(GROUPS, copy=False), copy=False)
        for place, clusters in self.clusters.items():
            found = exp.alias_(
                exp.table_(clusters.table("clusters"), quoted=True),
                clusters.table("home"),
                table=True,
                quoted=True,
            )
            own = exp.column("cluster", table=clusters.table("home"), quoted=True)
            tree = joined(tree, found, own.eq(_of_groups(_key(place))))
        return tree

    def _grouped(self) -> exp.Select:
        """A row a group of records: its keys, then its aggregates."""
        trees = [way.tree for way in self.ways]
        for place, clusters in self.clusters.items():
            trees[place] = exp.column("cluster", table=clusters.table("homes"), quoted=True)
        items = [
            exp.alias_(tree, _key(place), quoted=True, copy=False)
            for place, tree in enumerate(trees)
        ]
        items += [
            exp.alias_(self.lower(aggregate), _value(place), quoted=True, copy=False)
            for place, aggregate in enumerate(self.measures)
        ]
        tree = self._records(items)
        for place, clusters in self.clusters.items():
            homes = exp.table_(clusters.table("homes"), quoted=True)
            cell = exp.column("cell", table=clusters.table("homes"), quoted=True)
            here = clusters.cell(self._point(place))
            tree = joined(tree, homes, cell.eq(here))
        return tree.group_by(
            *(exp.Literal.number(place + 1) for place in range(len(self.ways))), copy=False
        )

    def _records(self, items: list[exp.Expr]) -> exp.Select:
        """The records, one row an element of each multivalued key."""
        if not self.understood.elements:
            return _rows(self.table, items, self.where)
        source, where = self.table, self.where
        used = self._used()
        for each in self.understood.elements:
            columns = [self._element(one, unnested=one.name == each.name) for one in used]
            source, where = _rows(source, columns, where).subquery(RECORDS), None
        return exp.select(*items, copy=False).from_(source, copy=False)

    def _element(self, each: Field, *, unnested: bool) -> exp.Expr:
        column = self.lower.column(each)
        tree = dialect.unnested(column) if unnested else column
        return exp.alias_(tree, each.name, quoted=True)

    def _used(self) -> list[Field]:
        """The fields that keys and aggregates are worked out of."""
        roots = [*(item.expression for item in self.understood.groups), *self.measures]
        found = [part.field for root in roots for part in walk(root) if isinstance(part, FieldNode)]
        return list({each.name: each for each in found}.values())

    # -- ranges of no record --------------------------------------------------------------------

    @property
    def _is_scaffolded(self) -> bool:
        return any(way.every is not None for way in self.ways)

    def _scaffolded(self) -> exp.Select:
        """The groups of records, and those of none: all ranges beside each set of other keys.

        What is in no range is in no group.
        """
        raw = exp.table_(_RAW, quoted=True)
        every = exp.select(*self._empty_groups(), copy=False).from_(self._other_keys(), copy=False)
        for place, way in enumerate(self.ways):
            if way.every is not None:
                every = joined(every, _numbers(way.every, _key(place)), way="CROSS")
        found = exp.select(exp.Star(), copy=False).from_(raw, copy=False)
        both = exp.Union(this=found, expression=every, distinct=False)
        keys = [exp.column(_key(place), quoted=True) for place in range(len(self.ways))]
        values = [
            exp.alias_(exp.AnyValue(this=exp.column(name, quoted=True)), name, quoted=True)
            for name in map(_value, range(len(self.measures)))
        ]
        tree = exp.select(*keys, *values, copy=False)
        tree = tree.from_(both.subquery("every", copy=False), copy=False)
        for place, way in enumerate(self.ways):
            if way.every is not None:
                # A condition on the key itself would be moved down to the records: twice the time.
                own = exp.AnyValue(this=keys[place].copy())
                inside = exp.GTE(this=own, expression=exp.Literal.number(0))
                missing = exp.Is(this=own.copy(), expression=exp.null())
                tree = tree.having(exp.Or(this=inside, expression=missing), copy=False)
        return tree.group_by(*(key.copy() for key in keys), copy=False)

    def _empty_groups(self) -> list[exp.Expr]:
        items: list[exp.Expr] = []
        for place, way in enumerate(self.ways):
            table = f"{_key(place)} numbers" if way.every is not None else "others"
            items.append(exp.column(_key(place), table=table, quoted=True))
        items += [
            exp.alias_(exp.null(), _value(place), quoted=True)
            for place in range(len(self.measures))
        ]
        return items

    def _other_keys(self) -> exp.Expr:
        others = [
            exp.column(_key(place), quoted=True)
            for place, way in enumerate(self.ways)
            if way.every is None
        ]
        if not others:
            return exp.select(exp.alias_(exp.Literal.number(1), "one"), copy=False).subquery(
                "others"
            )
        raw = exp.table_(_RAW, quoted=True)
        return exp.select(*others).distinct().from_(raw).subquery("others")

    # -- clusters -------------------------------------------------------------------------------

    def _point(self, place: int) -> exp.Expr:
        key = cast(Call, self.understood.groups[place].expression)
        return self.lower(key.arguments[0])

    @property
    def _are_counted_clusters(self) -> bool:
        """Whether clusters alone are counted: their own table has the numbers already."""
        alone = len(self.ways) == 1 and len(self.clusters) == 1
        return alone and all(_counts_records(each) for each in self.measures)

    def _counted_clusters(self) -> exp.Select:
        clusters = self.clusters[0]
        items: list[exp.Expr] = [exp.Star()]
        items.append(exp.alias_(exp.column("cluster", quoted=True), _key(0), quoted=True))
        items += [
            exp.alias_(exp.column("number", quoted=True), _value(place), quoted=True)
            for place in range(len(self.measures))
        ]
        counted = exp.table_(clusters.table("clusters"), quoted=True)
        return exp.select(*items, copy=False).from_(counted, copy=False)

    def _with_clusters(self, tree: exp.Select) -> exp.Select:
        for place, clusters in self.clusters.items():
            points = _rows(self.table, [], self.where)
            for name, made in clusters.tables(points, self._point(place)).items():
                tree = tree.with_(exp.to_identifier(name, quoted=True), as_=made, copy=False)
        return tree


def _rows(table: exp.Expr, items: list[exp.Expr], where: exp.Expr | None) -> exp.Select:
    """Items of the rows of a table that a condition keeps."""
    tree = exp.select(*items, copy=False).from_(table.copy(), copy=False)
    return tree if where is None else tree.where(where.copy(), copy=False)


def _key(place: int) -> str:
    return f"key {place + 1}"


def _value(place: int) -> str:
    return f"value {place + 1}"


def _of_groups(name: str) -> exp.Column:
    return exp.column(name, table=GROUPS, quoted=True)


def _made(name: str, kind: str) -> Node:
    """A column of the lower storey as a node of the upper one."""
    return FieldNode(NOWHERE, Field(name, name, kind))


def _counts(aggregate: Call) -> bool:
    return aggregate.function == "count"


def _counts_records(aggregate: Call) -> bool:
    return _counts(aggregate) and isinstance(aggregate.arguments[0], Star)


def _numbers(most: int, name: str) -> exp.Expr:
    """The numbers from 0 to before `most`."""
    return exp.select(
        exp.alias_(dialect.counted(most), name, quoted=True, copy=False), copy=False
    ).subquery(exp.to_identifier(f"{name} numbers", quoted=True), copy=False)
