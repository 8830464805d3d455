"""What people keep for themselves and each other: saved views, annotations, subscriptions, advice."""
