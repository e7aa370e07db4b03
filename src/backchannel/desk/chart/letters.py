"""Check letters of a coordinate: two letters, read aloud behind it, that a slip changes.

    n = (latitude + 9000000) * 36000001 + (longitude + 18000000)      both in 1e-5 degree
    r = n mod 479;   letters = A[r div 22] A[r mod 22],  A = ABCDEFGHJKLMNPQRTUVWXY

479 is a prime that divides neither 10 nor 36000001, so one wrong digit, and two neighbours that
were exchanged within one coordinate, always change them. They prove nothing against a liar.
This module must not be used where bytes are signed.

>>> check_letters((5993750, 3030860))
'YA'
"""

from backchannel.notice.places import HALF_TURN, POLE, Point

ALPHABET = "ABCDEFGHJKLMNPQRTUVWXY"
MODULUS = 479
EAST_WEST = 2 * HALF_TURN + 1


def check_letters(point: Point) -> str:
    """Return the two check letters of a point in 1e-5 degree."""
    latitude, longitude = point
    rest = ((latitude + POLE) * EAST_WEST + longitude + HALF_TURN) % MODULUS
    return ALPHABET[rest // len(ALPHABET)] + ALPHABET[rest % len(ALPHABET)]
