"""Metadata: what a dataset says about itself."""
