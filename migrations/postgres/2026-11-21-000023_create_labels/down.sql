UPDATE conversations SET labels = '[]' WHERE id IN (SELECT conversation_id FROM conversation_labels);
DROP TABLE contact_labels;
DROP TABLE conversation_labels;
DROP TABLE labels;
