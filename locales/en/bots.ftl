# Bots: programs that answer before people do.

bots-title = Bots
bots-lead = Programs of your own that get each new conversation of an inbox before people do.
bots-add = Add bot
bots-create = Create bot
bots-empty = There are no bots yet
bots-empty-text = A bot hears over HTTP what is written in its inboxes. New conversations there are pending; when the bot fails, they open for people.
bots-no-url = Without a URL: it hears nothing
bots-inboxes-count = { $count ->
    [0] in no inbox
    [one] in { $count } inbox
   *[other] in { $count } inboxes
}
bots-new-lead = Choose it in the settings of an inbox afterwards.
bot-description = Description
bot-url = Bot URL
bot-url-hint = What happens in its inboxes is posted here: messages, and changes of conversations. It is tried three times within seconds; then a pending conversation opens for people.
bot-secret-text = Signs what is posted to the bot’s URL.
bot-secret-reset = Make a new secret
bot-secret-reset-text = The old secret signs nothing from then on: give the new one to the bot at once.
bot-inboxes-text = Where it gets each conversation first. You choose it in the settings of an inbox.
bots-of-system = From the operator of this server
bot-avatar-text = Visitors see it beside what the bot writes.
bot-token = Access token
bot-token-text = The bot sends it as the header api_access_token when it answers: it may read, begin and change conversations, write in them, label them and give them to somebody. It opens nothing else.
bot-token-copy = Copy the access token
bot-token-copied = Access token copied
bot-token-reset = Make a new access token
bot-token-reset-text = The old access token opens nothing from then on: give the new one to the bot at once.
flash-bot-token-reset = New access token made
bot-delete = Delete bot
bot-delete-text = The log of what was sent to it is deleted with it. Conversations that wait for it open for people.
bot-delete-question = Are you sure you want to delete the bot { $name }?
flash-bot-created = Bot created
flash-bot-saved = Bot saved
flash-bot-secret-reset = New secret made
flash-bot-deleted = Bot deleted
inbox-bot = Bot
inbox-bot-text = A bot gets each new conversation first: it is pending until somebody opens it, or the bot fails.
inbox-bot-none = None
inbox-bot-save = Save bot
account-bots = Bots
account-bots-text = When a bot does not get a message, its conversation opens for people.
account-keep-pending = Conversations stay pending although their bot has failed
failure-status-gone-bot-cure = 410 ends the tries at once. A bot is not turned off by it: its next event is sent as usual.
