"""Verbs of the command line that read the catalogue."""
