"""Readers: bytes to rows, one file a format; the table of them all is READERS."""
