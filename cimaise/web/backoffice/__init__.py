"""The editors' desk, dressed on Wagtail's admin."""
