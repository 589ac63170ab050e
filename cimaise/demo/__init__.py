"""The demonstration: datasets described in TOML, real files where they are, a sample elsewhere."""
