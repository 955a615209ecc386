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
counted-at-most = No more than { $most } deliveries are counted: the newest of the last 24 hours, and the next of those that wait.
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
failure-dns = The name { $host } does not resolve: no name server knows it.
failure-dns-cure = Check the spelling of the webhook URL. A name that is new or internal has to exist in the DNS that this server asks.
failure-dns-silent = The name { $host } could not be looked up: the name servers did not answer.
failure-dns-silent-cure = This is about the DNS of the machine that this server runs on, and often passes by itself. If it stays, its operator should look at the name servers there.
failure-dns-empty = The name { $host } exists, but it has no address.
failure-dns-empty-cure = Give it an A or AAAA record, or correct the webhook URL.
failure-refused = Nobody listens at { $place }.
failure-refused-cure = Check that the receiver is running, that it listens on this port and not only on localhost, and that no firewall turns us away.
failure-refused-route = There is no way from this server to { $place }.
failure-refused-route-cure = Check that the address is right. If it has only IPv6, the network of this server needs IPv6 as well.
failure-tls = No secure connection to { $host } could be made.
failure-tls-cure = Check its certificate: it must name this host, must not have expired, and has to be sent with all intermediate certificates.
failure-tls-expired = The certificate of { $host } expired on { $detail }.
failure-tls-expired-cure = Renew it, and reload the receiver or the proxy in front of it so that the new one is used.
failure-tls-early = The certificate of { $host } is not valid before { $detail }.
failure-tls-early-cure = Check the clock of the machine that made the certificate, and the clock of this server.
failure-tls-name = The certificate that { $host } shows is not for this name, only for { $detail }.
failure-tls-name-cure = Get a certificate that names { $host }, or use a name in the webhook URL that it is for. A proxy that serves several sites may have picked the wrong one.
failure-tls-issuer = The certificate of { $host } is signed by an authority that this server does not know.
failure-tls-issuer-cure = Most often the intermediate certificate is missing: let the receiver send the whole chain (fullchain.pem). One from an authority of your own is not accepted; Let’s Encrypt gives out accepted ones.
failure-tls-itself = The certificate of { $host } is signed by itself.
failure-tls-itself-cure = Use one from a public authority, such as Let’s Encrypt. Inside your own network, http:// may do.
failure-tls-plain = What answers at { $place } does not speak TLS.
failure-tls-plain-cure = The port is probably one for http://. Correct the port or the scheme of the webhook URL.
failure-tls-version = { $host } and this server have no version of TLS in common.
failure-tls-version-cure = The receiver has to offer TLS 1.2 or 1.3 with current ciphers. TLS 1.0 and 1.1 are given up everywhere.
failure-tls-refused = { $host } broke off the secure handshake.
failure-tls-refused-cure = It may ask for a client certificate, or not know the name { $host }. The log of the receiver, or of the proxy in front of it, says why.
failure-timeout = { $host } took the request, but had not answered when the limit of { $limit } s was over.
failure-timeout-cure = Let the receiver answer first and work afterwards, for example by putting the event into a queue of its own.
failure-timeout-connect = { $place } did not take our connection within { $limit } s.
failure-timeout-connect-cure = Something swallows the packets, most often a firewall. Let it accept connections from this server, and check that the address is right.
failure-timeout-handshake = { $place } took our connection, but no secure handshake came about within { $limit } s.
failure-timeout-handshake-cure = Check that this port speaks TLS, and that the machine is not overloaded.
failure-blocked_address = { $host } leads to { $address }, a private address that this server must not call, so nothing was sent.
failure-blocked_address-itself = { $host } is a private address that this server must not call, so nothing was sent.
failure-blocked_address-cure = If it is meant, the operator of this server can allow the network with the setting { $setting }.
failure-status = { $host } answered { $status }, not with a 2xx.
failure-status-cure = The answer below may say why. Any status from 200 to 299 counts as received.
failure-status-unread-cure = The receiver got the event and did not understand it. Its answer below may say what it misses; check that it reads the raw JSON, and the payload format in the settings of the webhook.
failure-status-login-cure = It wants credentials. Put a token into the webhook URL, or into a header of your own in the settings of the webhook.
failure-status-forbidden-cure = It keeps us out. Look for a firewall or an allow list in front of it, for a protection against forged forms (CSRF) on this path, or for a signature check that fails: the Verify tab helps.
failure-status-missing-cure = There is nothing at this path. Check the webhook URL, to the last slash.
failure-status-method-cure = There is something at this path, but it takes no POST. Check the webhook URL, and that the route is one for POST.
failure-status-slow-cure = The receiver, or a proxy in front of it, gave up waiting for the request. Look for overload there.
failure-status-gone-cure = 410 asks us to stop, so the webhook was turned off. Turn it on again once the receiver is back.
failure-status-large-cure = The event is larger than what the receiver takes. Raise its limit for bodies, in nginx with client_max_body_size.
failure-status-busy-cure = The receiver asks for a slower pace. We try again more and more rarely; nothing is lost.
failure-status-wait-cure = The receiver asks to wait for { $wait } s. We do, within reason; nothing is lost.
failure-status-gateway-cure = A proxy answered, because the receiver behind it did not. Check that it is running and that the proxy finds it.
failure-status-down-cure = The receiver is down or overloaded for now. We try again; if it stays so, look into its log.
failure-status-server-cure = The fault is in the receiver: look into its log at the time of the try.
failure-redirect = { $host } answered { $status } and points to { $location }.
failure-redirect-cure = Redirects are not followed. Change the webhook URL to { $location }.
failure-redirect-nowhere = { $host } answered with a redirect ({ $status }).
failure-redirect-nowhere-cure = Redirects are not followed. Enter the address that it leads to as the webhook URL.
failure-connection_closed = { $host } closed the connection after { $seconds } s, before it had answered.
failure-connection_closed-cure = Look for a crash or a limit in the log of the receiver, or of the proxy in front of it.
failure-invalid_url = The webhook URL cannot be called, so nothing was sent.
failure-invalid_url-cure = Correct it in the settings of the webhook: it has to begin with http:// or https:// and name a host.
failure-other = The delivery to { $host } failed before an answer arrived.
failure-other-cure = Try to reach the address from the machine this server runs on. The log of this server may say more.
failure-other-not-http = What answers at { $place } does not speak HTTP.
failure-other-not-http-cure = Check the port in the webhook URL. If the receiver speaks TLS there, the URL has to begin with https://.

# The same in a word, for lists.
# dynamic: outcome-
outcome-dns = Name not found
outcome-refused = Refused
outcome-tls = TLS error
outcome-timeout = Timed out
outcome-blocked_address = Blocked
outcome-connection_closed = Closed
outcome-invalid_url = Wrong URL
outcome-other = Error
