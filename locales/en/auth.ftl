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

field-code = Code
code-title = Enter your code
code-lead = Your password is right. Open the app that makes your codes, and enter the one that it shows now.
code-hint = Six digits from your app, or one of your backup codes.
error-code = This code is wrong, was used already, or is not the present one
flash-challenge-over = The sign-in took too long, or too many codes were wrong. Enter your password again

mfa-title = Two-factor authentication
mfa-lead = When you sign in, you are asked for a code from an app as well. Whoever knows only your password does not get in.
mfa-on = On
mfa-is-on-text = You are asked for a code from your app whenever you sign in.
mfa-is-off = Your password alone lets you in
mfa-is-off-text = With an app that makes codes, somebody who knows only your password does not get in.
mfa-set-up = Set up
mfa-manage = Manage
mfa-unavailable = This server has no key for the secrets of second factors. Its operator sets HOOKDESK_SECRET_KEY.
mfa-scan = 1. Tell your app
mfa-scan-text = Scan the picture with an app for codes, such as the one in your password manager, or type the key into it.
mfa-open-app = Open the app on this device
mfa-secret = Key to type
mfa-confirm = 2. Confirm
mfa-confirm-text = Enter the six digits that the app shows now. From then on you are asked for such a code.
mfa-switch-on = Switch on
mfa-switched-on = Two-factor authentication is on
mfa-backup-codes = Backup codes
mfa-backup-codes-left = { $count ->
    [0] You have no backup codes left.
    [one] You have { $count } backup code left.
   *[other] You have { $count } backup codes left.
} They let you in when you do not have your app. New ones take the place of those that are left.
mfa-backup-codes-renew = Make new backup codes
mfa-backup-codes-made = New backup codes
mfa-backup-codes-lead = Each of them lets you in once, in place of a code from your app.
mfa-backup-codes-once = They are not shown again. Print them, or keep them in your password manager.
mfa-switch-off = Switch off two-factor authentication
mfa-switch-off-text = From then on your password alone lets you in.
flash-mfa-off = Two-factor authentication is off
mfa-on-subject = Two-factor authentication is on for your login at { $brand }
mfa-on-text = Whoever signs in as you is asked for a code from an app from now on.
mfa-off-subject = Two-factor authentication is off for your login at { $brand }
mfa-off-text = Your password alone lets you in from now on.
mfa-not-you = If neither you nor an administrator whom you have asked has done this, change your password and speak to an administrator at once.
mfa-why-you = You get this because the way in which you sign in to { $brand } has changed.
agent-mfa-text = They are asked for a code from an app when they sign in.
agent-mfa-hint = For somebody who has lost their app and their backup codes. Make sure that it is really them who ask. They are told by e-mail, if this server sends any.
agent-mfa-elsewhere = They also work in another account. Whoever has lost everything asks the operator of this server: hookdesk second-factor-off
sign-in-link-lead = You come by a link that signs you in as { $email }.
error-sign-in-link = This link does not work any more: it works once, within five minutes. Please ask for another one, or sign in with your password.

sign-up = Create an account of your own
sign-up-lead = You get a mail with a link. Once you have used it, the account is yours.
sign-up-submit = Send the link
flash-sign-up-asked = A mail with a link is on its way to you
error-unconfirmed = Confirm your address first: a mail with a link is on its way to you
sign-up-confirm = Confirm your address
sign-up-confirm-lead = Enter the password that you have chosen, and { $account } is yours.
# dynamic: sign-up-letter-
sign-up-letter-link-subject = Confirm your address for { $brand }
sign-up-letter-link-text = You want to create an account of your own. It is made when you open this link and enter the password that you have chosen.
sign-up-letter-known-subject = You have a login at { $brand } already
sign-up-letter-known-text = Somebody has tried to create an account with your address. You have a login already, with which you can sign in.
sign-up-not-you = If it was not you, do nothing: nothing happens then.
sign-up-action = Confirm the address
sign-up-why-you = You get this because your e-mail address was entered at { $brand } to create an account.
