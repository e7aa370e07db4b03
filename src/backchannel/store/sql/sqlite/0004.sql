-- Schema 4: the notices of one form are read by themselves. What the columns of every table mean is
-- said in the first file.

CREATE INDEX said_form ON said (line, mode, form) WHERE form <> '';
