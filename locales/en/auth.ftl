# Signing in, and the first run of a new installation.

sign-in = Sign in
sign-in-title = Sign in to { $brand }
sign-in-lead = Welcome back. Enter the e-mail address and password of your account.
sign-out = Sign out
flash-signed-out = You are signed out

first-run-tab = Set up
first-run-title = Welcome to { $brand }
first-run-lead = Nobody has signed in here yet. Create the first administrator and the account to begin with; you can invite others afterwards.
first-run-account-hint = Your company or team, as your agents should see it.
first-run-submit = Create account
password-rule = 6 to 128 characters, with an upper-case letter, a lower-case letter, a digit and a special character.
flash-welcome = All set. Welcome!
