"""The facts counted a second time from the record, by the letter, so that two readings are compared."""
