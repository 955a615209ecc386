-- What somebody has said of themselves in a session: as long as nothing is proved, it is all that they are told of their contact. Null in a session
-- that the business itself has opened, whose name it alone has given away. Who has said what until now is not known: so nothing counts as said.
ALTER TABLE contact_inboxes ADD COLUMN said JSON DEFAULT '{}';
-- Whether somebody has become part of the contact by an address or a number alone: then it is not told to those either who have proved an identifier.
ALTER TABLE contacts ADD COLUMN is_claimed BOOLEAN NOT NULL DEFAULT FALSE;
