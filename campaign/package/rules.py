"""How long a package that was asked for may take, and how long it is kept."""

from datetime import timedelta

BUILD_LEASE = timedelta(minutes=2)  # for so long a worker may say nothing of what it makes
MOST_ATTEMPTS = 3
HELD_FOR = timedelta(days=7)  # a package made for the desk is held, then it has been taken or is asked for again
