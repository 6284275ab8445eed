#!/usr/bin/env bash
# make check: everything that can be said about the code without running the product. Says how long it took.
set -uo pipefail
bin=.venv/bin
failed=0
say() { printf '%-12s' "$1"; }
run() {
  say "$1"; shift
  local started=$SECONDS output
  if output=$("$@" 2>&1); then echo "ok  $((SECONDS - started)) s"; else echo "FAILED"; echo "$output" | tail -n 60; failed=1; fi
}
data=$(mktemp -d); trap 'rm -rf "$data"' EXIT
export TRADEPOST_DATA=$data
run lint $bin/ruff check -q .
run format $bin/ruff format --check -q .
run types $bin/mypy
run floors $bin/lint-imports --no-cache
run templates bash -c "git ls-files -z 'src/*.html' | xargs -0 $bin/djade --check --target-version 6.1"
run django $bin/django-upgrade --check --target-version 6.1 $(git ls-files 'src/*.py' | grep -v /migrations/)
run system $bin/python manage.py check --fail-level WARNING
run migrations $bin/python manage.py makemigrations --check --dry-run
run house $bin/python -m pytest -q -n 2 --dist loadfile tests/house
echo "all         $SECONDS s"
exit $failed
