"""Desk: the officer's screen, in a browser.

It talks to the station as every face does. This package must not show what is not in the store, or
hold state but who is signed in and who has silenced an alarm; drafts are files.
"""
