"""`python -m cimaise` is the `cimaise` command."""

from cimaise.cli import main

main()
