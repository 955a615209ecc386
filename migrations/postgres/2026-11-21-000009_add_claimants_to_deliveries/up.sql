-- The number of the node that claimed the delivery last; it has a meaning while locked_until is set. No index: it is read
-- only when a node is gone.
ALTER TABLE deliveries ADD COLUMN claimed_by INTEGER;
