# Settings: account, profile, the integrations page.

account-title = Account
account-lead = The name and the habits of this account.
account-general = General
account-general-text = How the account is called, and the language of what is written in its name.
account-language-hint = For messages that the system writes into conversations. Each person chooses their own language for these pages.
account-domain = Domain
account-support-email = Support e-mail
account-support-email-hint = Where your customers write to.
account-auto-resolve = Resolving by itself
account-auto-resolve-text = Conversations in which nothing happens for a while are resolved.
account-auto-resolve-after = Minutes without a message
account-auto-resolve-after-hint = From 10 to 1439856. Empty: never.
account-auto-resolve-message = Message to the visitor
account-auto-resolve-label = Label
account-auto-resolve-ignore-waiting = Leave conversations that wait for an answer open
error-auto-resolve-after = Please enter a whole number from 10 to 1439856, or nothing
account-webhooks = Webhooks
account-webhooks-text = What a new webhook starts with. Each webhook can choose for itself.
payload-format-default = Payload format of new webhooks
flash-account-saved = Account saved

profile-title = Profile
profile-lead = How others see you, and how your programs sign in.
profile-you = You
profile-you-text = Your name stands beside your answers. You sign in with your e-mail address.
profile-email-hint-mail = Another address takes effect once you have used the link that goes there.
profile-email-hint-password = Only needed to change the e-mail address.
profile-password = Password
profile-password-text = A new password signs you out everywhere else.
field-current-password = Current password
field-new-password = New password
field-password-again = New password, once more
profile-password-save = Change password
flash-password-changed = Password changed
access-token = Access token
access-token-text = A program that sends this token acts in your name, with your rights. Treat it like a password.
access-token-hint = Send it as the header api_access_token.
access-token-copy = Copy access token
access-token-example = Try it
access-token-api = What the API takes and answers
flash-profile-saved = Profile saved
flash-address-asked = Saved. Your new address takes effect once you have used the link that is on its way there
avatar = Picture
avatar-choose = Picture file
avatar-hint = JPEG, PNG, GIF or WebP, up to 15 MB.
avatar-save = Save picture
avatar-delete = Remove picture
error-avatar = Please choose a picture: JPEG, PNG, GIF or WebP, of at most 15 MB
profile-avatar-text = It stands beside your name, here and where visitors read your answers.
profile-display-name = Display name
profile-display-name-hint = What visitors see in place of your name.
profile-signature = Signature
profile-signature-hint = For front ends that put it under your answers.
profile-availability-text = What you are seen as in { $account }.
access-token-reset = Make a new token
access-token-reset-text = The old token stops working at once, for every program that uses it.
flash-access-token-reset = New access token made
account-unread = Unread conversations
account-unread-text = Clients may show beside inboxes, teams and labels in how many open conversations something is unread. They ask for it whenever something happens.
account-unread-counts = Count unread conversations

integrations-title = Integrations
integrations-lead = { $brand } works with the tools you already have: it tells them what happens, and they answer through the API.
integrations-webhooks-text = Webhook events tell your own systems in real time what happens in this account. Subscribe to the events you need.
integrations-endpoints = { $count ->
    [one] { $count } endpoint
   *[other] { $count } endpoints
}
integrations-failing = { $count } failing
integrations-api = API
integrations-api-text = Read and write everything you see here from a program of your own. Your access token is in your profile.
configure = Configure
enabled = Enabled
disabled = Disabled

sessions-title = Sessions
sessions-lead = Where you are signed in. Whatever you end here is signed out at once.
sessions-show = Show sessions
sessions-this = This one
sessions-unknown = Unknown program
sessions-seen = Last used
sessions-opened = Signed in
sessions-end = End
sessions-end-others = End all others
flash-session-ended = Session ended
flash-sessions-ended = All other sessions ended
