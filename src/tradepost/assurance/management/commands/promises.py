"""``tradepost promises``: check every promise and print the evidence."""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings
from django.test.utils import setup_test_environment

from tradepost.assurance.actions.run_promises import (
    CheckOutcome,
    UnknownPromise,
    as_line,
    look_at_live_data,
    run_here,
    run_promises,
)
from tradepost.lib.processes import die_with_parent
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState

PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


_HASH_KILOBYTES = 8_192


class Command(BaseCommand):
    help = "Check every promise; print id, class, state, evidence and time. Fails on a broken one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--only", action="append", default=[], metavar="ID")
        parser.add_argument(
            "--live",
            action="store_true",
            help="only the checks that read this installation's own data, and how long each took;"
            " stores nothing",
        )
        parser.add_argument(
            "--scratch",
            action="store_true",
            help="run the writing checks right here; only for the scratch instance itself",
        )

    def handle(self, *, only: list[str], **options: object) -> None:
        if options["scratch"]:
            self._in_scratch(only)
            return
        try:
            if options["live"]:
                self._print_live(look_at_live_data(only), as_json=bool(options["json"]))
                return
            results = run_promises(only)
        except UnknownPromise as unknown:
            raise CommandError(f"No promise {unknown}.") from None
        if options["json"]:
            self.stdout.write(json.dumps([_document(row) for row in results], indent=1))
        else:
            self._print(results)
        if any(row.state == PromiseState.BROKEN for row in results):
            raise SystemExit(1)

    def _in_scratch(self, only: list[str]) -> None:
        die_with_parent()
        setup_test_environment(debug=False)
        # Each sign-in of the check's own people would take 100 MB for a moment, beside everything else.
        Argon2PasswordHasher.memory_cost = _HASH_KILOBYTES
        with override_settings(STORAGES=PLAIN_STATIC, SECURE_SSL_REDIRECT=False):
            for outcome in run_here(only or list(PROMISES), writing=True):
                self.stdout.write(as_line(outcome))

    def _print_live(self, found: list[CheckOutcome], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([asdict(outcome) for outcome in found], indent=1))
        else:
            for outcome in found:
                self.stdout.write(
                    f"{outcome.seconds:8.3f} s  {outcome.promise:<28} {outcome.state:<8} {outcome.evidence}"
                )
            whole = sum(outcome.seconds for outcome in found)
            self.stdout.write(f"{len(found)} live checks in {whole:.2f} s")
        if any(outcome.state == PromiseState.BROKEN for outcome in found):
            raise SystemExit(1)

    def _print(self, results: list[PromiseResult]) -> None:
        for row in results:
            if row.state == PromiseState.NOT_OFFERED:
                continue
            self.stdout.write(
                f"{row.promise:<32} {row.evidence_class:<10} {row.state:<8} "
                f"{row.at:%Y-%m-%d %H:%M:%S}  {row.evidence}"
            )
        counts = {state: sum(row.state == state for row in results) for state in PromiseState}
        summary = ", ".join(f"{count} {state.label}" for state, count in counts.items())
        self.stdout.write(summary)


def _document(row: PromiseResult) -> dict[str, object]:
    return {
        "id": row.promise,
        "class": row.evidence_class,
        "state": row.state,
        "evidence": row.evidence,
        "at": row.at.isoformat(),
        "commit": row.commit,
        "seconds": row.seconds,
    }
