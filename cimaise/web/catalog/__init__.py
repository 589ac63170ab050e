"""The catalogue: datasets, their versions, themes and licences."""
