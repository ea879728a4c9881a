"""`python -m track_service.cli` is `track-service`."""

from track_service.cli import main

main()
