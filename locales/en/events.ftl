# The catalogue of events, and sending a test.

catalogue-title = Events
catalogue-lead = What a webhook can hear, when it is sent, and exactly what arrives. The samples are drawn by the code that draws the real thing.
catalogue-link = Browse all events
catalogue-form-hint = What each of them looks like:
catalogue-api = For programs
catalogue-api-text = The same catalogue, with every schema and sample in one answer:
catalogue-pull-text = What has happened in this account, in order, for receivers that cannot be reached or want to check that nothing is missing:
catalogue-sample = What arrives
catalogue-schema = JSON Schema
catalogue-schema-text = Draft 2020-12. Every delivery of this event in this format is valid by it.
catalogue-show-schema = Show the schema
# dynamic: sample-
sample-plain = Sample
sample-text = From the visitor
sample-reply = Answer of an agent
sample-note = Private note
sample-picture = Picture without text
sample-input_select = Options
sample-form = Form
sample-cards = Cards
# dynamic: event-
event-fires-conversation_created = Sent when a conversation begins: a visitor writes for the first time, or an agent or a program opens one.
event-fires-conversation_status_changed = Sent when a conversation is opened, resolved, snoozed or set to pending, by a person or because the visitor writes again.
event-fires-conversation_updated = Sent when the assignee, team, status, priority, labels or custom attributes of a conversation change, or it is snoozed, first answered, or starts or stops waiting for an answer.
event-fires-message_created = Sent for each new message of a visitor, an agent or an automatic text, private notes included; notices of what happened are left out.
event-fires-message_updated = Sent when a message changes: a form or a choice is answered, it is read or could not be delivered, or its content is edited.
event-fires-webwidget_triggered = Sent when a visitor opens the live chat on a website, before they write anything.
event-fires-contact_created = Sent when a contact is made: by an agent, by a program, or because a visitor appears for the first time.
event-fires-contact_updated = Sent when something about a contact changes; also with each message that they write, because their last activity changes.
event-fires-conversation_typing_on = Sent when an agent or the visitor begins to type in a conversation.
event-fires-conversation_typing_off = Sent when an agent or the visitor stops typing in a conversation.
event-fires-inbox_created = Sent when an inbox is made.
event-fires-inbox_updated = Sent when a setting of an inbox changes, such as its name, its greeting or its working hours.

test = Test
test-title = Send a test
test-text = A sample with your account’s name, signed like the real thing, marked with the header { $header } and tried once. It works while the webhook is off, too.
test-event = Event
test-send = Send test
test-made = The test was made
flash-test-arrived = The test has arrived
flash-test-failed = The test has not arrived
flash-test-sent = The test is on its way
