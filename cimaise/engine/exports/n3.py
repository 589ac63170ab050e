"""Notation3: what is Turtle to those who ask for it by this name."""

from pyoxigraph import RdfFormat

from cimaise.engine.exports.base import COMPRESSED, ExportCard
from cimaise.engine.exports.graphs import Syntax, writer
from cimaise.engine.exports.turtle import after_prefixes

N3 = ExportCard(
    name="n3",
    label="N3",
    extension="n3",
    media_type="text/n3",
    write=writer(Syntax(RdfFormat.N3, after_prefixes)),
    parameters=(COMPRESSED,),
    family="linked",
    identifies=True,
)
