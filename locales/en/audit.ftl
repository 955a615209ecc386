# Settings → Audit log.

nav-audit = Audit log
audit-title = Audit log
audit-lead = Who has changed what in this account, when and from where.
audit-download = Download as a table
audit-table-most = The table has the newest { $most } entries. Choose an earlier time for those that are older.
audit-who = Who
audit-what = What
audit-action = What was done
audit-everybody = Everybody
audit-everything = Everything
audit-all-actions = Whatever was done
audit-times = Time
audit-since = From (UTC)
audit-until = Until (UTC)
audit-empty = Nothing here
audit-empty-text = As soon as somebody changes a setting, signs in or signs out, it says so here.
audit-fields = { $count ->
    [one] One field
   *[other] { $count } fields
 }
newer = Newer

# dynamic: audit-action-
audit-action-create = Made
audit-action-update = Changed
audit-action-destroy = Deleted
audit-action-sign_in = Signed in
audit-action-sign_out = Signed out

audit-did-create = { $who } made { $type } “{ $name }”
audit-did-update = { $who } changed { $type } “{ $name }”
audit-did-destroy = { $who } deleted { $type } “{ $name }”
audit-did-sign-in = { $who } signed in
audit-did-sign-out = { $who } signed out

audit-by-server = The server
audit-by-command-line = The command line

# dynamic: audit-type-
audit-type-Account = account
audit-type-AccountUser = member
audit-type-AgentBot = bot
audit-type-Article = article
audit-type-AutomationRule = automation rule
audit-type-Campaign = campaign
audit-type-CannedResponse = canned response
audit-type-Category = category of a help centre
audit-type-Contact = contact
audit-type-ContactJob = import or export of contacts
audit-type-Conversation = conversation
audit-type-CsatSurveyResponse = answer to a survey
audit-type-CustomAttributeDefinition = custom attribute
audit-type-DashboardApp = dashboard app
audit-type-Inbox = inbox
audit-type-InboxMember = membership of inbox
audit-type-IntegrationHook = integration
audit-type-Label = label
audit-type-Macro = macro
audit-type-Portal = help centre
audit-type-ServiceKey = service key
audit-type-Team = team
audit-type-TeamMember = membership of team
audit-type-TestReceiver = test receiver
audit-type-User = user
audit-type-Webhook = webhook
audit-type-WebhookReplay = replay
