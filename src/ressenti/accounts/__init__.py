"""Who may come in and do what: users, passwords, sessions, tokens, permissions."""
