"""Payment by bank transfer: instructions with a reference, and a code for banking apps."""

from tradepost.payments.gateways.bank_transfer.gateway import BankTransfer

gateway = BankTransfer()
