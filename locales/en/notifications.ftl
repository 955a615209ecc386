# What people are told: in their notifications and by mail.

notifications-title = Notifications
notifications-bell = Notifications, { $count } unread
notifications-lead = What you were told in this account: of conversations, and of what needs you. It is kept for 90 days.
notifications-read-all = Mark all as read
notifications-empty = You have no notifications
notifications-no-more = There are no older ones
notifications-empty-text = When a conversation is yours to answer, somebody writes there or names you, or a webhook is turned off, it is told here.
notification-unread = Unread
notification-read = Mark as read
notification-keep = Mark as unread
flash-notification-deleted = The notification is deleted
flash-notifications-read = All notifications are marked as read

# A webhook was turned off, and not by a person.
alarm-title = The webhook “{ $name }” was turned off
alarm-title-callback = The callback of the inbox “{ $name }” was turned off
alarm-gone = Its receiver answered 410 Gone, which asks us to stop.
alarm-failing = Nothing has arrived there since { $since }, for five days.
alarm-body = { $reason } { $next }
alarm-sentence = { $title }. { $reason }
alarm-next = { $count ->
    [0] Turning it on again offers to replay what is missed meanwhile.
    [one] { $count } delivery is held. Turning it on again sends it, and offers to replay what is missed meanwhile.
   *[other] { $count } deliveries are held. Turning it on again sends them, and offers to replay what is missed meanwhile.
}
alarm-next-callback = { $count ->
    [0] It is called again once its URL is changed.
    [one] { $count } delivery is held. It is called again, also with this one, once its URL is changed.
   *[other] { $count } deliveries are held. It is called again, also with these, once its URL is changed.
}
alarm-webhook = Webhook
alarm-inbox = Inbox
alarm-url = URL
alarm-at = Turned off
alarm-since = Failing since
alarm-held = Deliveries held
alarm-action = See to it
alarm-why-you = You get this message because you are an administrator of { $account }.

# Mail.
mail-greeting = Hello { $name },
mail-greeting-nobody = Hello,
mail-test-subject = { $brand } can send you e-mail
mail-test-text = This is the test that you have asked for. It has arrived, so e-mail is set up as it should be.
mail-test-action = Back to the server's page
mail-test-reason = You get this message because you pressed “Send a test e-mail to me”.
server-mail = E-mail
server-mail-text = What people are told by e-mail waits here until the mail server has taken it; what it does not take is tried for two days.
server-mail-none = Not set up
server-mail-hint = Nothing is sent by e-mail. The operator names a mail server with { $setting }.
server-mail-host = Mail server
server-mail-from = Sender
server-mail-waiting = Waiting
server-mail-error = Last error
server-mail-test = Send a test e-mail to me
server-mail-sent = The mail server has taken the e-mail to { $address }.
server-mail-failed = It could not be sent: { $why }

# What agents are told of conversations.
told-creation = New conversation #{ $number } in { $inbox }
told-assignment = Conversation #{ $number } is yours to answer
told-message = New message in conversation #{ $number }
told-mention = You were named in conversation #{ $number }
told-with = With { $name }
told-file = a file
told-contact = Contact
told-inbox = Inbox
told-number = Conversation
told-action = Your notifications
told-why-you = You get this message because of what you have chosen in { $account }. You can change it on the notifications page, under “What I am told”.
notification-snooze = Show it again in an hour
flash-notification-snoozed = The notification comes back in an hour

# What somebody wants to be told.
choices-title = What I am told
choices-lead = What you want to be told in this account. What is sent by e-mail is always in your notifications as well; nobody is told what they did themselves.
choices-told = In my notifications
choices-mailed = By e-mail
choices-no-mail = This server sends no e-mail: no mail server is set up.
choice-creation = New conversations
choice-creation-text = Somebody begins a conversation in one of your inboxes, or a bot leaves it to people.
choice-assignment = What is yours to answer
choice-assignment-text = A conversation is assigned to you.
choice-assigned-message = Messages in what is yours to answer
choice-assigned-message-text = Somebody writes in a conversation that is assigned to you.
choice-mention = Mentions
choice-mention-text = A colleague names you in a private note.
choice-participating-message = Messages where you take part
choice-participating-message-text = Somebody writes in a conversation that you follow or have been named in.
flash-choices-saved = Your choices are saved
profile-notifications-text = What you are told in { $account }, in your notifications and by e-mail.
