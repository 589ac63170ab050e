"""From a file to a published version: uploads, understandings, runs."""
