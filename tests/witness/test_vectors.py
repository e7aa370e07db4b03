"""The submissions under vectors/proof, one after the other, each with the answer that it states."""

import json
from pathlib import Path

from tests.witness.logs import WITNESS, Clock

from backchannel.proof.vkey import parse_key
from backchannel.store.witness import open_memory
from backchannel.witness.keeper import SIZE, Keeper

FILE = Path(__file__).parents[2] / "vectors" / "proof" / "submissions.json"


def test_each_submission_gets_the_answer_it_states(tmp_path: Path) -> None:
    """PROOF-70, PROOF-72."""
    document = json.loads(FILE.read_text())
    assert document["kind"] == "submission"
    with open_memory(tmp_path / "witness.db") as memory:
        keeper = Keeper(WITNESS, [parse_key(document["log"])], memory, Clock())
        for case in document["cases"]:
            reply = keeper.answer(case["body"].encode())
            told = int(reply.body) if reply.media == SIZE else None
            assert (reply.status, told) == (case["status"], case["size"]), case["name"]
