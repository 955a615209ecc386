# What the API takes and answers, for people who write programs. The document itself is English.

api-title = API
api-lead = Everything that programs can do here. Send an access token, which is on your profile, as the header api_access_token.
api-document = For programs
api-document-text = The same as an OpenAPI document:
# dynamic: api-caller-
api-caller-anyone = Without an access token.
api-caller-visitor = By a visitor of a website, in their session there.
api-caller-platform-app = By programs of the operator's, with a token of their own.
api-caller-signed-in = By whoever is signed in.
api-caller-agent = By the people of the account.
api-caller-administrator = By administrators of the account.
api-takes = What it takes
api-field = Name
api-place = Where
api-kind = Kind
api-meaning = Meaning
api-required = required
api-answers = What it answers
api-schema = Schema of the answer
