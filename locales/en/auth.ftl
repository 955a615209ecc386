# Signing in, and the first run of a new installation.

sign-in = Sign in
sign-in-title = Sign in to { $brand }
sign-in-lead = Welcome back. Enter the e-mail address and password of your account.
sign-out = Sign out
flash-signed-out = You are signed out
flash-session-over = You were signed out before this arrived, and it was not saved: sign in and enter it again

first-run-tab = Set up
first-run-title = Welcome to { $brand }
first-run-lead = Nobody has signed in here yet. Create the first administrator and the account to begin with; you can invite others afterwards.
first-run-account-hint = Your company or team, as your agents should see it.
first-run-submit = Create account
password-rule = 6 to 128 characters, with an upper-case letter, a lower-case letter, a digit and a special character.
flash-welcome = All set. Welcome!

forgotten-title = Forgot your password?
forgotten-lead = Enter your e-mail address. If it is known here, you get a mail with a link to set a new password.
forgotten-no-mail = This server sends no e-mail. Ask an administrator of your account for a link to set a new password. If you work in several accounts, ask the operator of this server, who can make one with hookdesk password-link.
forgotten-send = Send the link
forgotten-back = Back to the sign-in
flash-password-asked = If this address is known here, a mail with a link is on its way
new-password-title = Set a new password
new-password-lead = For { $email }. You are signed out everywhere else.
new-password-save = Set password
new-password-over = This link has been used, is too old, or has been replaced by a newer one.
new-password-again = Ask for a new link
flash-password-set = Password set

reset-subject = Your new password for { $brand }
reset-text = Somebody has asked for a new password for your login. With this link you can set one.
reset-not-you = If it was not you, do nothing: your password stays as it is.
reset-action = Set a new password
reset-why-you = You get this because your e-mail address was entered at { $brand } under “Forgot your password?”.

new-address-title = Confirm your new address
new-address-lead = From now on you sign in with { $address }. Enter your password to confirm.
new-address-save = Confirm address
flash-address-set = Your address has been changed
address-subject = Confirm your address for { $brand }
address-text = You want to sign in to { $brand } with { $address }. The new address takes effect when you open this link and enter your password.
address-not-you = If it was not you, do nothing: nothing changes then.
address-action = Confirm the address
address-asked-subject = Another address for your login at { $brand }
address-asked-text = Somebody who is signed in as you wants to change the address of your login to { $address }. It takes effect once a link that went there has been used with your password.
address-asked-not-you = If it was not you, change your password and your access token in your profile at once: somebody else has one of them.
address-why-you = You get this because the address of a login at { $brand } is to change.
