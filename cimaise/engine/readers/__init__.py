"""Readers: bytes to rows, one file a format; the table of them all is READERS."""

from cimaise.engine.readers.base import ReaderCard
from cimaise.engine.readers.csv_text import CSV

READERS: dict[str, ReaderCard] = {card.name: card for card in (CSV,)}
