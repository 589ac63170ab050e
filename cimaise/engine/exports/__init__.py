"""Exports: answers to files, one file a format; the table of them all is EXPORTS."""
