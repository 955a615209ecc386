"""The client chatwoot-client against a running server, used as its programs use it: every call that it offers, and what the answers say.

    HOOKDESK_URL=http://127.0.0.1:3000 HOOKDESK_TOKEN=... HOOKDESK_ACCOUNT=1 HOOKDESK_PLATFORM_TOKEN=... python client.py

On an account that nobody has used. A call that is neither made nor listed below fails the run. Where the client describes an answer with a model that
is right, the answer has to fit into it.
"""

import dataclasses
import hashlib
import hmac
import inspect
import json
import os
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from chatwoot_client import ChatwootClient, input_schemas as models, webhooks_events as events
from pydantic import TypeAdapter

URL, TOKEN, ACCOUNT = os.environ["HOOKDESK_URL"], os.environ["HOOKDESK_TOKEN"], int(os.environ["HOOKDESK_ACCOUNT"])

# What the client asks for where no server of this API has it: profile and reports below /api/v1/accounts/{id}, a list of all users, and whoever is taken
# out of an account in the path.
ASKS_ELSEWHERE = """
account_users.delete users.list
profile.get reports.get_account_report_summary reports.get_accounts_report reports.get_conversation_metrics_for_account
reports.get_conversation_metrics_for_agent
""".split()
# What the client cannot send: its own functions refuse the arguments.
CANNOT_SEND = "contacts.filter conversations.filter custom_filters.create inboxes.delete_agent teams.delete_agent".split()

# ---------------------------------------------------------------- the client, each call of which is noted

made, offered = set(), set()


class Noted:
    def __init__(self, name, actions):
        for method, call in inspect.getmembers(actions, inspect.ismethod):
            if not method.startswith("_"):
                offered.add(f"{name}.{method}")
                setattr(self, method, self.noted(f"{name}.{method}", call))

    @staticmethod
    def noted(name, call):
        def noting(*given, **named):
            made.add(name)
            return call(*given, **named)

        noting.wanted = len(inspect.signature(call).parameters)
        return noting


class Client:
    def __init__(self, token):
        client = ChatwootClient(f"{URL}/", token)
        for name, actions in vars(client).items():
            if name != "client":
                setattr(self, name, Noted(name, actions))


ada = Client(TOKEN)
operator = Client(os.environ["HOOKDESK_PLATFORM_TOKEN"])
visitor = Client("")  # whoever visits has no token


def called(name, by=ada):
    service, method = name.split(".")
    return getattr(getattr(by, service), method)


def refused(status, call, *given, **named):
    """What a call is refused with."""
    try:
        call(*given, **named)
    except httpx.HTTPStatusError as error:
        wanted = status if isinstance(status, tuple) else (status,)
        assert status is None or error.response.status_code in wanted, f"{error}: {error.response.text}"
        return error.response
    raise AssertionError("the call is not refused")


def gone(call, *given):
    """A call that is answered with success and nothing, which the client then cannot read: so its programs catch that."""
    try:
        assert call(*given) is None
    except json.JSONDecodeError as error:
        assert error.doc == ""


# ---------------------------------------------------------------- checks


def fits(model, value):
    """That an answer fits the client's own model of it."""
    TypeAdapter(model).validate_python(value)
    return value


def has(model, value):
    """What a model of the client asks for that is not there."""
    return {field.name for field in dataclasses.fields(model)} - value.keys()


def says(value, **expected):
    found = {key: value.get(key) for key in expected}
    assert found == expected, f"{found} is not {expected}"


def ids(items):
    return [item["id"] for item in items]


def seconds(value):
    assert isinstance(value, int) and abs(value - time.time()) < 300, f"{value} is not a time of now in seconds"


