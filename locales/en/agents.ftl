# Agents: inviting, changing and removing the people of an account.

agents-title = Agents
agents-lead = The people who work in this account.
agents-add = Add agent
agents-you = You
agents-invited = Invited
agents-new-lead = Who is new here sets their own password.
agents-email-hint = Somebody who already has a login here is added to this account and keeps their password, unless nobody has proved yet that the address is theirs.
agents-mail-note = A new login gets an invitation by e-mail, with a link to set a password.
agents-link-note = This server sends no e-mail. The next page shows a link for you to pass on, with which a new login sets its password.
role-agent-hint = Answers conversations in the inboxes they are a member of.
role-administrator-hint = Sees every inbox and may change all settings.
agents-created-title = { $name } has been added
flash-agent-added = Agent added
flash-agent-added-elsewhere = Agent added. They have no password yet and also work in another account, so they get their link from the operator of this server (hookdesk password-link)
flash-agent-invited = The invitation is on its way
flash-agent-saved = Agent saved
flash-agent-removed = Agent removed
error-last-administrator = The account needs at least one administrator
error-address-unproved = They work in another account of this server, and have never proved that this address is theirs. This server sends no e-mail, so its operator makes a link for them first (hookdesk password-link)

availability = Availability
# dynamic: availability-
availability-online = Online
availability-busy = Busy
availability-offline = Offline
auto-offline = Offline by itself while nobody is signed in

agent-password-invited = They have not set a password yet. Until then nobody can sign in with this address.
agent-password-text = Somebody who has forgotten their password can ask for a link on the sign-in page. You can also make one.
agent-invite-again = Send the invitation again
password-link = Link to set a password
password-link-make = Make a link
password-link-make-hint = Whoever opens it sets the password: pass it on by a safe way. It works once, and ends the link before.
password-link-elsewhere = They also work in another account of this server. So only they themselves can ask for a new password: by e-mail, or from the operator of this server (hookdesk password-link).
password-link-lead = Pass this on, by a safe way. Whoever opens the link sets the password of this login.
password-link-once = The link works once, and is not shown again.
password-link-expires = Works until
agent-delete = Remove agent
agent-delete-text = They lose their access to this account, and their conversations are assigned to nobody. What they wrote stays.
agent-delete-question = Are you sure you want to remove { $name } from this account?

invitation-subject = { $inviter } invites you to { $account }
invitation-text = { $inviter } has added you to { $account } on { $brand }, where its team answers customers. Set a password, and you can sign in.
invitation-action = Set a password
invitation-why-you = You get this because { $inviter } entered your e-mail address. If you do not know what it is about, do nothing.

link-made-subject = A link for your password at { $brand }
link-made-text = { $administrator } has made a link with which a new password can be set for your login, as an administrator of { $account }. If you did not ask for it, ask them why, and set a password of your own.
link-made-why-you = You get this because you have a login at { $brand }.
