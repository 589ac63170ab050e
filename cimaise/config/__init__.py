"""Where the two halves meet: settings from the environment and every address."""
