"""What of a statement a disclosure can open, and who of ours may order it.

This module must not show the duress mark.
"""

from backchannel.station.disclosing import content_of, disclosers
from backchannel.station.fieldwords import field_in_words, form_telling
from backchannel.station.judging import Record, party_name, spoken
from backchannel.station.reports import FieldsReport, Openable
from backchannel.store.queries import Stated
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label


def fields_report(record: Record, stated: Stated) -> FieldsReport:
    """Return the fields of a statement that can be opened. Raises OfficerError("no-content")."""
    content = content_of(record, stated)
    kind, form = stated.said.kind, form_telling(stated.said.kind, stated.said.form)
    return FieldsReport(
        entry=stated.said.entry.hex(),
        mode=Mode(stated.said.mode).name,
        number=spoken(record, stated),
        party=party_name(record, record.state.core.journals[stated.said.no].party),
        fields=tuple(
            Openable(
                label,
                field_in_words(kind, form, label, None)[0],
                # Shown only at the posts that the charter names (RECORD-26).
                "" if label == Label.DURESS else field_in_words(kind, form, label, value)[1],
                value is None,
            )
            for label, value in enumerate(content.values, 1)
        ),
        disclosers=disclosers(record.state, Mode(stated.said.mode)),
        third_party=record.state.charter.policy.third_party or "",
    )
