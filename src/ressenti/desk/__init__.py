"""Conversations while they last: who writes, who gets them, how they are passed on, paused and closed.

What happens here is written by the doors of the record, in one transaction with the journal's entry and the jobs it
causes. Everything takes a `WriteTransaction` and the moment it holds; nothing reads a clock.
"""
