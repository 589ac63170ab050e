"""Sources: where bytes come from, one file a connector."""
