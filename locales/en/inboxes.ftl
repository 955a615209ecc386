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
inbox-details-text = What it is called, and how it looks to your visitors.
inbox-website-token = Website token
inbox-members = Collaborators
inbox-members-text = Agents see the conversations of the inboxes they are a member of. Administrators see all.
inbox-members-save = Save collaborators
inbox-delete = Delete inbox
inbox-delete-text = Its conversations and messages are deleted with it. This cannot be undone.
inbox-delete-question = Are you sure you want to delete the inbox { $name }?
flash-inbox-created = Inbox created
flash-inbox-deleted = Inbox deleted

inbox-configuration = Configuration
inbox-avatar-text = Visitors see it beside the name of this inbox.
inbox-reply-time = Promised answer
# dynamic: reply-time-
reply-time-in_a_few_minutes = In a few minutes
reply-time-in_a_few_hours = In a few hours
reply-time-in_a_day = In a day
inbox-features = What the chat offers
# dynamic: widget-feature-
widget-feature-attachments = Sending files
widget-feature-emoji_picker = Choosing emoji
widget-feature-end_conversation = Ending the conversation
widget-feature-use_inbox_avatar_for_bot = The picture of this inbox for bots
widget-feature-allow_mobile_webview = Showing inside mobile apps
inbox-help-centre = Help centre
inbox-help-centre-none = None
inbox-help-centre-hint = The chat offers its most read articles. With none, it offers those of the help centre whose pages show this chat.
error-inbox-help-centre = Please choose a help centre of this account
inbox-greeting = Greeting
inbox-greeting-text = What is said to a visitor first, before anybody has read them.
inbox-greeting-enabled = Greet visitors
inbox-greeting-message = Greeting
inbox-email-collect = Ask visitors for their e-mail address
inbox-conversations = Conversations
inbox-conversations-text = How the conversations of this inbox go.
inbox-auto-assignment = Hand new conversations to the members by turns
inbox-after-resolved = Visitors may write on after a conversation was resolved
inbox-single-conversation = A visitor always has the same conversation
inbox-csat = Satisfaction survey
inbox-csat-text = Asks visitors how it was when their conversation is resolved.
inbox-csat-enabled = Send the survey
inbox-csat-display = Answers
# dynamic: csat-display-
csat-display-emoji = Faces
csat-display-star = Stars
inbox-csat-message = Question
inbox-mails = Mails to visitors
inbox-mails-text = How answers look that go out by e-mail.
inbox-continuity = Mail answers that a visitor has not seen
inbox-sender-name = Name of the sender
# dynamic: sender-name-
sender-name-friendly = The agent and the business
sender-name-professional = The business alone
inbox-business-name = Name of the business
hours = Business hours
hours-text = Outside them visitors are told that nobody is there.
hours-enabled = Use business hours
hours-timezone = Time zone
hours-week = Week
hours-from = from
hours-to = to
# dynamic: hours-
hours-open = Open
hours-closed = Closed
hours-all_day = Open all day
hours-hint = Times count on days that are open.
hours-message = Message outside business hours
hours-message-hint = Up to 10,000 characters.
error-hours = Each open day needs a time at which it begins and a later one at which it ends
# dynamic: weekday-
weekday-0 = Sunday
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
pre-chat = Pre-chat form
pre-chat-text = What visitors fill in before their first message.
pre-chat-enabled = Show the form
pre-chat-message = Text above the form
pre-chat-label = Label
pre-chat-placeholder = Example
pre-chat-field-enabled = Shown
pre-chat-field-required = Must be filled in
inbox-domains = Websites that may show the chat
inbox-domains-hint = Separated by commas. Empty: all.
inbox-reply-window = Hours in which agents may answer
inbox-reply-window-hint = Counted from the visitor’s last message. Empty: without an end.
inbox-hmac-mandatory = Contacts must prove who they are
inbox-hmac-reset = Make a new HMAC token
inbox-hmac-reset-text = Hashes made with the old one prove nothing from then on: give the new one to your server at once.
inbox-secret-reset = Make a new secret
inbox-secret-reset-text = The old secret signs nothing from then on: give the new one to your program at once.
flash-inbox-saved = Inbox saved
error-reply-window = Please enter a number greater than 0, or nothing
