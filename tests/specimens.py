"""One statement from content to frame, with fixed keys: the example of the specification."""

from backchannel.wire import envelope as sealed
from backchannel.wire.entry import EntryType, Header, pack_header
from backchannel.wire.ids import (
    EntryId,
    JournalId,
    LineId,
    journal_id,
    payload_hash,
)
from backchannel.wire.nonanswer import Covered, Finding, Life, NonAnswer, Sent
from backchannel.wire.primitives import ed25519_keypair
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import (
    Content,
    Kind,
    Statement,
    content_root,
    pack_content,
    pack_signed,
    pack_statement,
)

LINE = LineId(b"\x11" * 32)
PUBLIC, SECRET = ed25519_keypair(b"\x01" * 32)
JOURNAL: JournalId = journal_id(LINE, 0, 1, public=PUBLIC, nonce=bytes(range(16)))
CONTENT = pack_content(Content(b"s" * 16, (0, "en", *(None,) * 18, "Good morning.")))
STATEMENT = pack_statement(
    Statement(
        Kind.MESSAGE,
        None,
        2,
        4,
        0,
        1_795_355_000,
        (b"\x22" * 32,),  # type: ignore[arg-type]
        (),
        (),
        content_root(CONTENT),
    )
)
OFFICER = ed25519_keypair(b"\x02" * 32)[1]
PAYLOAD = pack_signed(
    STATEMENT, (sign(OFFICER, Context(Purpose.STATEMENT, LINE, Mode.REAL), STATEMENT),)
)
HEADER = pack_header(
    Header(
        16,
        2,
        b"\x33" * 32,
        ((17, 0, b"\x44" * 32),),
        1_795_355_000,
        2,
        EntryType.STATEMENT,
        payload_hash(PAYLOAD),
    )
)
FRAME = sealed.pack_frame(
    sealed.Frame(
        HEADER, sign(SECRET, Context(Purpose.ENTRY, LINE, Mode.REAL), HEADER), PAYLOAD, CONTENT
    )
)
NON_ANSWER = NonAnswer(
    EntryId(b"\x66" * 32),
    33,
    1_795_355_060,
    Finding.NOT_SHOWN,
    None,
    (Sent(1, EntryId(b"\x77" * 32)),),
    (Covered(16, 3, EntryId(b"\x88" * 32), EntryId(b"\x99" * 32)),),
    (Life(EntryId(b"\xaa" * 32), 1_795_355_056),),
)
