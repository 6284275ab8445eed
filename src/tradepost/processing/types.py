"""Enums, dataclasses, exceptions of processing."""
