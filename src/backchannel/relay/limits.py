"""The bounds of a relay, each with its reason (RELAY-16, RELAY-20 to RELAY-24).

This module must not hold a bound that stations share: those stand in `backchannel.limits`.
"""

# The largest put, with room for a longer take.
RELAY_REQUEST_BYTES_MAX = 70_000
# Connections of those who have shown no pass, and how long each may last; then all of them.
RELAY_STRANGERS_MAX = 256
RELAY_STRANGER_SECONDS_MAX = 20.0
RELAY_CONNECTIONS_MAX = 4_096
# Requests that wait for one commit together, and takes that wait for a capsule.
RELAY_GROUP_MAX = 256
RELAY_WAITING_MAX = 8_192
# Boxes or capsules that one look for what has expired takes away, so that nobody waits long.
RELAY_EXPIRED_AT_ONCE = 1_024
