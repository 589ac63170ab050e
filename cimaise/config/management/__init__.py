"""Verbs of the command line that run the portal."""
