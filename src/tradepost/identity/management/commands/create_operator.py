import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tradepost.identity.actions.accounts import AccountExists
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.models import User
from tradepost.lib.addresses import InvalidEmail


class Command(BaseCommand):
    help = "Create an account for somebody who runs this installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", help="asked for when left out")
        parser.add_argument("--name", help="asked for when left out")

    def handle(self, *args: object, **options: str) -> None:
        email = options["email"] or input("E-mail: ")
        name = options["name"] or input("Name: ")
        password = getpass.getpass("Password: ")
        try:
            validate_password(password, User(email=email, name=name))
            create_operator(email=email, name=name, password=password)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        except InvalidEmail as refusal:
            raise CommandError(str(refusal)) from None
        except AccountExists:
            raise CommandError("There is an account with this address already.") from None
        self.stdout.write(f"{email} may sign in now.")
