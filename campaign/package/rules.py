"""How long making an ordered package may take, and how long its file is kept."""

from datetime import timedelta

BUILD_LEASE = timedelta(minutes=2)  # a worker that reports nothing for so long is taken for dead
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=7)  # an officer downloads it within this time, or orders it again
