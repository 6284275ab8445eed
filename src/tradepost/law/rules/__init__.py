"""The laws, by what they are about. A new one is an entry with its day; nothing else changes."""

from tradepost.law.rules.money import MONEY
from tradepost.law.rules.people import PEOPLE
from tradepost.law.rules.selling import SELLING
from tradepost.law.types import Law

LAWS: tuple[Law, ...] = (*SELLING, *MONEY, *PEOPLE)
