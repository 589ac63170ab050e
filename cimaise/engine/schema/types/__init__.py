"""Types of fields, one file a type; the table of them all is TYPES."""
