"""The server held against its own description, GET /api/openapi.json: no answer is a server error, and each is one that is described.

    HOOKDESK_URL=http://127.0.0.1:3000 HOOKDESK_TOKEN=... HOOKDESK_ACCOUNT=1 python description.py

It puts eight of each thing into the account, which has to be the first of its database, and lets schemathesis ask; schemathesis.toml says what. The
server is to run with HOOKDESK_RATE_LIMITS=off and HOOKDESK_WEBHOOK_ALLOW_NETWORKS=127.0.0.0/8.
"""

import json
import os
import pathlib
import subprocess
import sys

import requests

URL, TOKEN, ACCOUNT = os.environ["HOOKDESK_URL"], os.environ["HOOKDESK_TOKEN"], os.environ["HOOKDESK_ACCOUNT"]
# where nobody listens
NOWHERE = "http://127.0.0.1:9"
session = requests.Session()
session.headers["api_access_token"] = TOKEN


def send(method, path, **body):
    place = path if path.startswith("/") else f"/api/v1/accounts/{ACCOUNT}/{path}"
    answer = session.request(method, URL + place, json=body)
    assert answer.ok, f"{method} {place} {body} answers {answer.status_code}: {answer.text}"
    return answer.json() if answer.content else None


def post(path, **body):
    return send("POST", path, **body)


def furnish():
    """Eight of each thing; gives what schemathesis.toml wants to know of them."""
    known = {}
    send("PATCH", "notification_settings", selected_email_flags=["email_conversation_creation"])
    for n in range(1, 9):
        agent = post("agents", name=f"Agent {n}", email=f"agent{n}@acme.example", role="agent")
        inbox = post("inboxes", name=f"Inbox {n}", enable_auto_assignment=False, channel={"type": "api"})
        visitors = f"/public/api/v1/inboxes/{inbox['inbox_identifier']}/contacts"
        visitor = post(visitors, name=f"Visitor {n}", email=f"visitor{n}@acme.example")
        chat = post(f"{visitors}/{visitor['source_id']}/conversations")
        post(f"{visitors}/{visitor['source_id']}/conversations/{chat['id']}/messages", content=f"Question {n}")
        answer = post(f"conversations/{chat['id']}/messages", content=f"How was it? {n}", content_type="input_csat")
        post(f"contacts/{visitor['id']}/notes", content=f"Note {n}")
        post("inbox_members", inbox_id=inbox["id"], user_ids=[agent["id"]])
        post("labels", title=f"label-{n}")
        team = post("teams", name=f"team {n}")
        post(f"teams/{team['id']}/team_members", user_ids=[agent["id"]])
        post("canned_responses", short_code=f"short{n}", content=f"Canned {n}")
        post("agent_bots", name=f"Bot {n}", outgoing_url=NOWHERE)
        attribute = {"attribute_key": f"attribute_{n}", "attribute_display_type": 0, "attribute_model": n % 2}
        post("custom_attribute_definitions", attribute_display_name=f"Attribute {n}", **attribute)
        condition = {"attribute_key": "status", "filter_operator": "equal_to", "values": ["open"], "query_operator": None}
        post("custom_filters", name=f"Filter {n}", filter_type="conversation", query={"payload": [condition]})
        hook = post("webhooks", url=f"{NOWHERE}/{n}", subscriptions=["contact_created"])["payload"]["webhook"]
        period = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}
        replay = post(f"webhooks/{hook['id']}/replays", what="everything", **period)["payload"]["replay"]
        post("test_receivers", answer="200")
        if n == 1:
            uuid = send("GET", f"conversations/{chat['id']}")["uuid"]
            known |= {
                "INBOX": inbox["inbox_identifier"],
                "VISITOR": visitor["source_id"],
                "CONVERSATION": uuid,
                "WEBHOOK": hook["id"],
                "REPLAY": replay["id"],
            }
        if n == 5:
            known |= {"SPARE_MESSAGE": answer["id"], "SPARE_WEBHOOK": hook["id"], "SPARE_REPLAY": replay["id"]}
    # one who is not there: whoever is cannot be deleted
    known["SPARE_CONTACT"] = post("contacts", name="Nobody", email="nobody@acme.example")["payload"]["contact"]["id"]
    return {f"HOOKDESK_{name}": str(value) for name, value in known.items()}


here = pathlib.Path(__file__).parent
schemathesis = pathlib.Path(sys.executable).with_name("schemathesis")
report = pathlib.Path("description.json").absolute()
report.unlink(missing_ok=True)
command = [schemathesis, "--no-color", "--config-file", here / "schemathesis.toml", "run", f"{URL}/api/openapi.json", "--warnings", "off"]
ended = subprocess.run([*command, "--report", "json", "--report-json-path", report], env={**os.environ, **furnish()}, check=False)
found = json.loads(report.read_text())
failed = {operation for failure in found["failures"] for operation in failure["operations"]}
tested = found["operations"]["tested"]
print(f"test result: {'ok' if ended.returncode == 0 else 'FAILED'}. {tested - len(failed)} passed; {len(failed)} failed;")
sys.exit(ended.returncode)
