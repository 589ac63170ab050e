"""Read-only SQL over public datasets: read by allow-list, run apart, answered as any export."""
