"""``tradepost promises``: check every promise and print the evidence."""

import json
import signal
from argparse import ArgumentParser
from dataclasses import asdict
from subprocess import CalledProcessError

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings
from django.test.utils import setup_test_environment

from tradepost.assurance.actions.prove_whole import in_one_line, prove_whole, summary_of
from tradepost.assurance.actions.run_promises import (
    CheckOutcome,
    UnknownPromise,
    as_line,
    look_at_live_data,
    run_here,
    run_promises,
)
from tradepost.assurance.scratch import ScratchFailed
from tradepost.assurance.sources.standing import StatementState, standing_of_sources, sums
from tradepost.assurance.whole.run import prove
from tradepost.assurance.whole.types import OracleReport
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

        parser.add_argument(
            "--full",
            action="store_true",
            help="the whole proof: real processes of a scratch instance, people through every door; "
            "--only names oracles",
        )
        parser.add_argument(
            "--sources", action="store_true", help="how each statement of the five policies stands"
        )
        parser.add_argument("--whole-here", action="store_true", help="only for the scratch itself")

    def handle(self, *, only: list[str], **options: object) -> None:
        if options["scratch"]:
            self._in_scratch(only)
            return
        if options["whole_here"]:
            self._whole_here(only)
            return
        if options["full"]:
            self._full(only)
            return
        if options["sources"]:
            self._sources()
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

    def _sources(self) -> None:
        """One line a system; runs no check."""
        standings = standing_of_sources()
        rows = [(it.source.name, it.counts, len(it.lines)) for it in standings]
        rows.append(("all", sums(standings), sum(len(it.lines) for it in standings)))
        heads = "".join(f"{state.value:>11}" for state in StatementState)
        self.stdout.write(f"{'system':<20}{heads}{'statements':>12}")
        for name, counts, number in rows:
            self.stdout.write(
                f"{name:<20}{''.join(f'{counts[state]:>11}' for state in StatementState)}{number:>12}"
            )

    def _full(self, only: list[str]) -> None:
        """Raises: CommandError, when something is broken or nothing was proved."""
        try:
            findings = prove_whole(self._print_finding, only)
        except (ScratchFailed, CalledProcessError) as failed:
            raise CommandError(f"The scratch instance failed: {failed}") from None
        self.stdout.write(
            f"Driven: {summary_of(findings)}; {sum(f.seconds for f in findings):.0f} s."
        )
        broken = sum(len(finding.broken) for finding in findings)
        if broken or not findings:
            raise CommandError(f"{broken} things are broken.")

    def _print_finding(self, found: OracleReport) -> None:
        state = "broken" if found.broken else "kept"
        self.stdout.write(
            f"{found.oracle:<10} {state:<7} {found.seconds:>6.1f} s  {found.evidence}"
        )
        for line in found.broken:
            self.stdout.write(f"    {line}")

    def _whole_here(self, only: list[str]) -> None:
        """The processes that it starts end with it, however it ends."""
        die_with_parent()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        setup_test_environment(debug=False)
        prove(lambda found: print(in_one_line(found), flush=True), only)  # noqa: T201  read by the one who started it

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
