# Test receivers.

receivers-title = Test receivers
receivers-lead = Addresses on this server that you can point a webhook at: see what arrives, and try out what happens when a receiver fails. No service elsewhere is needed.
receivers-new = New test receiver
receivers-empty = There are no test receivers yet
receivers-empty-text = Make one, point a webhook at it, and look at each delivery as it arrives: its headers, its body, and whether it is signed as it should be.
receivers-hint = No receiver at hand?
receivers-link = Use a test receiver

receiver-title = Test receiver { $number }
receiver-count = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
receiver-nothing = Nothing yet
receiver-pointing = Pointing here:
receiver-new-webhook = Make a webhook that points here

receiver-answers = How it answers
receiver-answers-text = Whatever is sent to the address above is answered in this way, from the next request on. Anybody who knows the address can send something there.
receiver-answer = Answer
# dynamic: receiver-reply-
receiver-reply-200 = 200 OK
receiver-reply-410 = 410 Gone, which turns a webhook off
receiver-reply-500 = 500 Internal Server Error, after which a webhook tries again
receiver-reply-slowly = 200 OK, but late
receiver-reply-hang_up = Hang up without an answer
receiver-seconds = Seconds until the answer
receiver-seconds-hint = From 1 to 60. A webhook whose time to answer is shorter gives up before that.
error-seconds = Please enter a whole number from 1 to 60

receiver-arrived-title = What has arrived
receiver-live-hint = What arrives appears by itself
receiver-waiting = Waiting for the first request
receiver-waiting-text = Point a webhook at the address above and press Send test on its page, or send something from a terminal. It appears here by itself, or when you load the page again.
receiver-late = { $status } after { $seconds } s
receiver-hung-up = Hung up
receiver-hangs-up = Hangs up
receiver-answered = Answered
receiver-size = Size
receiver-sender = Webhook
receiver-delivery = Delivery
receiver-open-delivery = Open the delivery
receiver-no-text = The body is no text.
receiver-unchecked = A signature covers all of it, so it cannot be checked here.
receiver-no-origin = This request names no delivery of this account, and no webhook points here: there is no secret to check a signature with.
receiver-arrived = Arrived
receiver-clear = Clear the list

receiver-delete = Delete test receiver
receiver-delete-question = Are you sure you want to delete “{ $name }”?
receiver-delete-text = What has arrived there is deleted with it, and deliveries of webhooks that point there fail.
flash-receiver-created = The test receiver is there. Point a webhook at it
flash-receiver-updated = The test receiver answers as you said
flash-receiver-cleared = The list is empty
flash-receiver-deleted = Test receiver deleted
flash-receivers-most = This account has as many test receivers as it may have. Delete one to make room
