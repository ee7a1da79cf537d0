#!/bin/sh
# Set a campaign up in one folder, serve it, or run one of its commands:
#   sh config/campaign.sh setup|serve FOLDER
#   sh config/campaign.sh flask FOLDER desk invite you@example.org --role owner
# For the folder `instance`, `.venv/bin/flask desk invite …` does the same.
set -eu
umask 077 # everything in the folder is the campaign's own
verb=$1 INSTANCE=$2
shift 2
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
mkdir -p "$INSTANCE"
chmod go= "$INSTANCE" 2>/dev/null || true
eval "$(python -m config.checkout "$INSTANCE")"
if [ "${SECRET_KEY_FILE:-}" = "$INSTANCE/secret.key" ] && [ ! -s "$SECRET_KEY_FILE" ]; then
  python -c 'import secrets; print(secrets.token_hex(32))' > "$SECRET_KEY_FILE"
fi
export FLASK_APP=app:site PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=

[ "$verb" != flask ] || exec flask "$@"

[ -e "$SEAL_KEYS/public.key" ] || flask seal keygen
flask storage upgrade
flask start load "${LETTERS:-config/letters}"
[ "${DEMONSTRATION:-no}" = no ] || flask letter demo
[ "$verb" = serve ] || exit 0

trap 'trap - INT TERM EXIT; kill "$worker" "$web" 2>/dev/null; wait; exit 0' INT TERM EXIT
flask mail work & worker=$!
gunicorn -c config/gunicorn.conf.py & web=$!
link=$(flask start link 2>/dev/null) || link=""
start="The desk is at $SITE_URL/desk/"
if [ -n "$link" ] && [ -z "${JOURNAL_STREAM:-}" ]; then
  start="To start, open this link. It makes the first owner of the desk:

      $link"
elif [ -n "$link" ]; then # a log would keep the link
  start="The desk has no owner yet: \`flask start link\` prints the link that makes the first one."
fi
cat <<EOF

  Undersigned is at $SITE_URL
  Mail goes to ${MAIL_URL%%\?*}
  $start

  Ctrl-C stops everything.

EOF
while kill -0 "$worker" 2>/dev/null && kill -0 "$web" 2>/dev/null; do sleep 1 & wait $!; done
