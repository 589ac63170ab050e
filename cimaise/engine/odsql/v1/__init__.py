"""The query language of the v1 API (explore-api §5.2): the same nodes as ODSQL, other words."""
