"""The bounds of hooks and of a courier's bag, each with its reason.

This module must not hold a bound that others than the station and its commands share.
"""

# Files of one bag that are read, and capsules of it that go to the station at once: with their
# lengths they fit what it takes (GIVEN_BYTES_MAX).
BAG_FILES_MAX = 65_536
BAG_CAPSULES_AT_ONCE = 128

# Hooks of one station, and how long one may take to take a copy; its answer is looked at no longer.
HOOKS_MAX = 16
HOOK_SECONDS_MAX = 10.0
HOOK_ANSWER_BYTES_MAX = 65_536
# Between attempts: doubled up to the second.
HOOK_PAUSE_SECONDS_MIN = 2.0
HOOK_PAUSE_SECONDS_MAX = 300.0
