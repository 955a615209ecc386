# What people are told: in their notifications and by mail.

notifications-title = Notifications
notifications-bell = Notifications, { $count } unread
notifications-lead = What you were told in this account. Each leads to its matter; they are kept for 90 days.
notifications-read-all = Mark all as read
notifications-empty = You have no notifications
notifications-no-more = There are no older ones
notifications-empty-text = When something needs you, as when a webhook is turned off because its receiver does not answer, it is told here.
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
