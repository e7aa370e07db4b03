-- Reading notices by their form. A text begins after its name and ends before the next.

-- name: notices-of-form
-- The index of forms holds no statement without one: the last condition says so to the database.
SELECT * FROM stated
WHERE line = :line AND mode = :mode AND form = :form AND kind = 2 AND form <> ''
ORDER BY arrival DESC LIMIT :limit;
