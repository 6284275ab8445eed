"""The stand-in's hosted page: says what it is, and lets the shopper choose what happens."""

from html import escape

from tradepost.payments.standin.post import Row

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; background: #f4f2ed; color: #1f2933; margin: 0; }
main { max-width: 28rem; margin: 3rem auto; padding: 1.5rem; background: #fffefb; border: 1px solid #d6d3cd; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
.warning { background: #fff3cd; padding: .5rem .75rem; }
.bad { background: #fbe4e4; padding: .5rem .75rem; }
button { display: block; width: 100%; min-height: 44px; margin: .5rem 0; font: inherit; cursor: pointer; }
@media (prefers-color-scheme: dark) {
  body { background: #16191c; color: #e8e6e1; } main { background: #1f2428; border-color: #3a4148; }
  .warning { background: #4a3d10; } .bad { background: #5a1f1f; }
}
"""

CHOICES = (
    ("pay", "Pay"),
    ("challenge", "Pay with a card that wants 3-D Secure"),
    ("decline", "Pay with a card that is declined"),
    ("later", "Pay by bank debit (money comes later)"),
    ("cancel", "Go back without paying"),
)
CHALLENGE = (("pass", "Complete the 3-D Secure check"), ("fail", "Fail the 3-D Secure check"))


def page(session: Row, problem: str = "", *, challenged: bool = False) -> str:
    amount = f"{session['amount_total']} {str(session['currency']).upper()} (smallest units)"
    buttons = "".join(
        f'<button name="do" value="{value}">{escape(label)}</button>'
        for value, label in (CHALLENGE if challenged else CHOICES)
    )
    notice = f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""
    heading = "Your bank wants to be sure" if challenged else escape(session["label"])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>Stand-in for Stripe</title><style>{_STYLE}</style></head><body><main>"
        '<p class="warning">This is a stand-in for Stripe’s payment page. No money moves.</p>'
        f"<h1>{heading}</h1><p>{escape(amount)}</p>{notice}"
        f'<form method="post">{buttons}</form></main></body></html>'
    )


def over() -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stand-in for Stripe</title>'
        "</head><body><main><h1>This page is no longer open.</h1></main></body></html>"
    )
