"""People and the organisations they publish for."""
