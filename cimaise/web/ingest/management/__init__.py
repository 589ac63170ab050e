"""Verbs of the command line that bring data in."""
