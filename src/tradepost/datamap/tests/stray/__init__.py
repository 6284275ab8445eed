"""An app that declares its data wrongly in each way there is; started only by test_start_checks."""
