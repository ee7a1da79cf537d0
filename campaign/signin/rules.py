"""How long a session lasts, and how long an officer must wait after wrong tries."""

import re
from datetime import timedelta
from hmac import digest

SESSION_LIFE = timedelta(hours=10)
SESSION_IDLE = timedelta(minutes=60)
SEEN_EVERY = timedelta(minutes=1)  # a session's last use is written at most this often
FRESH_FOR = timedelta(minutes=5)
CHALLENGE_LIFE = timedelta(minutes=10)
KNOWN_BROWSER_LIFE = timedelta(days=180)
SHORTEST_PASSWORD = 12  # OWASP ASVS 5.0, 6.2.1
LONGEST_PASSWORD = 200
RECOVERY_CODES = 10
FREE_FAILURES = 5
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Macintosh": "Mac",
           "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip


def wait_after(failures: int) -> timedelta:
    """Return the wait after so many wrong tries in a row: none, then 15 seconds, doubling up to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_FAILURES, 6)
    return min(timedelta(seconds=15) * doubled, timedelta(minutes=15))


def counter_of(key: bytes, *what: bytes) -> bytes:
    """Return the name of a counter of wrong tries: an HMAC, so that the database does not tell whose it is."""
    return digest(key, b"\0".join((b"undersigned:tries", *what)), "sha256")


def browser_kind(user_agent: str) -> str:
    """Return the kind of a browser, such as `Firefox on Linux`: too coarse to recognise one browser by."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "A browser")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


def plain_code(typed: str) -> str:
    """Return a typed code in capitals, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", typed).upper()
