"""Snapshots: immutable versions on disk, written whole or not at all."""
