-- Families with an open case are few among many; the list of them must not
-- walk through all the others.
CREATE INDEX family_open ON family (regency, village, head_key, id) WHERE review <> '';
