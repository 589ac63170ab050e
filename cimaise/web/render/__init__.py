"""Answers to HTML fragments: table, facets, map, chart."""
