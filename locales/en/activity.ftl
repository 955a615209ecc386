# Sentences that the system writes into conversations, in the language of the account.

activity-automation = Automation System
activity-status-open-by-user = Conversation was reopened by { $name }
activity-status-resolved-by-user = Conversation was marked resolved by { $name }
activity-status-pending-by-user = Conversation was marked as pending by { $name }
activity-status-snoozed-by-user = Conversation was snoozed by { $name }
activity-resolved-by-contact = Conversation was resolved by { $name }
activity-reopened-by-system = System reopened the conversation because of a new incoming message
activity-open-after-bot = System opened the conversation because the bot failed
activity-open-after-bot-left = System opened the conversation because its bot has left
activity-assignee-self = { $name } self-assigned this conversation
activity-assignee-set = Assigned to { $assignee } by { $name }
activity-assignee-removed = Conversation unassigned by { $name }
activity-team-set = Assigned to { $team } by { $name }
activity-team-set-with-assignee = Assigned to { $assignee } via { $team } by { $name }
activity-team-removed = Unassigned from { $team } by { $name }
activity-labels-added = { $name } added { $labels }
activity-labels-removed = { $name } removed { $labels }
activity-priority-set = { $name } set the priority to { $priority }
activity-priority-changed = { $name } changed the priority from { $before } to { $priority }
activity-priority-removed = { $name } removed the priority
# dynamic: activity-priority-is-
activity-priority-is-low = low
activity-priority-is-medium = medium
activity-priority-is-high = high
activity-priority-is-urgent = urgent
message-deleted = This message was deleted
activity-muted = { $name } muted the conversation
activity-unmuted = { $name } unmuted the conversation
activity-auto-resolved-days = { $count ->
    [one] Conversation was marked resolved by system due to { $count } day of inactivity
   *[other] Conversation was marked resolved by system due to { $count } days of inactivity
}
activity-auto-resolved-hours = { $count ->
    [one] Conversation was marked resolved by system due to { $count } hour of inactivity
   *[other] Conversation was marked resolved by system due to { $count } hours of inactivity
}
activity-auto-resolved-minutes = { $count ->
    [one] Conversation was marked resolved by system due to { $count } minute of inactivity
   *[other] Conversation was marked resolved by system due to { $count } minutes of inactivity
}
activity-auto-resolve-message-not-sent = The message about the end of the conversation was not sent: the time to answer is over
activity-survey-not-sent = The satisfaction survey was not sent: the time to answer is over

# What contacts are told automatically
template-ways-to-reach-you = Give the team a way to reach you.
template-email-field = Get notified by email
template-survey = Please rate the conversation

# What was said in a conversation, by e-mail.
transcript-subject = [{ $account }] Conversation #{ $number }
transcript-cut = Only the newest messages are in this mail.
transcript-empty = Nothing was said yet.
transcript-why-you = You get this message because { $account } was asked to send you what was said.
