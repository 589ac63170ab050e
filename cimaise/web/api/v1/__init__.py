"""The v1 API, deprecated where it comes from and still asked by every widget (explore-api §5)."""
