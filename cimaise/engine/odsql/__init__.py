"""ODSQL, the language questions are written in: text, tokens, nodes, check, then SQL trees."""
