"""`python -m search_api` is `citywise`."""

from search_api.cli import main

main()
