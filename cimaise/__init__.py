"""Cimaise, an open-data portal for culture: a file goes in, a living dataset comes out."""

__version__ = "0.1.0"
