"""Editorial pages and their blocks."""
