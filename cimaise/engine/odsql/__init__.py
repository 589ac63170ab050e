"""ODSQL, the language reusers write: text to tokens to nodes to checked SQL trees."""
