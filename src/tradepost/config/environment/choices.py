"""Every setting a person may choose, in one typed object."""

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tradepost.config.postgresql import PostgreSQLAddress
from tradepost.lib.keys import derived_key
from tradepost.lib.setting import setting

DEMO_MARK = "demo"
OWN_HARDWARE = "own hardware"


_BESIDE: Any = "./var"  # a text as if it had been typed; read, it is a Path


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The running choices. Each field is read from ``TRADEPOST_<NAME>``."""

    data: Path = setting(
        "Folder that holds all state: database, files, keys, spools, logs.", _BESIDE
    )
    port: int = setting("TCP port the web server listens on.", 8000, between=(1, 65535))
    host: str = setting("Address the web server listens on.", "127.0.0.1")
    public_url: str = setting(
        "Address under which people reach this installation, without a path. "
        "Empty: http://localhost:<port>.",
        "",
        schemes=("http", "https"),
    )
    database_url: str = setting(
        "postgres://user:password@host:port/name, or sqlite:///path. Of several servers, host:port,host:port, "
        "the one that takes writes is used; ?pooler=yes for a pooler in front, ?sslmode=… for TLS. "
        "Empty: an SQLite file in the data folder.",
        "",
        schemes=("postgres", "postgresql", "sqlite"),
    )
    broker_url: str = setting(
        "amqp:// address of RabbitMQ; tasks then run on Celery. Empty: the database task worker.",
        "",
        schemes=("amqp", "amqps"),
    )
    cache_url: str = setting(
        "redis:// address of the cache. Empty: a table in the database.",
        "",
        schemes=("redis", "rediss"),
    )
    files_url: str = setting(
        "s3://key:secret@host:port/bucket/folder of the bucket in which several machines share files: "
        "pictures, uploads, exports, signing keys. ?region=… where the server wants one, ?tls=no only in a "
        "network of your own. Empty: the data folder.",
        "",
        schemes=("s3",),
    )
    smtp_url: str = setting(
        "smtp://user:password@host:port of the relay for outgoing mail; smtps:// for TLS from the "
        "start, ?starttls=require to insist on STARTTLS. Empty: the local mail catcher.",
        "",
        schemes=("smtp", "smtps"),
    )
    smtp_connections: int = setting(
        "Connections to the relay at most, for each sender process. How many of them the relay allows is "
        "learned by itself.",
        10,
    )
    mailin_url: str = setting(
        "Where `up` listens for returned mail, complaints and unsubscribe mail, when a relay is set: "
        "lmtp://host:port for your mail server to hand over to, smtp://host:port to be the MX itself. "
        "Empty: it does not listen. When it is not set, its port follows TRADEPOST_PORT: 2424 beside 8000.",
        "lmtp://127.0.0.1:2424",
        schemes=("lmtp", "smtp"),
    )
    mailbox_url: str = setting(
        "Mailbox from which such mail is fetched every minute instead: imaps://user:password@host/folder "
        "or pop3s://user:password@host; imap:// and pop3:// insist on STARTTLS. What was dealt with is "
        "deleted there. Empty: none.",
        "",
        schemes=("imap", "imaps", "pop3", "pop3s"),
    )
    trusted_proxies: int = setting(
        "How many reverse proxies stand in front; that many entries of X-Forwarded-For are believed.",
        0,
        between=(0, 20),
    )
    limits_times: int = setting(
        "Widens the limits on what strangers can set going (docs/operating.md), per network, per shop "
        "and for the whole installation: 2 allows twice as much.",
        1,
        between=(1, 1000),
    )
    smallest_group: int = setting(
        "Statistics that anybody but the shop itself sees, and the mail programs and devices of its readers, "
        "tell of that many people at least; smaller groups are left out, with what would give them away.",
        5,
        between=(3, 1000),
    )
    mail_review_hours: int = setting(
        "Longest time, in hours, for which one of the operator's people may read a shop's mail after a second "
        "one agreed.",
        24,
        between=(1, 168),
    )
    mail_domain: str = setting(
        "Domain of return paths, Message-IDs and unsubscribe addresses. Empty: the public host.", ""
    )
    secret_key: str = setting(
        "Key from which all signing keys are derived. Empty: made once and kept in the data folder.",
        "",
    )
    debug: bool = setting("Show tracebacks to visitors. Never on a public address.", default=False)
    web_processes: int = setting(
        "Web server processes. When it is not set: 1 where the machine, or the control group that this runs in, "
        "has less than 2 GB of memory, else 2.",
        2,
        between=(1, 256),
    )
    quiet_minutes: int = setting(
        "For so long after a start the scheduler takes no heavy turn (the check of every promise, retention, "
        "drafts of notices); half as long it waits between two of them.",
        10,
        between=(0, 1440),
    )
    proof_hour: int = setting(
        "Hour of the day (UTC) at which the whole proof runs once a night, in a scratch instance beside this one; "
        "-1: never.",
        3,
        between=(-1, 23),
    )
    log_format: str = setting(
        "How lines of the logs are written: plain for people, json (one object a line) for programs.",
        "plain",
        words=("plain", "json"),
    )
    log_level: str = setting(
        "From which level on something is logged: debug, info, warning or error. Libraries never say "
        "less important things than warnings.",
        "info",
        words=("debug", "info", "warning", "error"),
    )
    metrics_port: int = setting(
        "TCP port on which the scheduler serves figures for Prometheus. 0: none are kept or served.",
        0,
        between=(0, 65535),
    )
    metrics_host: str = setting(
        "Address on which it does so. The figures name nobody, but are not meant for the public.",
        "127.0.0.1",
    )
    mail_catcher_port: int = setting(
        "SMTP port of the local mail catcher; 0 switches it off. When it is not set, it follows "
        "TRADEPOST_PORT: 2525 beside 8000.",
        2525,
        between=(0, 65535),
    )
    hsts_days: int = setting(
        "Days for which browsers insist on TLS for the public host, once they saw it. Begin small: it "
        "cannot be taken back.",
        1,
        between=(0, 730),
    )
    hsts_subdomains: bool = setting(
        "Let HSTS hold for all names below the public host too, and ask browsers to know it in advance.",
        default=False,
    )
    operator_name: str = setting("Name of whoever runs this installation.", "Tradepost operator")
    operator_email: str = setting(
        "Contact address of the operator, printed in the privacy notice.", "operator@localhost.test"
    )
    operator_address: str = setting("Postal address of the operator, printed in the notice.", "")
    operator_country: str = setting("ISO country code of the operator.", "DE")
    storage_host: str = setting(
        "Company that hosts the data, as the notice names it.", OWN_HARDWARE
    )
    storage_city: str = setting("City where the data is stored.", "not stated")
    storage_safeguard: str = setting(
        "What protects the data there, such as the processing contract with the host; on machines of your "
        "own, say that.",
        "",
    )
    storage_country: str = setting("ISO country code of where the data is stored.", "DE")
    mail_host: str = setting(
        "Company whose relay carries outgoing mail, and that keeps TRADEPOST_MAILBOX_URL, as the notice names "
        "it.",
        "",
    )
    mail_country: str = setting("ISO country code of where that company works.", "")
    mail_safeguard: str = setting(
        "What protects data there: the contract, and outside the EU the clauses or the decision it rests on.",
        "",
    )
    protection_officer: str = setting(
        "Name and address of the data protection officer. Empty: none is appointed.", ""
    )
    eu_representative: str = setting(
        "Name and address of the representative in the EU (Art. 27 GDPR), for an operator outside it.",
        "",
    )
    files_host: str = setting(
        "Company that keeps the bucket of TRADEPOST_FILES_URL, as the notice names it. Empty: the one of "
        "TRADEPOST_STORAGE_HOST.",
        "",
    )
    files_country: str = setting(
        "ISO country code of where the bucket is. Empty: the one of TRADEPOST_STORAGE_COUNTRY.", ""
    )
    backups_url: str = setting(
        "Where backups lie: file:///folder, or s3://… as in TRADEPOST_FILES_URL. Empty: the folder backups of "
        "the data folder, which is lost with its disk.",
        "",
        schemes=("file", "s3"),
    )
    backups_host: str = setting(
        "Company that keeps the bucket of TRADEPOST_BACKUPS_URL, as the notice names it. Empty: the one of "
        "TRADEPOST_STORAGE_HOST.",
        "",
    )
    backups_country: str = setting(
        "ISO country code of where the backups are. Empty: the one of TRADEPOST_STORAGE_COUNTRY.",
        "",
    )
    backup_keys_url: str = setting(
        "Where the keys of backups lie, and the ledger of erasures: another place than the backups, of which "
        "no copies are made. Written like TRADEPOST_BACKUPS_URL. Empty: the folder backup-keys of the data "
        "folder; without it no backup can be read.",
        "",
        schemes=("file", "s3"),
    )
    backup_days: int = setting(
        "For how many days backups are kept. After 30 days nobody can read one, wherever a copy lies.",
        30,
        between=(1, 30),
    )
    certificate_years: int = setting(
        "For how many years certificates of erasures and of proofs are kept.",
        10,
        between=(1, 30),
    )
    timestamp_url: str = setting(
        "https:// address of a time stamp authority (RFC 3161) that puts its time under the head of the access "
        "record and under certificates. It gets a hash, nothing else. Empty: none.",
        "",
        schemes=("https",),
    )
    timestamp_country: str = setting("ISO country code of that authority, for the notice.", "")
    supervisory_authority: str = setting(
        "Name and address of the authority people may complain to.",
        "the data protection authority of your country",
    )
    remote_calls_to_this_machine: bool = setting(
        "Let shops have their orders told to a server on this same machine, without TLS. "
        "Never where strangers may open a shop.",
        default=False,
    )
    stripe_api_base: str = setting(
        "Address of the stand-in for Stripe, used only by tests and the demo, and only for secret keys "
        "that begin with sk_test_standin. Empty: there is none.",
        "",
        schemes=("http", "https"),
    )
    modules: str = setting(
        "Modules of other makers that are taken in, by the names of their entry points, separated by "
        "blanks (docs/adding-a-module.md). One that is installed and not named here stays outside.",
        "",
    )
    dkim_selector: str = setting("DKIM selector of outgoing mail.", "tradepost")

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def service_hosts(self) -> list[str]:
        """Where its own services are, which its processes reach without asking the register of parties."""
        urls = (
            self.broker_url,
            self.cache_url,
            self.files_url,
            self.backups_url,
            self.smtp_url,
            self.mailbox_url,
        )
        named = [urlsplit(url).hostname or "" for url in (*urls, self.stripe_api_base) if url]
        if self.database_url.startswith("postgres"):
            named += PostgreSQLAddress.read(self.database_url).hosts.split(",")
        return named

    @property
    def bucket_host(self) -> str:
        return self.keeper_of("files_url")

    def keeper_of(self, name: str) -> str:
        """Who keeps the bucket of a setting, when it is a company; "" for nobody but the operator."""
        named: str = {"files_url": self.files_host}.get(name, self.backups_host)
        if named or self.storage_host == OWN_HARDWARE:
            return named
        return self.storage_host

    @property
    def is_public(self) -> bool:
        """Whether others than this very machine can be meant to come."""
        host = urlsplit(self.base_url).hostname or ""
        return host not in {"localhost", "127.0.0.1", "::1"}

    @property
    def is_demo(self) -> bool:
        """Whether the demo, whose passwords everybody knows, was loaded into this installation.

        The database says so (``console.Installation``), and ``tradepost prepare`` repeats its word in the
        data folder under the installation's key: a file that somebody put there is no such word. Never
        true of an installation that others can reach.
        """
        if self.is_public:
            return False
        try:
            return hmac.compare_digest((self.data / DEMO_MARK).read_bytes(), self._demo_word())
        except OSError:
            return False

    def repeat_whether_demo(self, *, is_demo: bool) -> None:
        """Write down what the database says. Raises: OSError; then nobody knows, so nothing may start."""
        mark = self.data / DEMO_MARK
        if is_demo:
            mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.write_bytes(self._demo_word())
        else:
            mark.unlink(missing_ok=True)

    def _demo_word(self) -> bytes:
        key = self.secret_key or (self.data / "secret_key").read_text("ascii", "replace").strip()
        return derived_key(key, "this is a demo").hex().encode()
