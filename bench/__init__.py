"""Measures, side by side in one run: publishing and answering, bare DuckDB, Datasette."""
