# Integrations: the cards, dashboard apps, translation.

integrations-dashboard-apps-text = Show pages of your own, such as a customer's orders, beside each conversation.
integrations-apps = { $count ->
    [one] { $count } app
   *[other] { $count } apps
}
integrations-translation-text = Agents read messages in their own language, by a LibreTranslate service that you or others run.

# What clients of the API are told of each.
# dynamic: integration-
integration-webhook-name = Webhooks
integration-webhook-description = Webhook events tell your own systems in real time what happens in this account. Subscribe to the events you need.
integration-webhook-short = Tell your own systems what happens.
integration-dashboard-apps-name = Dashboard apps
integration-dashboard-apps-description = Pages of your own, such as a customer's orders, are shown beside each conversation, and told which one it is.
integration-dashboard-apps-short = Show pages of your own beside conversations.
integration-libretranslate-name = LibreTranslate
integration-libretranslate-description = Messages are translated by a LibreTranslate service, which you can run yourself, so that agents read them in their own language.
integration-libretranslate-short = Translate messages.

dashboard-apps-title = Dashboard apps
dashboard-apps-lead = Pages of your own that clients show beside a conversation, each in a frame. They learn by a message which conversation and contact it is.
dashboard-apps-add = Add dashboard app
dashboard-apps-create = Create dashboard app
dashboard-apps-empty = There are no dashboard apps yet
dashboard-apps-empty-text = Put what your agents look up elsewhere, such as orders, beside the conversation.
dashboard-app-title = Title
dashboard-app-title-hint = What the tab says, such as Orders.
dashboard-app-content = Addresses
dashboard-app-content-hint = One in each line, beginning with https:// or http://. The page must allow to be shown in a frame.
dashboard-app-delete = Delete dashboard app
dashboard-app-delete-text = It is gone for everybody in this account. The page itself stays where it is.
dashboard-app-delete-question = Are you sure you want to delete the dashboard app { $name }?
error-dashboard-apps-most = An account may have at most { $count } dashboard apps
flash-dashboard-app-created = Dashboard app created
flash-dashboard-app-saved = Dashboard app saved
flash-dashboard-app-deleted = Dashboard app deleted

translation-title = Translation
translation-lead = The text of a message that an agent wants to have translated is sent to this LibreTranslate service, and to nobody else.
translation-url = Endpoint URL
translation-url-hint = Where it translates: its address with /translate at the end.
translation-key = API key
translation-key-hint = If the service asks for one. It is not shown again.
translation-key-kept = There is one, which stays as long as you enter no other.
translation-enabled = Translate messages
translation-delete = Delete translation service
translation-delete-text = Its address and its key are forgotten. What was translated stays.
translation-delete-question = Are you sure you want to delete the translation service?
flash-translation-saved = Translation saved
flash-translation-deleted = Translation service deleted
