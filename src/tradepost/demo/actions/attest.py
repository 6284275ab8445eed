"""The demo's operator gives their word for what no program can check, and says that it is a demo's."""

from tradepost.assurance.actions.attest import attest

WORDS = {
    "access.confidentiality": "Demo: everybody in this made-up company signed a confidentiality clause.",
    "secure.measures": "Demo: the made-up machines stand behind a locked door and a firewall.",
    "share.no-sale": "Demo: nothing was sold, rented or traded; there is only made-up data.",
}


def attest_promises() -> None:
    for promise, statement in WORDS.items():
        attest(
            promise=promise,
            by_name="The demo's operator",
            by_email="operator@demo.example",
            statement=statement,
        )
