-- microseconds: lookup,connect,handshake,answer,total. One short text, since every try is inserted with it.
ALTER TABLE attempts ADD COLUMN timings TEXT;
