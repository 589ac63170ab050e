"""The engine: bytes in, rows and bytes out; it knows nothing of Django. Start at `flow`."""
