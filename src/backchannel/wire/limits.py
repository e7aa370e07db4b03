"""The bounds of capsules and of requests to a relay, each with its reason.

This module must not hold a bound that concerns more than these. Changing one breaks other stations
and relays.
"""

# Capsules (RELAY-5): three sizes, so that a size tells little. The largest holds any envelope.
CAPSULE_BYTES = (4_096, 16_384, 65_536)
# Requests to a relay (RELAY-14): hashes for all that one answer brings, several times over.
TAKE_HASHES_MAX = 256
# One answer to a take; at least one capsule of any size.
TAKEN_BYTES_MAX = 262_144
# A wait that proxies let stand, and short enough to notice a relay that is gone.
TAKE_WAIT_SECONDS_MAX = 50
