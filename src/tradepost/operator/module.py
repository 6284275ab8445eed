"""Joins the console to the house."""

from tradepost.datamap.collection import register_not_collecting
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.letterheads import register_template

register_not_collecting(
    "only a keyed hash of the address is kept", "tradepost.operator.forms.DisclosureForm"
)

register_template("operator/alarm", purpose=Purpose.SECURITY, service=True)
