"""How long the record of work stays, and whose the files are that it made."""
