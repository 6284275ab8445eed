"""Declarations for models that are not ours."""

from dataclasses import replace

from tradepost.datamap.registry import declare_third_party
from tradepost.datamap.vocabulary import Basis, Declaration, Erase, Kind, Purpose, Subject


def _never_personal(label: str, *fields: str, because: str) -> None:
    declare_third_party(label, Declaration(not_personal=dict.fromkeys(fields, because)))


def declare() -> None:
    _never_personal(
        "auth.Permission", "id", "name", "content_type", "codename", because="names of rights"
    )
    _never_personal(
        "auth.Group_permissions", "id", "group", "permission", because="groups are not used"
    )
    _never_personal("auth.Group", "id", "name", because="groups are not used")
    _never_personal(
        "contenttypes.ContentType", "id", "app_label", "model", because="names of tables"
    )
    declare_third_party(
        "sessions.Session",
        Declaration(
            not_personal={
                "session_key": "random; dies with the browser",
                "session_data": "row number of an account, how and when it signed in, and settings, signed",
                "expire_date": "age of the session",
            }
        ),
    )
    _never_personal(
        "django_tasks_database.DBTaskResult",
        *("id", "status", "enqueued_at", "started_at", "finished_at", "args_kwargs", "priority"),
        *("task_path", "worker_ids", "queue_name", "backend_name", "run_after", "return_value"),
        *("exception_class_path", "traceback"),
        because="tasks carry row numbers only; the job's row holds the rest",
    )
    _declare_accounts()


def _declare_accounts() -> None:
    account = Declaration(
        subject=Subject.MEMBER,
        purpose=Purpose.SECURITY,
        basis=Basis.CONTRACT,
        keep="identity.account",
        erase=Erase.WITH_PARENT,
        locate="user__email",
    )
    declare_third_party(
        "account.EmailAddress",
        replace(
            account,
            personal={"email": Kind.EMAIL, "user": Kind.ACTIVITY},
            not_personal={
                "id": "row number",
                "verified": "state",
                "primary": "state",
            },
        ),
    )
    declare_third_party(
        "account.EmailConfirmation",
        replace(
            account,
            locate="email_address__email",
            personal={"key": Kind.CREDENTIAL, "email_address": Kind.ACTIVITY},
            not_personal={"id": "row number", "created": "time", "sent": "time"},
        ),
    )
    declare_third_party(
        "mfa.Authenticator",
        replace(
            account,
            personal={
                "user": Kind.ACTIVITY,
                "data": Kind.CREDENTIAL,
                "created_at": Kind.ACTIVITY,
                "last_used_at": Kind.ACTIVITY,
            },
            not_personal={"id": "row number", "type": "kind of second factor"},
        ),
    )


declare()
