# How long a try took, what was signed, and the page that checks signatures.

verify = Verify

protocol = Protocol
timing-dns = DNS
timing-connect = Connect
timing-tls = TLS
timing-answer = First byte
timing-no-answer = No answer
timing-total = Total
timing-reused = Connection reused
timings = Timing

curl = As curl
curl-hint = Sends the same request by hand. Values that are kept hidden are left for you to fill in. A receiver that checks the time refuses it five minutes after the try.
signatures = Signatures
signed-text = The signed text
# dynamic: signature-
signature-right = Right
signature-right-text = Made with the present secret.
signature-older = Older secret
signature-older-text = Made with the secret before the present one.
signature-unknown = Cannot be checked
signature-unknown-text = The secret it was made with is gone, or the payload format was changed since.
verify-link = Your receiver says otherwise? Find out why

verify-how = What is signed with what
verify-how-text = Every request carries two signatures, made from the same secret. Check one of them; for new receivers we recommend the first.
verify-standard = Standard Webhooks: it covers the id as well, there are libraries for it in every language, and a secret can be replaced without a gap.
verify-chatwoot = Chatwoot’s own: right for receivers that were written for Chatwoot.
verify-key = Key
verify-key-decoded = what follows whsec_, decoded from base64
verify-key-text = the whole secret as text, with whsec_
verify-key-plain = the whole secret as text, since it does not begin with whsec_
verify-result = Header
verify-part-body = the raw body
verify-rules = Three things to get right
verify-rule-raw = Take the body as it came, byte by byte, before any parser. JSON that was parsed and written again is another text.
verify-rule-time = Refuse what is older than five minutes, so that nobody can send a request again that they have seen.
verify-rule-constant = Compare in constant time, with the function that your language has for it.

verify-code = Code to copy
verify-code-text = Each of these checks webhook-signature and the time. Hand them the secret and the raw body.

verify-checker = Why does my check fail?
verify-checker-text = Paste a request as your receiver got it, and see which part disagrees. Nothing of it is kept.
verify-headers = Headers
verify-headers-hint = One on each line, as in webhook-id: 8a1c… From a log or a terminal is fine; other headers do no harm.
verify-body = Raw body
verify-computed = What your code has computed
verify-computed-hint = With it, we can often tell what your code does differently.
verify-check = Check
verify-too-long = This is more than can be checked here
verify-good = All of it agrees. A receiver that checks correctly accepts this.
verify-nearly = The signature is right, with a remark.
verify-bad = { $count ->
    [one] One thing disagrees
   *[other] { $count } things disagree
}.
verify-sent = Sent
verify-here = Pasted
verify-seconds = { $count } s
verify-minutes = { $count } min

# dynamic: part-
part-headers = Headers
part-time = Time
part-id = Id
part-body = Body
part-signature = Signature
part-computed = Your code

finding-no-headers = Neither webhook-signature nor X-Chatwoot-Signature is there. A proxy in front of the receiver may drop headers that it does not know.
finding-missing = The header { $name } is missing. A proxy in front of the receiver may drop it.
finding-no-number = { $name } is not a number of seconds since 1970.
finding-fresh = The timestamp is within five minutes.
finding-too-old = The timestamp is { $age } old, so a receiver would refuse it now. That is normal for a request from a log; if it happens as requests arrive, the receiver’s clock is fast.
finding-future = The timestamp is { $age } in the future. Check the clock of the receiver, or whether milliseconds were mistaken for seconds.
finding-ids-differ = webhook-id and X-Chatwoot-Delivery differ. Both name the delivery, so these headers come from two requests.
finding-known = A delivery of this webhook has this id.
finding-unknown = No delivery of this webhook has this id. It may be one of another webhook, or have been forgotten since.
finding-same = The body is exactly what was sent.
finding-line-breaks = The body is what was sent, but for line breaks. A form like this one changes them; if your receiver does, too, the signature will not match.
finding-rewritten = The body is the same JSON, but written anew: spaces, order or escapes differ. Use the raw body, before your framework has parsed it.
finding-differs = The body differs from what was sent, from character { $at } on.
finding-right = { $name } is right.
finding-older = { $name } was made with the older secret.
finding-right-for-sent = { $name } is right for the body that was sent, so the secret is right as well. It is the body that was changed on its way.
finding-mistaken = { $name } is not right: { $mistake }
finding-wrong = { $name } does not match this body with any secret of this webhook. Check that it comes from this webhook, and that nothing is missing at the end of the body.
finding-computed-right = What your code computes is right for { $name }. Check how it compares.
finding-computed-wrong = What your code computes matches nothing that we know. Most often the body is not the raw one, or the secret belongs to another webhook.

mistake-key-as-text = The secret was used as text. For webhook-signature, the key is what follows whsec_, decoded from base64.
mistake-key-decoded = The secret was decoded. For X-Chatwoot-Signature, the key is the whole secret as text, with whsec_.
mistake-key-cut = whsec_ was cut off and the rest used as text. Decode the rest from base64 for webhook-signature; for X-Chatwoot-Signature, use the whole secret.
mistake-body-only = Only the body was signed. The timestamp belongs before it, with a dot between them.
mistake-no-dots = The dot between the timestamp and the body is missing.
mistake-other-text = The text that was signed is that of the other scheme.
mistake-form = The digest is right, but not what stands before it or how it is written: webhook-signature is v1, and base64, X-Chatwoot-Signature is sha256= and hex.
mistake-old-secret = It was made with the older secret.
mistake-line-breaks = The line breaks of the body are not those that were sent.
