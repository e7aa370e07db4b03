"""The routes of the station's own interface: what is asked where, with which shapes.

This module must not serve anything. The server, the client and the printed description are made
of this one table.
"""

import msgspec

from backchannel.station import (
    accountreports,
    asked,
    figurereports,
    hookreports,
    jointreports,
    ladderreports,
    listingreports,
    matterreports,
    minutereports,
    packs,
    readoutreports,
    reports,
    trialreports,
)

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
OCTETS = "application/octet-stream"
EVENTS = "text/event-stream"


class Route(msgspec.Struct, frozen=True):
    """One route. `octets` says that the body is a file and no JSON; `answer` is one piece of what
    comes back, for a stream one of many."""

    name: str
    method: str
    path: str
    summary: str
    answer: type | None
    query: type | None = None
    body: type | None = None
    octets: bool = False
    media: str = JSON


ROUTES = (
    Route("status", "GET", "/v1/status", "How the line stands here.", reports.StatusReport),
    Route(
        *("due", "GET", "/v1/due", "The open clocks of both sides, the soonest first."),
        ladderreports.DuesReport,
        query=asked.DueQuery,
    ),
    Route(
        *("trials", "GET", "/v1/trials", "Tests of the line, and how they came out."),
        trialreports.TrialsReport,
        query=trialreports.TrialsQuery,
    ),
    Route(
        *("directory", "GET", "/v1/directory", "Posts, and who can be reached for a subject."),
        listingreports.DirectoryReport,
        query=listingreports.DirectoryQuery,
    ),
    Route(
        *("figures", "GET", "/v1/figures", "The figures of a month that is over."),
        figurereports.FiguresReport,
        query=figurereports.FiguresQuery,
    ),
    Route(
        *("joint", "GET", "/v1/incidents", "The joint list of incidents of one mode."),
        jointreports.JointReport,
        query=asked.ModeQuery,
    ),
    Route("doctor", "GET", "/v1/doctor", "What works and what does not.", reports.DoctorReport),
    Route(
        *("desk", "GET", "/v1/desk", "What a drafter has at hand in one mode."),
        reports.DeskReport,
        query=asked.ModeQuery,
    ),
    Route(
        *("voice", "GET", "/v1/voice", "Wait until a mode may speak."),
        asked.Voice,
        query=asked.VoiceQuery,
    ),
    Route(
        *("sign_off", "GET", "/v1/sign-off", "What an officer has signed since his last sign-off."),
        reports.SignOffReport,
        query=asked.SignOffQuery,
    ),
    Route(
        *("log", "GET", "/v1/statements", "Statements, newest first."),
        reports.LogPage,
        query=asked.LogQuery,
    ),
    Route(
        *("show", "GET", "/v1/statements/{entry}", "One statement, by number or id."),
        reports.StatementReport,
    ),
    Route(
        *("readout", "GET", "/v1/statements/{entry}/readout", "A read-out and who signed it."),
        readoutreports.ReadoutReport,
    ),
    Route(
        *("sentences", "GET", "/v1/statements/{entry}/sentences", "What can be quoted of it."),
        readoutreports.SentencesReport,
    ),
    Route(
        *("matter", "GET", "/v1/statements/{entry}/matter", "Its fields as they stand now."),
        matterreports.MatterReport,
    ),
    Route(
        *("account", "GET", "/v1/statements/{entry}/account", "What oversight asks of it."),
        accountreports.AccountReport,
    ),
    Route(
        *("promises", "GET", "/v1/promises", "The register of promises of one mode."),
        accountreports.PromisesReport,
        query=accountreports.PromisesQuery,
    ),
    Route(
        *("minute", "GET", "/v1/minutes/{entry}", "One minute, by how its id begins."),
        minutereports.MinuteReport,
    ),
    Route(
        *("fields", "GET", "/v1/statements/{entry}/fields", "What a disclosure can open."),
        reports.FieldsReport,
    ),
    Route(
        *("disclose", "POST", "/v1/disclosures", "Enter a disclosure, and return its file."),
        None,
        body=asked.Order,
        media=OCTETS,
    ),
    Route(
        *("copy", "GET", "/v1/statements/{entry}/copy", "A notice in another system's format."),
        None,
        query=asked.CopyQuery,
        media=OCTETS,
    ),
    Route("hooks", "GET", "/v1/hooks", "Hooks, and what waits for them.", hookreports.HooksReport),
    Route(
        *("hand_on", "POST", "/v1/handed-on", "Enter an order, and hand a copy on to a hook."),
        hookreports.Handed,
        body=asked.Order,
    ),
    Route(
        *("evidence", "GET", "/v1/evidence", "What is kept against keys, and what it proves."),
        reports.EvidenceReport,
    ),
    Route(
        *("accuse", "GET", "/v1/evidence/{entry}", "A proof against a key as a file, by number."),
        None,
        media=OCTETS,
    ),
    Route(
        *("oversight", "POST", "/v1/oversight", "Enter a span as disclosed, and return its pack."),
        packs.PackNews,
        body=asked.Order,
        media=JSON_LINES,
    ),
    Route(
        *("release", "POST", "/v1/statements", "Enter a signed statement, once."),
        asked.Entered,
        body=asked.Release,
    ),
    Route(
        *("shown", "POST", "/v1/shown", "Report that a whole text was drawn before an officer."),
        asked.Told,
        body=asked.Drawn,
    ),
    Route(
        *("give", "POST", "/v1/given", "Hand over a founding file or an authority file."),
        asked.Told,
        octets=True,
    ),
    Route(
        *("opening", "POST", "/v1/openings", "Enter a warrant that holders have signed."),
        asked.Told,
        octets=True,
    ),
    Route(
        *("archive", "GET", "/v1/openings/{entry}", "The archive file of an opening, by its id."),
        None,
        media=OCTETS,
    ),
    Route(
        *("pack_bag", "POST", "/v1/bags/out", "Capsules for a courier, each with its length."),
        None,
        query=asked.BagQuery,
        media=OCTETS,
    ),
    Route(
        *("take_in_bag", "POST", "/v1/bags/in", "Take in capsules that a courier brought."),
        asked.BagReport,
        query=asked.BagQuery,
        octets=True,
    ),
    Route(
        *("order", "POST", "/v1/orders", "Have a signed order of officers carried out."),
        asked.Told,
        body=asked.Order,
    ),
    Route(
        *("check", "POST", "/v1/check", "Verify the record from the disk; the report comes last."),
        asked.CheckNews,
        media=JSON_LINES,
    ),
    Route(
        *("transcript", "GET", "/v1/transcript", "A stretch of the record as a file."),
        None,
        query=asked.SpanQuery,
        media=OCTETS,
    ),
    Route(
        *("backup", "POST", "/v1/backup", "Write the record without any key into a new file."),
        asked.Told,
        body=asked.Place,
    ),
    Route(
        *("stream", "GET", "/v1/stream", "What is committed, from a cursor on."),
        asked.News,
        query=asked.StreamQuery,
        media=EVENTS,
    ),
)
BY_NAME = {route.name: route for route in ROUTES}
