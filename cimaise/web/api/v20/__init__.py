"""The Explore API v2.0: what v2.1 answers, in the shapes of the version before (§1.10)."""
