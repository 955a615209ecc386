# Settings → Integrations → Webhooks.

webhooks-title = Webhooks
webhooks-lead = Each endpoint hears of the events it is subscribed to, signed and in real time. A delivery that fails is tried again.
webhooks-add = Add new webhook
webhooks-count = { $count ->
    [one] { $count } webhook
   *[other] { $count } webhooks
}
webhooks-search = Search webhooks...
webhooks-no-match = No webhooks found matching your search
webhooks-empty = There are no webhooks configured for this account
webhooks-empty-text = A webhook is an address of yours that we call when something happens: a visitor writes, an agent answers, a conversation is resolved. Your own systems learn of it within a moment, without asking.
webhooks-sample = What arrives there
webhooks-endpoint = Endpoint
last-24h = Last 24 h
last-delivery = Last delivery
subscribed-events = Subscribed Events:
only-inbox = Only the inbox { $inbox }
waiting-count = { $count } waiting
delivered-failed = { $delivered } delivered, { $failed } failed

webhook-url = Webhook URL
webhook-url-placeholder = Example: https://example/api/webhook
webhook-name = Webhook Name
webhook-name-placeholder = Enter the name of the webhook
webhook-new-lead = Webhook events give you real-time information about what happens in your account. Please enter a valid URL.
webhook-create = Create webhook
webhook-edit = Edit webhook
webhook-update = Update webhook
webhook-inbox = Inbox
webhook-inbox-all = All inboxes
webhook-inbox-hint = Only events of this inbox are sent. Those of contacts belong to no inbox and are left out.
webhook-all-events = All events, also those that a later version brings
webhook-exclude-notes = Leave private notes out
webhook-in-order = Keep the order within each conversation: one delivery after the other. One that keeps failing holds back the later ones of its conversation for at most 10 minutes
webhook-timeout = Time to answer
webhook-timeout-hint = How long one request may take, from 100ms to 60s. When the server is stopped, a request that still takes more than a few seconds is cut and sent again later.
webhook-schedule = Retries
webhook-schedule-hint = The waits before each retry, separated by commas; up to 20.
webhook-in-flight = Requests at once
webhook-in-flight-hint = At most so many are under way at the same time, on each node of the server.
webhook-rate = Deliveries a second
webhook-rate-hint = At most so many begin in a second. Without a number there is no limit.
webhook-headers = Headers of your own
webhook-headers-hint = One on each line, as in X-Team: blue. Once saved, a value is not shown again; ******** keeps it as it is.
webhook-description = Description
advanced = Advanced
select-all = Select all
payload-format = Payload format
payload-format-hint = Documented is what the published guide describes. Chatwoot is for receivers with strict types that were written for Chatwoot.
# dynamic: payload-format-
payload-format-documented = Documented
payload-format-documented-hint = As the published webhook guide describes it. Right for nearly everybody.
payload-format-chatwoot = Chatwoot
payload-format-chatwoot-hint = Exactly what today’s Chatwoot sends, for receivers with strict types.

events = Events
event-group-conversations = Conversations
event-group-messages = Messages
event-group-contacts = Contacts and widget
# dynamic: event-
event-conversation_created = Conversation Created
event-conversation_status_changed = Conversation Status Changed
event-conversation_updated = Conversation Updated
event-message_created = Message created
event-message_updated = Message updated
event-webwidget_triggered = Live chat widget opened by the user
event-contact_created = Contact created
event-contact_updated = Contact updated
event-conversation_typing_on = Conversation Typing On
event-conversation_typing_off = Conversation Typing Off
event-inbox_created = Inbox created
event-inbox_updated = Inbox updated

webhook-created = Webhook configuration added successfully
webhook-created-lead = From now on each delivery is signed with the secret below. Copy it now; you also find it in the edit form.
secret = Secret
secret-copy = Copy secret to clipboard
secret-copied = Secret copied to clipboard
secret-toggle = Toggle secret visibility
secret-hint = Every delivery is signed with it. Your receiver uses it to check that a call comes from here.
secret-rotate = Make a new secret
secret-rotate-text = For 24 hours, both secrets sign each delivery in webhook-signature, so that you have time to give your receiver the new one. X-Chatwoot-Signature has room for one and uses the new one from now on.
secret-rotate-at-once = End the old secret at once, for instance because somebody has seen it
secret-old-until = The old secret signs along until
secret-old-end = End it now
flash-secret-rotated = The webhook has a new secret
flash-old-secret-ended = The old secret signs no more
next-steps = Next steps
step-verify = Check the signature
step-verify-text = Compute it over the id, a dot, the timestamp, a dot and the raw body, exactly as received, and compare. The key is what follows whsec_, decoded from base64.
step-answer = Answer quickly
step-answer-text = Answer with any 2xx within { $time } and do the work afterwards. Everything else counts as failed and is tried again, for days.
step-watch = Watch it arrive
step-watch-text = Write a message in any inbox of this account and see it appear among the deliveries.
open-deliveries = Open deliveries

webhook-delete = Delete webhook
webhook-delete-question = Are you sure you want to delete the webhook? ({ $url })
webhook-delete-text = Nothing more is sent to it, and its deliveries are deleted with it.
turn-off = Turn off
turn-on = Turn on
flash-webhook-updated = Webhook configuration updated successfully
flash-webhook-deleted = Webhook deleted successfully
flash-webhook-on = The webhook is on
flash-webhook-off = The webhook is off

webhook-state-waiting = Waiting
webhook-state-delivering = Delivering
webhook-state-retrying = Retrying
webhook-state-failing = Failing
webhook-state-turned-off = Turned off
webhook-state-off = Off
webhook-state-behind = Behind
webhook-state-blocked = Blocked
webhook-status-waiting = Nothing has happened yet. Write a message in any inbox of this account and it arrives here.
webhook-status-delivering = All is well: what happens arrives.
webhook-status-recovered = Deliveries arrive again, but { $count ->
    [one] { $count } of the last 24 hours was
   *[other] { $count } of the last 24 hours were
} given up. Open them to see why, and send them again.
webhook-status-retrying = Some deliveries failed, the first of them { $since }. { $count ->
    [one] { $count } is waiting to be tried again
   *[other] { $count } are waiting to be tried again
}, the next { $next }.
webhook-status-failing = Nothing has arrived since { $since }. { $count ->
    [one] { $count } delivery is waiting to be tried again
   *[other] { $count } deliveries are waiting to be tried again
}.
webhook-status-off = It was turned off { $since }. Nothing is sent until it is turned on again; what waits is kept.
webhook-status-off-by = { $name } turned it off { $since }. Nothing is sent until it is turned on again; what waits is kept.
webhook-status-gave-up = Nothing has arrived since { $first }, for five days, so we turned the webhook off { $since }. What has not arrived is kept.
webhook-status-behind = Events come faster than deliveries go. The oldest one waits since { $since }. { $count ->
    [one] { $count } delivery waits.
   *[other] { $count } deliveries wait.
}
notice-webhook-gone = The webhook “{ $webhook }” was turned off, because its receiver answered 410 Gone.
notice-webhook-failing = The webhook “{ $webhook }” was turned off, because nothing has arrived there for five days.
webhook-status-blocked = { $host } leads to { $address }, an address that this server must not call. Its operator can allow the network with { $setting }.
webhook-status-blocked-itself = { $host } is an address that this server must not call. Its operator can allow the network with { $setting }.
webhook-status-gone = The receiver answered 410 Gone { $since }, which asks us to stop, so we turned the webhook off. What has not arrived is kept.
