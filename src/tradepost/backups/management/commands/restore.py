"""``tradepost restore``: a backup takes the place of what is there, and nobody comes back with it."""

import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.backups.actions.restore import finish, load, newest
from tradepost.backups.types import BackupFailed
from tradepost.lib.processes import run_child

_HOURS = 6 * 3600.0


class Command(BaseCommand):
    help = (
        "Put a backup in the place of what is there; erasures and withdrawals since are done again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", nargs="?", default="", help="as `backup --list` names it; else the newest"
        )
        parser.add_argument("--yes", action="store_true", help="what came in since is lost")
        parser.add_argument("--finish", action="store_true", help="go on with one that was cut off")

    def handle(self, *args: object, **options: object) -> None:
        try:
            if options["finish"]:
                self._finish()
            else:
                self._restore(str(options["name"]) or newest(), sure=bool(options["yes"]))
        except BackupFailed as failure:
            raise CommandError(str(failure)) from None

    def _restore(self, name: str, *, sure: bool) -> None:
        if not sure:
            raise CommandError(
                f"{name} would take the place of everything in {settings.TRADEPOST.data}. Whatever came in"
                f" since is lost. Stop all processes, then: tradepost restore {name} --yes"
            )
        moment = load(name)
        self.stdout.write(
            f"Of {moment:%Y-%m-%d %H:%M} UTC: in its place. Going through the ledger …"
        )
        # Another process: the key that came with the backup may be another one.
        done = run_child(
            [sys.executable, "-m", "tradepost", "restore", "--finish"],
            env=dict(os.environ),
            timeout_seconds=_HOURS,
        )
        self.stdout.write(done.stdout)
        if done.returncode:
            raise CommandError(done.stderr.strip() or "The ledger was not gone through.")

    def _finish(self) -> None:
        done = finish()
        if not done:
            self.stdout.write("It had not changed anything yet: all is as it was before.")
            return
        told = ", ".join(f"{count} {kind}" for kind, count in done.items())
        self.stdout.write(
            f"Restored. Done again: {told}. Passwords, teams and settings are as they were then;"
            " everybody signs in anew."
        )
