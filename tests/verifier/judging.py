"""What the tests of the verifier ask of it: which claims of a bundle are not proven, and why."""

from tests.verifier.making import Bundle, usual_scene

from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal

# PROOF-54, as the page has it.
RESTS = {
    "charter": (),
    "authority": ("charter",),
    "statement": ("authority",),
    "release": ("statement", "entry"),
    "mode": ("authority",),
    "entry": ("authority",),
    "fields": (),
    "place": ("statement", "entry"),
    "delivery": ("statement", "entry"),
    "receipts": ("entry",),
    "time": ("entry",),
    "revocation": ("statement", "entry"),
    "post-quantum": ("charter", "authority", "place"),
}
ROOTS = usual_scene().roots()


def reasons(bundle: Bundle | bytes, roots: str = ROOTS) -> dict[str, str]:
    """The claims that are not proven, each with its reason."""
    raw = bundle.pack() if isinstance(bundle, Bundle) else bundle
    _, report, _ = verify(raw, roots)
    claims = report["claims"]
    assert isinstance(claims, list) and [each["claim"] for each in claims] == list(RESTS)
    found = {}
    for each in claims:
        assert (each["verdict"] == "PROVEN") == (each["reason"] == "")
        if each["reason"]:
            found[each["claim"]] = each["reason"]
    return found


def own_reasons(bundle: Bundle | bytes, roots: str = ROOTS) -> dict[str, str]:
    """The same without those that only rest on another; checks that all that rest on one are."""
    found = reasons(bundle, roots)
    for name, below in RESTS.items():
        if set(below) & set(found):
            assert name in found, f"{name} is proven, but rests on {below}"
    return {name: why for name, why in found.items() if not why.startswith("rests-on-")}


def refusal(raw: bytes, roots: str = ROOTS) -> str:
    """The reason for which a file is no disclosure, or nothing."""
    try:
        verify(raw, roots)
    except Refusal as refused:
        return refused.reason
    return ""


def code_of(raw: bytes, roots: str = ROOTS) -> int:
    """The exit code that a file earns: 0 proven, 1 not proven, 2 no disclosure."""
    try:
        return verify(raw, roots)[0]
    except Refusal:
        return 2
