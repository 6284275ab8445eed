#!/usr/bin/env bash
# make check: everything that can be said about the code without running the product. Two lanes, one a core: the long
# step in one, the others in the second; each says how it went when it is over. At last the whole says how long it took.
set -uo pipefail
bin=.venv/bin
data=$(mktemp -d); trap 'rm -rf "$data"' EXIT
export TRADEPOST_DATA=$data/var
mkdir -m 700 "$data/var"
# Twenty processes start here with the same sources: they are compiled once, whatever the machine's own habit is.
unset PYTHONDONTWRITEBYTECODE
run() {
  local name=$1 started=$SECONDS output; shift
  if output=$("$@" 2>&1); then
    printf '%-12sok  %s s\n' "$name" $((SECONDS - started))
  else
    printf '%-12sFAILED\n%s\n' "$name" "$(tail -n 60 <<<"$output")"; touch "$data/failed"
  fi
}
# One start of Django for both: its checks, and whether a model has changed without a migration.
SYSTEM='
import os
import django
from django.core.management import call_command
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
django.setup()
call_command("check", fail_level="WARNING")
call_command("makemigrations", check=True, dry_run=True, skip_checks=True)
'
others() {
  run types $bin/mypy
  run lint $bin/ruff check -q .
  run format $bin/ruff format --check -q .
  run floors $bin/lint-imports --no-cache
  run templates bash -c "git ls-files -z 'src/*.html' | xargs -0 $bin/djade --check --target-version 6.1"
  run django $bin/django-upgrade --check --target-version 6.1 $(git ls-files 'src/*.py' | grep -v /migrations/)
  run system $bin/python -c "$SYSTEM"
}
others &
run house $bin/python -m pytest -q -n 2 --dist worksteal -m source tests/house
wait
echo "all         $SECONDS s"
[ ! -e "$data/failed" ]
