//! The server as its callers meet it: over HTTP, with a database of its own for each test. `HOOKDESK_TEST_DATABASE_URL` names a
//! PostgreSQL to run everything there.
mod support;

mod attachments;
mod browser;
mod catalogue;
mod contacts;
mod conversation_changes;
mod conversations;
mod crashes;
mod deliveries;
mod engine;
mod errors;
mod events;
mod hostile;
mod inboxes;
mod lifecycle;
mod log;
mod mail;
mod messages;
mod nodes;
mod notifications;
mod operations;
mod overload;
mod pages;
mod people;
mod processes;
mod public_answers;
mod public_api;
mod replays;
mod retries;
mod snippets;
mod surveys;
mod tail;
mod verification;
mod webhook_options;
mod webhooks;
