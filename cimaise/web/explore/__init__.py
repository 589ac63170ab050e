"""The public catalogue and the pages of a dataset."""
