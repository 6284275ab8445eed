"""Holds on any record: with a reason, a class and an end, shown to the person."""
