# Inboxes: where conversations come in.

inboxes-title = Inboxes
inboxes-lead = Where conversations come in: your website, or any program that speaks the API.
inboxes-add = Add inbox
inboxes-empty = There are no inboxes yet
inboxes-empty-text = An inbox is the door for your visitors. Put a chat on your website, or connect a program of your own.
inboxes-empty-agent = You are not a member of any inbox. An administrator can add you.
inboxes-members-count = { $count ->
    [0] no members
    [one] { $count } member
   *[other] { $count } members
}
inboxes-choose = Where do the conversations come from?
inboxes-choose-website = Choose website
inboxes-choose-api = Choose API
inboxes-choose-other = All channels
inboxes-new-website = New website inbox
inboxes-new-api = New API inbox
inboxes-create = Create inbox
channel-website = Website
channel-website-text = A chat in the corner of your website, added with one small snippet.
channel-api = API
channel-api-text = Your own app, bot or bridge writes and reads messages over HTTP.

inbox-name = Inbox name
inbox-name-hint = Agents see it, and so do visitors.
inbox-webhook-url = Webhook URL
inbox-webhook-url-hint = Every event of this inbox is posted here, so that your program learns of the answers.
inbox-no-webhook-url = None: this inbox calls nobody.
inbox-website-url = Website address
inbox-color = Widget colour
inbox-welcome-title = Welcome title
inbox-welcome-title-example = Hello there!
inbox-welcome-tagline = Welcome tagline
inbox-welcome-tagline-example = Ask us anything, we usually answer within minutes.

inbox-connect = Connect
inbox-connect-api-text = What your program needs to open conversations here and to check what it receives.
inbox-identifier = Inbox identifier
inbox-hmac = HMAC token
inbox-hmac-hint = Proves who a contact is: sign the contact’s identifier with it (HMAC-SHA256) and send the result as identifier_hash. Keep it on your server.
inbox-secret-hint = Signs what is posted to the webhook URL.
inbox-first-calls = The first three calls
inbox-first-calls-text = A visitor appears, opens a conversation and writes. Try it in a terminal; the message reaches your webhooks at once.
inbox-call-contact = 1. Create a contact, and note its source_id
inbox-call-conversation = 2. Open a conversation, and note its id
inbox-call-message = 3. Write a message
inbox-snippet = Put the chat on your website
inbox-snippet-text = Paste this before the closing body tag of each page that should have the chat.
inbox-details = Details
inbox-details-text = How the chat greets your visitors, and the tokens behind it.
inbox-website-token = Website token
inbox-members = Members
inbox-members-text = Agents see the conversations of the inboxes they are a member of. Administrators see all.
inbox-members-save = Save members
inbox-delete = Delete inbox
inbox-delete-text = Its conversations and messages are deleted with it. This cannot be undone.
inbox-delete-question = Are you sure you want to delete the inbox { $name }?
flash-inbox-created = Inbox created
flash-inbox-members-saved = Members saved
flash-inbox-deleted = Inbox deleted
