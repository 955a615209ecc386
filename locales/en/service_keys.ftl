# Settings → Service keys.
# dynamic: key-scope-

nav-keys = Service keys
keys-title = Service keys
keys-lead = For programs that work for the account and not for one person. They go on when people leave.
keys-add = Add service key
keys-create = Create service key
keys-created = Service key created
keys-empty = There are no service keys
keys-empty-text = A service key lets a program use the API without the access token of a person, and no further than you say.
key = Service key
key-name-hint = What the program is called. It stands beside what is written with the key.
key-scope = What it may do
key-scope-read = Read
key-scope-read-text = Sees conversations, contacts and whatever else agents see, in every inbox. Changes nothing.
key-scope-write = Read and write
key-scope-write-text = Does what agents do, in every inbox: answers, assigns, changes contacts.
key-scope-administration = Administration
key-scope-administration-text = Does what administrators do, with webhooks and inboxes as well. Makes no keys and lets nobody sign in.
key-ends = Ends
key-life = { $count ->
    [one] After { $count } day
   *[other] After { $count } days
}
key-life-endless = Does not end by itself
key-over = Expired
key-used = Last used
key-unused = Never used
key-once = It is not shown again. Put it where the program finds it, and nowhere else.
key-revoke = Revoke
key-revoke-question = Revoke the service key { $name }?
key-revoke-text = Programs that use it are refused at once. What was written with it stays.
flash-key-revoked = Service key revoked
error-too-many-keys = The account has as many service keys as it may. Revoke those that are not used
