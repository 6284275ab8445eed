"""Enums, dataclasses, exceptions of breakglass."""
