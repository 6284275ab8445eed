"""An app that declares what another room has declared; started only by test_declared_once."""
