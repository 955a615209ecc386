# Settings: account, profile, the integrations page.

account-title = Account
account-lead = The name and the habits of this account.
account-general = General
account-general-text = How the account is called, and the language of what is written in its name.
account-language-hint = For messages that the system writes into conversations. Each person chooses their own language for these pages.
account-webhooks = Webhooks
account-webhooks-text = What a new webhook starts with. Each webhook can choose for itself.
payload-format-default = Payload format of new webhooks
flash-account-saved = Account saved

profile-title = Profile
profile-lead = How others see you, and how your programs sign in.
profile-you = You
profile-you-text = Your name stands beside your answers. You sign in with your e-mail address.
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
flash-profile-saved = Profile saved

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
