"""The contract: an old schema against a new one, what breaks and what does not."""
