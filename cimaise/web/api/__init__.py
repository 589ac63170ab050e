"""The HTTP API, in the words of the Explore API."""
