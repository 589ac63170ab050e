"""The web half: people, catalogue, pages and HTTP, over Django and Wagtail."""
