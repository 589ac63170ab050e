"""`/api/sql/`: read-only SQL over what the asker may see."""
