"""``tradepost prove-erasure``: marked people in through every door, erased, searched for, also after a restore."""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_test_environment

from tradepost.assurance.actions.prove_erasure import (
    ErasureProof,
    Finding,
    prove_through_restore,
)
from tradepost.assurance.management.commands.promises import PLAIN_STATIC
from tradepost.assurance.promises import fixtures
from tradepost.assurance.scratch import run_in, scratch_instance, services_like_ours
from tradepost.lib.processes import die_with_parent


class Command(BaseCommand):
    help = (
        "Plant marked people through every door, erase them, put the backup of before back, and search every byte"
        " of a scratch copy after either."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--scratch", action="store_true", help="only for the scratch itself")

    def handle(self, **options: object) -> None:
        as_json = bool(options["json"])
        if options["scratch"]:
            self._prove(as_json=as_json)
            return
        more = ["--json"] if as_json else []
        with scratch_instance() as folder, services_like_ours(folder) as chosen:
            printed = run_in(folder, ["prove_erasure", "--scratch", *more], chosen=chosen)
        self.stdout.write(printed.strip())
        if "NOT PROVED" in printed or '"holds": false' in printed:
            raise CommandError("Something was left that the data map does not keep.")

    def _prove(self, *, as_json: bool) -> None:
        die_with_parent()
        setup_test_environment(debug=False)
        with override_settings(STORAGES=PLAIN_STATIC, SECURE_SSL_REDIRECT=False):
            proof = prove_through_restore(fixtures.shop("canary-shop"))
        if as_json:
            self.stdout.write(json.dumps(asdict(proof) | {"holds": proof.holds}, indent=1))
        else:
            self._print(proof)

    def _print(self, proof: ErasureProof) -> None:
        self._tell("planted in", proof.findings)
        self.stdout.write("A backup of before the erasure is restored:")
        self._tell("came back to", proof.restored)
        self.stdout.write(
            f"Searched {proof.columns} columns of the database ({connection.vendor}) and {proof.files} files "
            f"({proof.bytes} bytes): {'proved' if proof.holds else 'NOT PROVED'}."
        )

    def _tell(self, before: str, findings: list[Finding]) -> None:
        for finding in findings:
            self.stdout.write(f"{finding.door}: {before} {', '.join(finding.planted) or 'NOTHING'}")
            self.stdout.write(f"  has to stay: {', '.join(finding.stays) or 'nothing'}")
            self.stdout.write(f"  LEFT: {', '.join(finding.left) or 'nothing'}")
