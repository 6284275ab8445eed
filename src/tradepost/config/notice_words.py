"""What a privacy notice must name and only the operator knows. While one is blank, none is published."""

from dataclasses import fields, replace

from tradepost.config.environment import Environment, variable

DEMO = {
    "operator_name": "Tradepost demo",
    "operator_email": "operator@demo.example",
    "operator_address": "1 Example Street, 10115 Berlin",
    "supervisory_authority": "Example Data Protection Authority, 2 Example Street, 10115 Berlin",
    "storage_host": "Example Hosting Ltd",
    "storage_city": "Berlin",
    "storage_safeguard": "processing contract (Art. 28 GDPR)",
    "mail_host": "Example Mail Ltd",
    "mail_country": "DE",
    "mail_safeguard": "processing contract (Art. 28 GDPR)",
}
_WITH_MAIL = frozenset(name for name in DEMO if name.startswith("mail_"))


def blanks(environment: Environment) -> list[str]:
    """The variables that nobody has set. A default is not a statement."""
    has_mail = bool(environment.smtp_url or environment.mailbox_url)
    asked = [name for name in DEMO if has_mail or name not in _WITH_MAIL]
    return [variable(name) for name in asked if _is_blank(environment, name)]


def with_demo_words(environment: Environment) -> Environment:
    """The demo names somebody in each place that its operator has left blank."""
    unsaid = {name: text for name, text in DEMO.items() if _is_blank(environment, name)}
    return replace(environment, **unsaid)  # type: ignore[arg-type]  # each of them is a text


def _is_blank(environment: Environment, name: str) -> bool:
    unsaid = {item.name: item.default for item in fields(Environment)}
    return getattr(environment, name) in {"", unsaid[name]}
