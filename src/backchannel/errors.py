"""The tree of failures, by whose fault it is. A check raises; none answers with a boolean.

    BackchannelError
    +-- OfficerError   yours, and you can mend it: settings, rights, a rule of release
    +-- JunkError      nobody's: these bytes prove nothing about who sent them
    +-- BreachError    another station's, authenticated: kept as evidence, shown, the line goes on
    +-- ProofError     a claim's: not proven, with clause and reason
    +-- CustodyError   our own disk's or keys': stop, and say so

Nothing here decides what happens next. Bugs of our own are assertions, and nobody catches them.
"""


class BackchannelError(Exception):
    """A failure with a reason that a program can compare and a text that a person can act on.

    `reason` is a short slug of lower-case words ("low-order-key"); `docs/reference/errors.md`
    lists them. `text` says what we got, what we wanted and what to do.
    """

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(f"{reason}: {text}" if text else reason)
        self.reason = reason
        self.text = text


class OfficerError(BackchannelError):
    """The request cannot be carried out as it stands, and whoever made it can mend it."""


class JunkError(BackchannelError):
    """The bytes are not what they claim to be. Nothing is known about their sender."""


class BreachError(BackchannelError):
    """A station or officer whose signature holds has broken a rule of the line."""


class ProofError(BackchannelError):
    """A claim is not proven."""


class CustodyError(BackchannelError):
    """Our own disk or keys cannot be trusted to keep what must be kept."""
