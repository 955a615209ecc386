# Sentences that the system writes into conversations, in the language of the account.

activity-status-open-by-user = Conversation was reopened by { $name }
activity-status-resolved-by-user = Conversation was marked resolved by { $name }
activity-status-pending-by-user = Conversation was marked as pending by { $name }
activity-status-snoozed-by-user = Conversation was snoozed by { $name }
activity-resolved-by-contact = Conversation was resolved by { $name }
activity-reopened-by-system = System reopened the conversation because of a new incoming message
activity-open-after-bot = System opened the conversation because the bot failed
activity-assignee-self = { $name } self-assigned this conversation
activity-assignee-set = Assigned to { $assignee } by { $name }
activity-assignee-removed = Conversation unassigned by { $name }
activity-team-set = Assigned to { $team } by { $name }
activity-team-removed = Unassigned from { $team } by { $name }
activity-labels-added = { $name } added { $labels }
activity-labels-removed = { $name } removed { $labels }
