"""The verb that shows the portal with its demonstration datasets."""
