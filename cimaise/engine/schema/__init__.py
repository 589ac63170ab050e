"""The schema: fields, types, and what is inferred from verbatim cells."""
