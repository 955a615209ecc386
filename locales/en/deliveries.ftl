# Deliveries of a webhook: the list, one delivery, and why one failed.

deliveries = Deliveries
deliveries-empty = Nothing has happened yet
deliveries-empty-text = Write a message in any inbox of this account. Each delivery appears here with its request, the answer and all tries.
deliveries-no-match = No deliveries match this filter
event = Event
answer = Answer
duration = Duration
tries = Tries
time = Time
try-of = { $try } of { $max }
next-try = Next try
filter-all-states = All statuses
filter-all-events = All events
filter-text = Text of the payload, or an id
filter-more = Time and conversation
filter-conversation = Conversation number
search-stopped = Looked back to { $at }. Older deliveries were not looked at yet.
live = Live
live-hint = New deliveries and their outcomes appear by themselves
search-on = Search on
hours-title = By hour, last 24 h
hour-of = { $hour }: { $delivered } delivered, { $failed } failed
stat-delivered-24h = Delivered, last 24 h
stat-failed-24h = Failed, last 24 h
stat-waiting = Waiting
stat-last-success = Last success

state-pending = Waiting
state-sending = Sending
state-delivered = Delivered
state-retrying = Retrying
state-failed = Failed
state-held = On hold

send-again = Send again
sent-by-hand = sent by hand
flash-sent-again = It is being sent again
flash-webhook-is-off = The webhook is off. Turn it on first, then send again
send-again-off = The webhook is off. Turn it on to send again.
attempts = Attempts
try-number = Try { $number }
event-happened = It happened
request = Request
response = Response
headers = Headers
body = Body
body-empty = The body is empty.
body-truncated = Longer than what we keep: these are the first { $kept }.
no-response = No answer arrived.
address = Address

# The sentence on top of a delivery's page: what happened, then what comes next.
delivery-delivered = { $host } answered { $status } after { $duration }{ $tries ->
    [1] .
   *[other] , on try { $tries }.
}
delivery-pending = It has not been sent yet. It is next in line.
delivery-sending = It is on its way right now.
delivery-again = It has arrived before, and is next in line to be sent again.
delivery-retry = We try again { $when }, at { $clock }.
delivery-gave-up = { $tries ->
    [one] It was tried once
   *[other] It was tried { $tries } times
}, and is not tried again by itself.
delivery-held = The webhook is turned off, so it is not tried again until somebody turns it on.

# Why it failed, and what helps. The last part of each key is the error class that an attempt records.
# dynamic: failure-
failure-dns = The name { $host } could not be looked up.
failure-dns-cure = Check the spelling of the webhook URL, and that the name exists in the DNS that this server asks.
failure-refused = { $place } refused the connection.
failure-refused-cure = Check that the receiver is running, that it listens on this port, and that no firewall turns us away.
failure-tls = No secure connection to { $host } could be made.
failure-tls-cure = Check its certificate: it must name this host, must not have expired, and has to be sent with all intermediate certificates.
failure-timeout = { $host } did not answer within { $seconds } s.
failure-timeout-cure = Let the receiver answer first and work afterwards, for example by putting the event into a queue of its own.
failure-blocked_address = { $host } leads to { $address }, an address that this server must not call, so nothing was sent.
failure-blocked_address-itself = { $host } is an address that this server must not call, so nothing was sent.
failure-blocked_address-cure = If it is meant, the operator of this server can allow the network with the setting { $setting }.
failure-status = { $host } answered with status { $status }, not with a 2xx.
failure-status-cure = The answer below may say why. Any status from 200 to 299 counts as received.
failure-status-auth-cure = It did not let us in. Check the path and any token in the webhook URL, and what a proxy in front of it asks for.
failure-status-missing-cure = There is nothing at this path. Check the webhook URL.
failure-status-gone-cure = 410 asks us to stop, so the webhook was turned off. Turn it on again once the receiver is back.
failure-status-busy-cure = The receiver asks for a slower pace. We wait as long as it says, within reason.
failure-status-server-cure = The fault is in the receiver: look into its log at the time of the try.
failure-redirect = { $host } answered with a redirect ({ $status }).
failure-redirect-cure = Redirects are not followed. Enter the address that it leads to as the webhook URL.
failure-connection_closed = { $host } closed the connection before it had answered.
failure-connection_closed-cure = Look for a crash or a limit in the log of the receiver, or of the proxy in front of it.
failure-other = The delivery to { $host } failed before an answer arrived.
failure-other-cure = Try to reach the address from the machine this server runs on. The log of this server may say more.

# The same in a word, for lists.
# dynamic: outcome-
outcome-dns = Name not found
outcome-refused = Refused
outcome-tls = TLS error
outcome-timeout = Timed out
outcome-blocked_address = Blocked
outcome-connection_closed = Closed
outcome-other = Error
