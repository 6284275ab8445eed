"""A message source for tests: says hello to the contact's number; refuses whom it is told to."""

from tradepost.delivery.outgoing.sources import Compiled, Hole, NotWritten, Recipient
from tradepost.delivery.types import HandoverState


class Hello:
    def __init__(self):
        self.refuses = set()
        self.off = []
        self.queries = 0

    def compile(self, mailing):
        return Compiled(
            subject=["Hello ", Hole("name")],
            text=["Dear ", Hole("name"), ",\n\nnews.\n\nUnsubscribe: ", Hole("leave"), "\n"],
            html=["<p>Dear ", Hole("name"), "</p><a href='", Hole("leave"), "'>Unsubscribe</a>"],
            from_name="Ember Leather",
            from_address="ember-leather@post.example",
            list_id="News <news.ember-leather.post.example>",
        )

    def data_for(self, mailing, rows):
        self.queries += 1
        return {
            row.pk: NotWritten(HandoverState.NO_CONSENT, "withdrawn")
            if row.contact_id in self.refuses
            else Recipient(
                {
                    "name": f"Person {row.contact_id}",
                    "leave": f"https://post.example/u/{row.contact_id}",
                },
                f"https://post.example/u/{row.contact_id}",
            )
            for row in rows
        }

    def turned_off(self, mailing, contact_id, address, why):
        self.off.append((contact_id, why))
