"""The powers that a mandate may hold, one bit each, and which power a kind of statement takes.

Nothing is judged here. Bits are fixed for all versions (CHARTER-31, CHARTER-52).
"""

from enum import IntFlag

from backchannel.wire.statement import Kind


class Power(IntFlag):
    """What a post, an officer or a station may do."""

    INFORM = 1 << 0
    ACKNOWLEDGE = 1 << 1
    DECIDE = 1 << 2
    COMMIT = 1 << 3
    RECALL = 1 << 4
    INTERPRET = 1 << 5
    ISSUE = 1 << 6
    REVOKE = 1 << 7
    RESTORE = 1 << 8
    READ = 1 << 9
    WRITE = 1 << 10
    DISCLOSE = 1 << 11
    OVERSEE = 1 << 12


ALL_POWERS = (1 << len(Power)) - 1
NO_POWERS = Power(0)

# Who holds one of these signs entries of the authority journal, so by ML-DSA-65 as well.
AUTHORITY_POWERS = Power.ISSUE | Power.REVOKE | Power.RESTORE
MACHINE_POWERS = Power.READ | Power.WRITE
PERSON_POWERS = Power(ALL_POWERS) & ~MACHINE_POWERS

POWER_OF_KIND: dict[int, Power] = {
    Kind.MESSAGE: Power.INFORM,
    Kind.NOTICE: Power.INFORM,
    Kind.ACK: Power.ACKNOWLEDGE,
    Kind.READBACK: Power.ACKNOWLEDGE,
    Kind.CONFIRM: Power.ACKNOWLEDGE,
    Kind.CORRECT: Power.INFORM,
    Kind.TO_PRINCIPAL: Power.ACKNOWLEDGE,
    Kind.PASSED: Power.ACKNOWLEDGE,
    Kind.DECIDE: Power.DECIDE,
    Kind.CLOSE: Power.DECIDE,
    Kind.RECALL: Power.RECALL,
    Kind.TRANSLATE: Power.INTERPRET,
    Kind.CALL_OPEN: Power.ACKNOWLEDGE,
    Kind.CALL_CLOSE: Power.ACKNOWLEDGE,
    # Everybody who stood a watch may sign it off.
    Kind.SIGN_OFF: NO_POWERS,
    Kind.WARRANT: Power.OVERSEE,
}