heard = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        heard.append((self.path, self.headers, self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
HOOK_URL = f"http://127.0.0.1:{receiver.server_port}/hook"


def delivery(wanted):
    """The first delivery that is wanted, also one that has come already."""
    late = time.monotonic() + 20
    while time.monotonic() < late:
        for _, headers, body in list(heard):
            if wanted(json.loads(body)):
                return headers, body
        time.sleep(0.05)
    raise AssertionError(f"nothing like that came: {[body[:200] for _, _, body in heard]}")


tests = []


def test(run):
    tests.append(run)
    return run


class Shop:
    """What the tests make and go on with."""


shop = Shop()

# ---------------------------------------------------------------- what a program does


@test
def a_wrong_token_is_refused():
    answer = refused(401, Client("nobodyhasthistoken").agents.list, ACCOUNT)
    assert isinstance(answer.json()["error"], str)


@test
def agents():
    shop.me = ada.agents.list(ACCOUNT)[0]
    says(shop.me, role="administrator", confirmed=True, account_id=ACCOUNT)
    shop.ben = ada.agents.create(ACCOUNT, {"name": "Ben Agent", "email": "ben.py@acme.example", "role": "agent"})
    says(shop.ben, name="Ben Agent", email="ben.py@acme.example", role="agent", confirmed=False, account_id=ACCOUNT)
    says(ada.agents.update(ACCOUNT, shop.ben["id"], {"role": "agent", "availability": "busy", "auto_offline": False}), auto_offline=False)
    other = ada.agents.create(ACCOUNT, {"name": "Gone", "email": "gone.py@acme.example", "role": "agent"})
    gone(ada.agents.delete, ACCOUNT, other["id"])
    assert sorted(ids(ada.agents.list(ACCOUNT))) == sorted([shop.me["id"], shop.ben["id"]])
    refused(404, ada.agents.delete, ACCOUNT, other["id"])


@test
def inboxes():
    shop.inbox = fits(models.Inbox, ada.inboxes.create(ACCOUNT, {"name": "Shop", "channel": {"type": "api", "webhook_url": ""}}))
    says(shop.inbox, name="Shop", channel_type="Channel::Api")
    website = {"type": "web_widget", "website_url": "https://acme.example", "welcome_title": "Hi", "widget_color": "#ff0000"}
    site = fits(models.Inbox, ada.inboxes.create(ACCOUNT, {"name": "Site", "channel": website}))
    says(site, channel_type="Channel::WebWidget", website_url="https://acme.example", welcome_title="Hi", widget_color="#ff0000")
    changed = ada.inboxes.update(ACCOUNT, shop.inbox["id"], {"name": "Shop 2", "enable_auto_assignment": False, "greeting_enabled": False})
    says(changed, id=shop.inbox["id"], name="Shop 2", enable_auto_assignment=False)
    assert ada.inboxes.get(ACCOUNT, shop.inbox["id"]) == changed
    assert ids(ada.inboxes.list(ACCOUNT)["payload"]) == [shop.inbox["id"], site["id"]]
    assert isinstance(ada.inboxes.delete(ACCOUNT, site["id"])["message"], str)
    refused(404, ada.inboxes.get, ACCOUNT, 4711)


@test
def members_of_inboxes():
    me, ben, inbox = shop.me["id"], shop.ben["id"], shop.inbox["id"]
    added = ada.inboxes.add_agent(ACCOUNT, {"inbox_id": str(inbox), "user_ids": [ben]})
    assert ben in ids(added["payload"])
    both = ada.inboxes.update_agent(ACCOUNT, {"inbox_id": str(inbox), "user_ids": [me, ben]})
    assert sorted(ids(both["payload"])) == sorted([me, ben])
    assert sorted(ids(ada.inboxes.list_agents(ACCOUNT, inbox)["payload"])) == sorted([me, ben])


@test
def webhooks():
    url = "https://acme.example/in"
    # the client's own models of what it hears are of today's payload
    said = {"url": url, "subscriptions": ["message_updated"], "payload_format": "chatwoot"}
    hook = ada.webhooks.create(ACCOUNT, said)["payload"]["webhook"]
    says(fits(models.Webhook, hook), url=url, subscriptions=["message_updated"], account_id=ACCOUNT)
    changed = ada.webhooks.update(ACCOUNT, hook["id"], {"url": HOOK_URL, "subscriptions": ["message_created"]})["payload"]["webhook"]
    says(fits(models.Webhook, changed), id=hook["id"], url=HOOK_URL, subscriptions=["message_created"])
    shop.hook = changed
    other = ada.webhooks.create(ACCOUNT, {"url": url})["payload"]["webhook"]
    assert sorted(ids(ada.webhooks.list(ACCOUNT)["payload"]["webhooks"])) == sorted([hook["id"], other["id"]])
    gone(ada.webhooks.delete, ACCOUNT, other["id"])
    assert ids(ada.webhooks.list(ACCOUNT)["payload"]["webhooks"]) == [hook["id"]]
    answer = refused(422, ada.webhooks.create, ACCOUNT, {"url": "ftp://acme.example"})
    assert answer.json()["attributes"] == ["url"]


@test
def agent_bots():
    said = {"name": "Botty", "description": "Answers first", "outgoing_url": "https://bot.example"}
    bot = fits(models.AgentBot, ada.account_agent_bots.create(ACCOUNT, said))
    says(bot, **said, account_id=ACCOUNT)
    says(ada.account_agent_bots.update(ACCOUNT, bot["id"], {"name": "Botty 2"}), id=bot["id"], name="Botty 2", description="Answers first")
    says(ada.account_agent_bots.get(ACCOUNT, bot["id"]), id=bot["id"], name="Botty 2")
    assert ids(ada.account_agent_bots.list(ACCOUNT)) == [bot["id"]]
    gone(ada.inboxes.set_agent_bot, ACCOUNT, shop.inbox["id"], {"agent_bot": bot["id"]})
    says(ada.inboxes.get_associated_agent_bot(ACCOUNT, shop.inbox["id"])["agent_bot"], id=bot["id"], name="Botty 2")
    gone(ada.account_agent_bots.delete, ACCOUNT, bot["id"])
    assert ada.account_agent_bots.list(ACCOUNT) == []
    assert ada.inboxes.get_associated_agent_bot(ACCOUNT, shop.inbox["id"]) == {}


@test
def teams():
    team = fits(models.Team, ada.teams.create(ACCOUNT, {"name": "Billing", "description": "Money", "allow_auto_assign": False}))
    says(team, name="billing", description="Money", allow_auto_assign=False, account_id=ACCOUNT, is_member=False)
    says(ada.teams.update(ACCOUNT, team["id"], {"description": "All about money"}), id=team["id"], description="All about money")
    says(ada.teams.get(ACCOUNT, team["id"]), id=team["id"], name="billing")
    me, ben = shop.me["id"], shop.ben["id"]
    assert ids(ada.teams.add_agent(ACCOUNT, team["id"], {"user_ids": [ben]})) == [ben]
    assert sorted(ids(ada.teams.update_agent(ACCOUNT, team["id"], {"user_ids": [me, ben]}))) == sorted([me, ben])
    assert sorted(ids(ada.teams.list_agents(ACCOUNT, team["id"]))) == sorted([me, ben])
    assert ada.teams.get(ACCOUNT, team["id"])["is_member"] is True
    other = ada.teams.create(ACCOUNT, {"name": "other"})
    gone(ada.teams.delete, ACCOUNT, other["id"])
    assert ids(ada.teams.list(ACCOUNT)) == [team["id"]]
    shop.team = team


@test
def contacts():
    said = {"name": "Léa", "email": "lea@acme.example", "phone_number": "+33611223344", "identifier": "crm-88", "custom_attributes": {"plan": "pro"}}
    payload = ada.contacts.create(ACCOUNT, {"inbox_id": shop.inbox["id"], **said})["payload"]
    shop.lea, shop.session = payload["contact"], payload["contact_inbox"]["source_id"]
    says(shop.lea, **said)
    seconds(shop.lea["created_at"])
    updated = ada.contacts.update(ACCOUNT, shop.lea["id"], {"name": "Lea", "custom_attributes": {"seats": 3}})["payload"]
    says(updated, id=shop.lea["id"], name="Lea", custom_attributes={"plan": "pro", "seats": 3})
    got = ada.contacts.get(ACCOUNT, shop.lea["id"])["payload"]
    says(got, id=shop.lea["id"], email="lea@acme.example")
    fits(models.ContactInboxes, got["contact_inboxes"][0])
    answer = refused(422, ada.contacts.create, ACCOUNT, {"inbox_id": shop.inbox["id"], "phone_number": "+33611223344"})
    assert answer.json()["attributes"] == ["phone_number"]
    shop.max = ada.contacts.create(ACCOUNT, {"inbox_id": shop.inbox["id"], "name": "Max", "email": "max@acme.example"})["payload"]["contact"]


@test
def lists_and_search_of_contacts():
    both = ada.contacts.list(ACCOUNT, {"sort": "-email", "page": 1})
    assert ids(both["payload"]) == [shop.max["id"], shop.lea["id"]] and both["meta"]["count"] == 2
    assert ada.contacts.list(ACCOUNT, {"page": 2})["payload"] == []
    assert ids(ada.contacts.search(ACCOUNT, {"q": "334455"})["payload"]) == []
    assert ids(ada.contacts.search(ACCOUNT, {"q": "223344", "page": 1})["payload"]) == [shop.lea["id"]]


@test
def custom_attributes():
    said = {"attribute_display_name": "Since", "attribute_description": "", "attribute_key": "since", "attribute_values": []}
    since = ada.custom_attributes.create(ACCOUNT, {**said, "attribute_display_type": 5, "attribute_model": 0})
    says(since, attribute_display_name="Since", attribute_key="since", attribute_display_type="date", attribute_model="conversation_attribute")
    says(ada.custom_attributes.update(ACCOUNT, since["id"], {"attribute_display_name": "From"}), id=since["id"], attribute_display_name="From")
    says(ada.custom_attributes.get(ACCOUNT, since["id"]), id=since["id"], attribute_display_name="From")
    assert ids(ada.custom_attributes.list(ACCOUNT, {"attribute_model": "0"})) == [since["id"]]
    gone(ada.custom_attributes.delete, ACCOUNT, since["id"])
    assert ada.custom_attributes.list(ACCOUNT, {"attribute_model": "0"}) == []


@test
def automation_rules():
    conditions = [{"attribute_key": "content", "filter_operator": "contains", "values": ["bug"], "query_operator": None}]
    data = {
        "name": "Bugs",
        "description": "Sorts bugs",
        "event_name": "message_created",
        "conditions": conditions,
        "actions": [{"action_name": "add_label", "action_params": ["bug"]}],
    }
    made = ada.automation_rules.create(ACCOUNT, data)["payload"]
    says(made, name="Bugs", event_name="message_created", conditions=conditions, active=True)
    says(ada.automation_rules.get(ACCOUNT, made["id"])["payload"], id=made["id"], actions=data["actions"])
    assert [one["id"] for one in ada.automation_rules.list(ACCOUNT, {"page": 1})["payload"]] == [made["id"]]
    says(ada.automation_rules.update(ACCOUNT, made["id"], {**data, "name": "Errors", "active": False})["payload"], name="Errors", active=False)
    gone(ada.automation_rules.delete, ACCOUNT, made["id"])
    refused(404, ada.automation_rules.get, ACCOUNT, made["id"])


@test
def canned_responses():
    hi = fits(models.CannedResponse, ada.canned_responses.create(ACCOUNT, {"short_code": "hi", "content": "สวัสดี"}))
    says(hi, short_code="hi", content="สวัสดี", account_id=ACCOUNT)
    assert ids(fits(list[models.CannedResponse], ada.canned_responses.list(ACCOUNT))) == [hi["id"]]
    gone(ada.canned_responses.delete, ACCOUNT, hi["id"])
    assert ada.canned_responses.list(ACCOUNT) == []


@test
def integrations():
    apps = fits(list[models.IntegrationsApp], ada.integrations.list(ACCOUNT)["payload"])
    assert ids(apps) == ["webhook", "dashboard_apps", "libretranslate"]
    # the client's model of a hook takes its ids for texts
    made = ada.integrations.create(ACCOUNT, {"app_id": "libretranslate", "settings": {"endpoint_url": HOOK_URL}})
    says(made, app_id="libretranslate", status=True, account_id=ACCOUNT, settings={"endpoint_url": HOOK_URL})
    changed = ada.integrations.update(ACCOUNT, made["id"], {"settings": {"endpoint_url": "https://acme.example/translate"}})
    says(changed, id=made["id"], settings={"endpoint_url": "https://acme.example/translate"})
    gone(ada.integrations.delete, ACCOUNT, made["id"])
    refused(404, ada.integrations.update, ACCOUNT, made["id"], {"settings": {}})


@test
def custom_filters():
    # the client cannot make one; its own helper can
    query = {"payload": [{"attribute_key": "status", "filter_operator": "equal_to", "values": ["open"], "query_operator": None}]}
    http = ChatwootClient(f"{URL}/", TOKEN).client
    mine = fits(
        models.CustomFilter, http.post(f"api/v1/accounts/{ACCOUNT}/custom_filters", data={"name": "Open", "type": "conversation", "query": query})
    )
    says(mine, name="Open", filter_type="conversation", query=query)
    says(ada.custom_filters.update(ACCOUNT, mine["id"], {"name": "All open"}), id=mine["id"], name="All open", query=query)
    says(ada.custom_filters.get(ACCOUNT, mine["id"]), id=mine["id"], name="All open")
    assert ids(ada.custom_filters.list(ACCOUNT, {"filter_type": "conversation"})) == [mine["id"]]
    gone(ada.custom_filters.delete, ACCOUNT, mine["id"])
    assert ada.custom_filters.list(ACCOUNT, None) == []


@test
def a_conversation_begins():
    said = {
        "source_id": shop.session,
        "inbox_id": str(shop.inbox["id"]),
        "contact_id": str(shop.lea["id"]),
        "status": "open",
        "custom_attributes": {"order": "A-1"},
    }
    shop.conversation = ada.conversations.create(ACCOUNT, said)
    says(shop.conversation, account_id=ACCOUNT, inbox_id=shop.inbox["id"], status="open", custom_attributes={"order": "A-1"}, labels=[])
    seconds(shop.conversation["created_at"])
    says(ada.conversations.get(ACCOUNT, shop.conversation["id"]), id=shop.conversation["id"], uuid=shop.conversation["uuid"])
    refused(404, ada.conversations.get, ACCOUNT, 4711)


@test
def messages_and_the_webhook_that_hears_of_them():
    conversation = shop.conversation["id"]
    asked = ada.messages.create(ACCOUNT, conversation, {"content": "Where is my order? ☃", "message_type": "incoming", "private": False})
    says(asked, content="Where is my order? ☃", message_type=0, private=False, content_type="text", conversation_id=conversation)
    seconds(asked["created_at"])
    choices = {"items": [{"title": "First", "value": "1"}]}
    choice = ada.messages.create(ACCOUNT, conversation, {"content": "Which?", "content_type": "input_select", "content_attributes": choices})
    says(choice, message_type=1, content_type="input_select", content_attributes=choices)
    # the client sends files as JSON, which no server takes for files: the text arrives
    bare = ada.messages.create_attachment(ACCOUNT, conversation, {"content": "See file", "message_type": "outgoing", "file_type": "image/png"})
    says(bare, content="See file", message_type=1)
    headers, body = delivery(lambda told: told.get("event") == "message_created" and told.get("content") == "Where is my order? ☃")
    told = json.loads(body)
    says(told, message_type="incoming", content_type="text", private=False)
    assert told["account"]["id"] == ACCOUNT and told["inbox"]["id"] == shop.inbox["id"] and told["sender"]["id"] == shop.lea["id"]
    # the file comes with its key only
    assert has(events.MessageCreatedEvent, told) <= {"attachments"}
    assert has(events.Conversation, told["conversation"]) == set()
    assert has(events.Message, told["conversation"]["messages"][0]) <= {"attachments"}
    signed = headers["X-Chatwoot-Timestamp"].encode() + b"." + body
    assert headers["X-Chatwoot-Signature"] == "sha256=" + hmac.new(shop.hook["secret"].encode(), signed, hashlib.sha256).hexdigest()
    says(ada.messages.delete(ACCOUNT, conversation, bare["id"]), id=bare["id"], content_attributes={"deleted": True})
    listed = ada.messages.list(ACCOUNT, conversation)["payload"]
    assert [one for one in ids(listed) if one in (asked["id"], choice["id"], bare["id"])] == [asked["id"], choice["id"], bare["id"]]


@test
def assignments_and_labels():
    conversation = shop.conversation["id"]
    says(ada.conversation_assignment.assign(ACCOUNT, conversation, {"assignee_id": shop.ben["id"]}), id=shop.ben["id"], name="Ben Agent")
    says(ada.conversation_assignment.assign(ACCOUNT, conversation, {"team_id": shop.team["id"]}), id=shop.team["id"], name="billing")
    meta = ada.conversations.get(ACCOUNT, conversation)["meta"]
    assert (meta["assignee"]["id"], meta["team"]["id"]) == (shop.ben["id"], shop.team["id"])
    answer = fits(models.ConversationLabels, ada.conversation_labels.create(ACCOUNT, conversation, {"labels": ["vip", "late"]}))
    assert sorted(answer["payload"]) == ["late", "vip"]
    assert sorted(ada.conversation_labels.list(ACCOUNT, conversation)["payload"]) == ["late", "vip"]


@test
def lists_and_counts_of_conversations():
    conversation = shop.conversation["id"]
    data = ada.conversations.list(ACCOUNT, {"status": "open", "assignee_type": "all", "page": 1})["data"]
    assert ids(data["payload"]) == [conversation]
    assert data["meta"] == {"mine_count": 0, "assigned_count": 1, "unassigned_count": 0, "all_count": 1}

    def found(**query):
        return ids(ada.conversations.list(ACCOUNT, query)["data"]["payload"])

    assert found(page=2) == [] and found(assignee_type="unassigned") == [] and found(status="resolved") == []
    assert found(inbox_id=shop.inbox["id"], team_id=shop.team["id"], labels=["vip"]) == [conversation]
    assert found(labels=["nothing"]) == []
    assert found(q="my order") == [conversation]
    answer = fits(models.ApiV1AccountsAccountIdConversationsMetaGetResponse, ada.conversations.get_meta(ACCOUNT, {"status": "open"}))
    says(answer["meta"], all_count=1)
    assert ids(ada.contacts.get_conversations(ACCOUNT, shop.lea["id"])["payload"]) == [conversation]


@test
def status_is_toggled_without_a_body():
    conversation = shop.conversation["id"]
    answer = fits(models.ConversationStatusToggle, ada.conversations.toggle_status(ACCOUNT, conversation))
    says(answer["payload"], success=True, conversation_id=conversation, current_status="resolved")
    answer = fits(models.ConversationStatusToggle, ada.conversations.toggle_status(ACCOUNT, conversation))
    says(answer["payload"], current_status="open")


@test
def the_client_api_for_visitors():
    inbox = shop.inbox["inbox_identifier"]
    who = fits(models.PublicContact, visitor.client_contacts.create(inbox, {"identifier": "v-1", "name": "Vera", "email": "vera@acme.example"}))
    says(who, name="Vera", email="vera@acme.example")
    source = who["source_id"]
    says(visitor.client_contacts.update(inbox, source, {"name": "Vera V"}), source_id=source, name="Vera V")
    says(fits(models.PublicContact, visitor.client_contacts.get(inbox, source)), id=who["id"], name="Vera V", email="vera@acme.example")
    begun = visitor.client_conversations.create(inbox, source)
    says(begun, inbox_id=shop.inbox["id"], messages=[])
    written = visitor.client_messages.create(inbox, source, begun["id"], {"content": "Hello?", "echo_id": "e-1"})
    says(written, content="Hello?", message_type=0, conversation_id=begun["id"])
    asked = ada.messages.create(
        ACCOUNT, begun["id"], {"content": "Which?", "content_type": "input_select", "content_attributes": {"items": [{"title": "A", "value": "a"}]}}
    )
    submitted = {"submitted_values": [{"title": "A", "value": "a"}]}
    says(visitor.client_messages.update(inbox, source, begun["id"], asked["id"], submitted), id=asked["id"])
    listed = visitor.client_messages.list(inbox, source, begun["id"])
    assert [one for one in ids(listed) if one in (written["id"], asked["id"])] == [written["id"], asked["id"]]
    assert ids(visitor.client_conversations.list(inbox, source)) == [begun["id"]]
    says(refused(404, visitor.client_contacts.get, inbox, "nobody").json(), status=404)


@test
def contacts_are_deleted():
    gone(ada.contacts.delete, ACCOUNT, shop.max["id"])
    refused(404, ada.contacts.get, ACCOUNT, shop.max["id"])


@test
def the_operators_programs_make_accounts_people_and_bots():
    company = operator.accounts.create({"name": "Globex"})
    account = company["id"]
    assert operator.accounts.get(account)["name"] == "Globex"
    assert operator.accounts.update(account, {"name": "Globex 2"})["name"] == "Globex 2"
    hank = operator.users.create({"name": "Hank", "email": "hank@globex.example", "password": "Passw0rd!"})
    assert operator.users.get(hank["id"])["email"] == "hank@globex.example"
    assert operator.users.update(hank["id"], {"name": "Hank S"})["name"] == "Hank S"
    assert "sso_auth_token=" in operator.users.get_sso_link(hank["id"])["url"]
    assert operator.account_users.create(account, {"user_id": hank["id"], "role": "agent"})["user_id"] == hank["id"]
    assert [one["user_id"] for one in operator.account_users.list(account)] == [hank["id"]]
    bot = operator.agent_bots.create({"name": "Robin", "account_id": account})
    assert operator.agent_bots.get(bot["id"])["name"] == "Robin"
    assert operator.agent_bots.update(bot["id"], {"name": "Robin 2"})["name"] == "Robin 2"
    assert bot["id"] in [one["id"] for one in operator.agent_bots.list()]
    gone(operator.agent_bots.delete, bot["id"])
    gone(operator.users.delete, hank["id"])
    gone(operator.accounts.delete, account)
    refused(401, called("accounts.get"), account)


@test
def what_the_client_asks_for_elsewhere_is_refused_as_a_path_that_nobody_has():
    for name in ASKS_ELSEWHERE:
        # whoever has no token of that API is refused before that
        call = called(name, operator if name in ("account_users.delete", "users.list") else ada)
        given = [ACCOUNT, 1 if name == "account_users.delete" else {"metric": "conversations_count", "type": "account"}][: call.wanted]
        refused((404, 405), call, *given)


@test
def what_the_client_cannot_send_is_that_still():
    for name in CANNOT_SEND:
        call = called(name)
        try:
            call(*[ACCOUNT, *[{}] * (call.wanted - 1)])
        except TypeError:
            continue
        raise AssertionError(f"{name} can be sent: it is to be tested")


@test
def every_call_that_the_client_offers_is_made():
    assert not offered - made, sorted(offered - made)


passed, failed = 0, 0
for run in tests:
    name = run.__name__.replace("_", " ")
    try:
        run()
        passed += 1
        print(f"test client: {name} ... ok")
    except Exception as error:
        failed += 1
        print(f"test client: {name} ... FAILED")
        traceback.print_exc(file=sys.stdout)
        if isinstance(error, httpx.HTTPStatusError):
            print(f"{error.request.method} {error.request.url} answers {error.response.status_code}: {error.response.text}")
receiver.shutdown()
served = len(made) - len(ASKS_ELSEWHERE) - len(CANNOT_SEND)
print(
    f"{len(made)} of {len(offered)} calls: {served} served, {len(ASKS_ELSEWHERE)} for paths that nobody has, "
    f"{len(CANNOT_SEND)} that the client cannot send"
)
print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed;")
sys.exit(failed > 0)
