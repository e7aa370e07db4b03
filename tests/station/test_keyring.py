"""Keys at rest: what was sealed comes back, and nothing else opens. KEYS-11, WIRE-23."""

from pathlib import Path

import pytest
from tests.ceremony import PASSPHRASE, FixedClock, quick_seals  # noqa: F401

from backchannel.errors import JunkError, OfficerError
from backchannel.station import keyring
from backchannel.station.keyring import Sealed
from backchannel.wire.codec import encode
from backchannel.wire.ids import LineId
from backchannel.wire.keys import root_from_seed
from backchannel.wire.signing import Alg, Mode

LINE = LineId(b"l" * 32)


def test_real_sealing_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    path = tmp_path / "root-1.key"
    entropy = FixedClock().entropy()
    keyring.save_root(path, PASSPHRASE, entropy, FixedClock("salt"))
    assert entropy not in path.read_bytes()
    assert keyring.open_root(path, PASSPHRASE) == root_from_seed(entropy)
    with pytest.raises(OfficerError, match="wrong-passphrase"):
        keyring.open_root(path, "another")


@pytest.mark.usefixtures("quick_seals")
class TestBundles:
    """Every kind of key file."""

    def test_an_officer_comes_back_with_his_name(self, tmp_path: Path) -> None:
        path = tmp_path / "officer.key"
        made = keyring.new_officer(
            path, PASSPHRASE, name="Okafor", alg=Alg.ML_DSA_65, clock=FixedClock()
        )
        assert keyring.open_officer(path, PASSPHRASE) == made
        assert made.name == "Okafor" and made.keys.alg == Alg.ML_DSA_65

    def test_a_station_has_other_keys_in_every_mode(self, tmp_path: Path) -> None:
        path = tmp_path / "station.key"
        made = keyring.new_station(path, PASSPHRASE, FixedClock())
        assert keyring.open_station(path, PASSPHRASE) == made
        assert sorted(made.keys) == [Mode.REAL, Mode.EXERCISE, Mode.TEST]
        assert len({pair.public for pair in made.keys.values()}) == 3
        secrets = {made.wrap_key, made.private_key, *(p.secret for p in made.keys.values())}
        assert len(secrets) == 5

    def test_a_station_keeps_the_certificate_that_others_pinned(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "station.key"
        made = keyring.new_station(path, PASSPHRASE, FixedClock())
        # A later library might print the same certificate in other bytes.
        monkeypatch.delattr(keyring, "make_certificate")
        assert keyring.open_station(path, PASSPHRASE).certificate == made.certificate

    def test_a_package_names_its_line_and_generation(self, tmp_path: Path) -> None:
        path = tmp_path / "line.courier"
        keyring.new_package(path, PASSPHRASE, line=LINE, generation=3, clock=FixedClock())
        package = keyring.open_package(path, PASSPHRASE)
        assert (package.line, package.generation, len(package.secret)) == (LINE, 3, 32)
        inside = keyring.open_sealed(path, PASSPHRASE, label=Sealed.COURIER)
        assert inside == bytes.fromhex(f"84015820{LINE.hex()}035820") + package.secret  # KEYS-38

    def test_the_bytes_under_each_label_are_those_of_the_page(self, tmp_path: Path) -> None:
        """WIRE-26: so keys can be moved between implementations."""
        drawn = FixedClock().entropy()
        keyring.new_officer(
            tmp_path / "o", PASSPHRASE, name="Lin", alg=Alg.ML_DSA_44, clock=FixedClock()
        )
        officer = keyring.open_sealed(tmp_path / "o", PASSPHRASE, label=Sealed.OFFICER)
        assert officer == bytes.fromhex("8401634c696e382f5820") + drawn
        made = keyring.new_station(tmp_path / "s", PASSPHRASE, FixedClock())
        station = keyring.open_sealed(tmp_path / "s", PASSPHRASE, label=Sealed.STATION)
        rest = encode(made.certificate) + encode(made.private_key)
        assert station == b"\x85\x01" + encode(drawn) + encode(made.wrap_key) + rest

    @pytest.mark.parametrize("generation", [0, 65_536])
    def test_a_generation_fits_its_field_and_is_not_none(
        self, tmp_path: Path, generation: int
    ) -> None:
        with pytest.raises(OfficerError, match="courier-generation"):
            keyring.new_package(
                tmp_path / "c", PASSPHRASE, line=LINE, generation=generation, clock=FixedClock()
            )

    def test_an_officer_is_not_opened_as_a_root(self, tmp_path: Path) -> None:
        path = tmp_path / "officer.key"
        keyring.new_officer(path, PASSPHRASE, name="O", alg=Alg.ML_DSA_44, clock=FixedClock())
        with pytest.raises(OfficerError, match="other-label"):
            keyring.open_root(path, PASSPHRASE)

    @pytest.mark.parametrize(
        ("label", "plaintext"),
        [
            (Sealed.ROOT, b"short"),
            (Sealed.OFFICER, encode((1, "name", -8, bytes(32)))),
            (Sealed.OFFICER, encode((2, "name", -48, bytes(32)))),
            (Sealed.STATION, encode((1, bytes(32)))),
            (Sealed.COURIER, encode(())),
            (Sealed.COURIER, encode((1, LINE, 0, bytes(32)))),
            (Sealed.COURIER, encode((1, LINE, 65_536, bytes(32)))),
            (Sealed.COURIER, encode((1, LINE, True, bytes(32)))),
            (Sealed.COURIER, encode((1, LINE, 1, bytes(31)))),
        ],
    )
    def test_what_another_program_sealed_is_refused(
        self, tmp_path: Path, label: Sealed, plaintext: bytes
    ) -> None:
        path = tmp_path / "file"
        keyring.save_sealed(path, PASSPHRASE, plaintext, label=label, clock=FixedClock())
        openers = {
            Sealed.ROOT: keyring.open_root,
            Sealed.OFFICER: keyring.open_officer,
            Sealed.STATION: keyring.open_station,
            Sealed.COURIER: keyring.open_package,
        }
        with pytest.raises(JunkError, match="sealed-content"):
            openers[label](path, PASSPHRASE)

    def test_no_key_file_is_written_over(self, tmp_path: Path) -> None:
        path = tmp_path / "station.key"
        keyring.new_station(path, PASSPHRASE, FixedClock())
        before = path.read_bytes()
        with pytest.raises(OfficerError, match="file-exists"):
            keyring.new_station(path, PASSPHRASE, FixedClock("again"))
        assert path.read_bytes() == before

    def test_no_secret_is_in_a_repr(self, tmp_path: Path) -> None:
        made = keyring.new_station(tmp_path / "s", PASSPHRASE, FixedClock())
        keyring.new_package(tmp_path / "c", PASSPHRASE, line=LINE, generation=1, clock=FixedClock())
        package = keyring.open_package(tmp_path / "c", PASSPHRASE)
        text = repr(made) + repr(package)
        for secret in (made.wrap_key, made.private_key, package.secret, made.keys[1].secret):
            assert repr(secret) not in text and secret.hex() not in text


def test_a_passphrase_is_read_without_its_line_end(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text(" words \r\n")
    assert keyring.given_passphrase(path, {keyring.PASSPHRASE_VARIABLE: "other"}) == " words "
    path.write_text("words\n\n")
    assert keyring.given_passphrase(path, {}) == "words\n"


def test_without_a_file_the_environment_speaks_and_else_nobody() -> None:
    assert keyring.given_passphrase(None, {keyring.PASSPHRASE_VARIABLE: "words"}) == "words"
    assert keyring.given_passphrase(None, {}) is None
