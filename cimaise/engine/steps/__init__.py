"""Steps: what happens to rows on their way from verbatim cells to typed fields."""
