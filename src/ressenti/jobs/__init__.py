"""What must happen once its cause is committed: jobs, leased to one worker at a time, until they are done."""
