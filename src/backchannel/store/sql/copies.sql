-- By which paths entries came and left. A text begins after its name and ends before the next.

-- name: add-came
INSERT INTO copy (line, entry, path, way, first, last, copies, envelope)
VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)
ON CONFLICT (line, entry, path, way) DO UPDATE SET
    last = max(last, excluded.last), copies = copies + excluded.copies;

-- name: add-again
-- Of envelopes that were opened before: which entry they hold, the first copy says.
INSERT INTO copy (line, entry, path, way, first, last, copies, envelope)
SELECT ?1, entry, ?3, 0, ?4, ?5, ?6, x'' FROM copy INDEXED BY copy_envelope
WHERE line = ?1 AND envelope = ?2 AND envelope <> x''
ON CONFLICT (line, entry, path, way) DO UPDATE SET
    last = max(last, excluded.last), copies = copies + excluded.copies;

-- name: add-sent
INSERT INTO copy (line, entry, path, way, first, last, copies, envelope)
SELECT ?1, entry, ?4, 1, ?5, ?6, ?7, x'' FROM entry WHERE line = ?1 AND no = ?2 AND seq = ?3
ON CONFLICT (line, entry, path, way) DO UPDATE SET
    last = max(last, excluded.last), copies = copies + excluded.copies;

-- name: copies-of
SELECT path, way, first, last, copies FROM copy
WHERE line = :line AND entry = :entry ORDER BY way, first, path;

-- name: counter
SELECT next FROM counter WHERE line = :line AND path = :path AND party = :party;

-- name: put-counter
INSERT INTO counter (line, path, party, next) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (line, path, party) DO UPDATE SET next = max(next, excluded.next);
