"""The settings of `make run`: the defaults of a checkout, for what the environment does not set.

`python -m config.checkout FOLDER` prints them for a shell. `create_app` in app.py uses them too, so that
`flask COMMAND` works in a checkout.
"""

import sys
from collections.abc import Mapping
from os import environ
from shlex import quote

FOLDER = "instance"


def checkout_settings(environment: Mapping[str, str], folder: str = FOLDER) -> dict[str, str]:
    """Return the environment with defaults: all files of the campaign are in `folder`."""
    secret = {} if "SECRET_KEY" in environment else {"SECRET_KEY_FILE": f"{folder}/secret.key"}
    port = environment.get("PORT", "8000")
    return {
        **secret,
        "PORT": port,
        "DATABASE_URL": f"sqlite:///{folder}/campaign.db",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MAIL_URL": f"maildir:{folder}/mail",
        "SEAL_KEYS": f"{folder}/keys",
        "ERASURES": f"{folder}/erasures.journal",
        "PACKAGES": f"{folder}/packages",
        **environment,
    }


if __name__ == "__main__":
    ours = checkout_settings({}, sys.argv[1])
    chosen = checkout_settings(environ, sys.argv[1])
    sys.stdout.writelines(f"export {name}={quote(chosen[name])}\n" for name in ours if name in chosen)
