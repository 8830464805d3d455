"""`python -m ressenti.cli`, where the script is not on the path."""

from ressenti.cli import main

main()
