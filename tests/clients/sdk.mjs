// The SDK @figuro/chatwoot-sdk against a running server, used as its programs use it: every call that it offers, and what the answers say.
//
//   HOOKDESK_URL=http://127.0.0.1:3000 HOOKDESK_TOKEN=... HOOKDESK_ACCOUNT=1 HOOKDESK_PLATFORM_TOKEN=... node sdk.mjs
//
// Run in the folder whose node_modules holds the SDK, on an account that nobody has used. A call that is neither made nor listed below fails the run.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { default: Client, ApiError } = createRequire(`${process.cwd()}/`)("@figuro/chatwoot-sdk");
const { HOOKDESK_URL: basePath, HOOKDESK_TOKEN: token, HOOKDESK_ACCOUNT, HOOKDESK_PLATFORM_TOKEN } = process.env;
const accountId = Number(HOOKDESK_ACCOUNT);

// What the SDK asks for where no server of this API has it: /accounts without /api/v1, and an inbox in the path of DELETE inbox_members.
const ASKS_ELSEWHERE = ["inboxes.removeAgent", "teams.addAgent", "teams.listMembers", "teams.removeAgent", "teams.updateAgentsInTeam"];

// ---------------------------------------------------------------- the client, each call of which is noted

const made = new Set();
const offered = new Set();

function noted(service, name) {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(service)).filter((method) => method !== "constructor");
    if (methods.length === 0) return Object.fromEntries(Object.entries(service).map(([key, inner]) => [key, noted(inner, `${name}.${key}`)]));
    const call =
        (method) =>
        async (given = {}) => {
            made.add(`${name}.${method}`);
            return await service[method]({ accountId, ...given });
        };
    for (const method of methods) offered.add(`${name}.${method}`);
    return Object.fromEntries(methods.map((method) => [method, call(method)]));
}

function open(config) {
    const client = new Client({ config: { basePath, with_credentials: true, credentials: "include", ...config } });
    const services = Object.entries(client).filter(([name]) => name !== "chatwootAPI");
    // `client` and `platform` are bare objects with services in them
    return Object.fromEntries(
        services.map(([name, service]) => [
            name,
            service.constructor === Object
                ? Object.fromEntries(Object.entries(service).map(([key, inner]) => [key, noted(inner, `${name}.${key}`)]))
                : noted(service, name),
        ]),
    );
}

const ada = open({ token });
const operator = open({ token: HOOKDESK_PLATFORM_TOKEN });
const visitor = open({}).client; // whoever visits has no token

/** What a call is refused with. */
async function refused(call, status) {
    const error = await call.then(
        () => assert.fail("the call is not refused"),
        (error) => error,
    );
    assert.ok(error instanceof ApiError, `${error}`);
    if (status) assert.equal(error.status, status, JSON.stringify(error.body));
    return error;
}

// ---------------------------------------------------------------- checks

const seconds = (value) => {
    assert.ok(Number.isInteger(value) && Math.abs(value - Date.now() / 1000) < 300, `${value} is not a time of now in seconds`);
};
const id = (value) => {
    assert.ok(Number.isInteger(value) && value > 0, `${value} is no id`);
    return value;
};
/** That an object says at least this. */
const says = (object, expected) => assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, object[key]])), expected);
const ids = (list) => list.map((item) => item.id);

// A receiver of webhooks.
const heard = [];
let ring = () => {};
const receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
        heard.push({ path: request.url, headers: request.headers, body });
        ring();
        response.end();
    });
});
await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
const receiverUrl = `http://127.0.0.1:${receiver.address().port}`;

/** The next delivery to a path that fits, also one that has come already. */
async function delivery(path, fits) {
    const late = Date.now() + 20_000;
    for (;;) {
        const found = heard.find((request) => request.path === path && fits(JSON.parse(request.body)));
        if (found) return { ...found, json: JSON.parse(found.body) };
        assert.ok(Date.now() < late, `nothing like that came to ${path}: ${heard.map((request) => request.body.slice(0, 200)).join("\n")}`);
        await new Promise((again) => {
            ring = again;
            setTimeout(again, 500);
        });
    }
}

let passed = 0;
let failed = 0;
async function test(name, body) {
    try {
        await body();
        passed += 1;
        console.log(`test sdk: ${name} ... ok`);
    } catch (error) {
        failed += 1;
        const told =
            error instanceof ApiError ? `${error.request?.method} ${error.url} answers ${error.status}: ${JSON.stringify(error.body)}\n` : "";
        console.log(`test sdk: ${name} ... FAILED\n${told}${error.stack}`);
    }
}

// ---------------------------------------------------------------- what a program does

let me, ben, inbox, site, team, bot, hook, lea, max, session, conversation;

await test("a wrong token is refused", async () => {
    const error = await refused(open({ token: "nobodyhasthistoken" }).profile.profile(), 401);
    assert.equal(typeof error.body.error, "string");
});

await test("profile", async () => {
    me = await ada.profile.profile();
    says(me, { account_id: accountId, role: "administrator", access_token: token, confirmed: true });
    says(me.accounts[0], { id: accountId, role: "administrator", status: "active" });
});

await test("agents", async () => {
    const new_one = { name: "Ben Agent", email: "ben.sdk@acme.example", role: "agent", availability_status: "available", auto_offline: true };
    ben = await ada.agents.create({ data: new_one });
    id(ben.id);
    says(ben, {
        account_id: accountId,
        name: "Ben Agent",
        available_name: "Ben Agent",
        email: "ben.sdk@acme.example",
        role: "agent",
        confirmed: false,
    });
    const error = await refused(ada.agents.create({ data: new_one }), 422);
    assert.ok(Array.isArray(error.body.attributes));
    ben = await ada.agents.update({ id: ben.id, data: { role: "administrator", availability: "busy", auto_offline: false } });
    says(ben, { role: "administrator", auto_offline: false });
    ben = await ada.agents.update({ id: ben.id, data: { role: "agent" } });
    assert.equal(ben.role, "agent");
    const all = await ada.agents.list();
    assert.deepEqual(ids(all).sort(), [me.id, ben.id].sort());
    const { id: gone } = await ada.agents.create({ data: { name: "Gone", email: "gone.sdk@acme.example", role: "agent" } });
    await ada.agents.delete({ id: gone });
    assert.ok(!ids(await ada.agents.list()).includes(gone));
    await refused(ada.agents.delete({ id: gone }), 404);
});

await test("inboxes", async () => {
    inbox = await ada.inboxes.create({ data: { name: "Shop", channel: { type: "api", webhook_url: "" } } });
    says(inbox, { name: "Shop", channel_type: "Channel::Api", greeting_enabled: false, enable_auto_assignment: true });
    assert.match(inbox.inbox_identifier, /^\w{24}$/);
    site = await ada.inboxes.create({
        data: {
            name: "Site",
            channel: {
                type: "web_widget",
                website_url: "https://acme.example",
                welcome_title: "Hi",
                welcome_tagline: "We help",
                agent_away_message: "Gone",
                widget_color: "#ff0000",
            },
        },
    });
    says(site, {
        channel_type: "Channel::WebWidget",
        website_url: "https://acme.example",
        welcome_title: "Hi",
        welcome_tagline: "We help",
        widget_color: "#ff0000",
    });
    assert.match(site.website_token, /^\w{24}$/);
    const changed = await ada.inboxes.update({ id: inbox.id, data: { name: "Shop 2", enable_auto_assignment: false, channel: {} } });
    says(changed, { id: inbox.id, name: "Shop 2", enable_auto_assignment: false });
    assert.deepEqual(await ada.inboxes.get({ id: inbox.id }), changed);
    const all = (await ada.inboxes.list()).payload;
    assert.deepEqual(
        all.map((one) => [one.id, one.name]),
        [
            [inbox.id, "Shop 2"],
            [site.id, "Site"],
        ],
    );
    await refused(ada.inboxes.get({ id: 4711 }), 404);
});

await test("members of inboxes", async () => {
    const added = await ada.inboxes.addAgent({ data: { inbox_id: `${inbox.id}`, user_ids: [ben.id] } });
    assert.ok(ids(added.payload).includes(ben.id));
    const both = await ada.inboxes.updateAgentsInInbox({ data: { inbox_id: `${inbox.id}`, user_ids: [me.id, ben.id] } });
    assert.deepEqual(ids(both.payload).sort(), [me.id, ben.id].sort());
    const listed = await ada.inboxes.listAgents({ inboxId: inbox.id });
    assert.deepEqual(ids(listed.payload).sort(), [me.id, ben.id].sort());
    says(
        listed.payload.find((agent) => agent.id === ben.id),
        { name: "Ben Agent", email: "ben.sdk@acme.example", role: "agent" },
    );
});

await test("webhooks", async () => {
    const subscriptions = ["message_created", "conversation_created", "conversation_status_changed"];
    hook = (await ada.webhooks.create({ data: { url: `${receiverUrl}/hook`, subscriptions } })).payload.webhook;
    says(hook, { account_id: accountId, url: `${receiverUrl}/hook`, subscriptions });
    const other = (await ada.webhooks.create({ data: { url: "https://acme.example/in" } })).payload.webhook;
    assert.ok(other.subscriptions.includes("message_created"));
    const changed = (await ada.webhooks.update({ webhookId: other.id, data: { url: "https://acme.example/2", subscriptions: ["message_updated"] } }))
        .payload.webhook;
    says(changed, { id: other.id, url: "https://acme.example/2", subscriptions: ["message_updated"] });
    assert.deepEqual(ids((await ada.webhooks.list()).payload.webhooks).sort(), [hook.id, other.id].sort());
    const error = await refused(ada.webhooks.create({ data: { url: "https://acme.example/2" } }), 422);
    assert.deepEqual(error.body.attributes, ["url"]);
    await ada.webhooks.delete({ webhookId: other.id });
    assert.deepEqual(ids((await ada.webhooks.list()).payload.webhooks), [hook.id]);
});

await test("agent bots", async () => {
    bot = await ada.accountAgentBots.create({ data: { name: "Botty", description: "Answers first", outgoing_url: `${receiverUrl}/bot` } });
    says(bot, { name: "Botty", description: "Answers first", outgoing_url: `${receiverUrl}/bot`, account_id: accountId, bot_type: "webhook" });
    const changed = await ada.accountAgentBots.update({
        id: bot.id,
        data: { name: "Botty 2", description: "Answers", outgoing_url: `${receiverUrl}/bot` },
    });
    says(changed, { id: bot.id, name: "Botty 2" });
    assert.equal((await ada.accountAgentBots.get({ id: bot.id })).name, "Botty 2");
    assert.deepEqual(ids(await ada.accountAgentBots.list()), [bot.id]);
    assert.deepEqual(await ada.inboxes.getAgentBot({ id: inbox.id }), {});
    await ada.inboxes.updateAgentBot({ id: inbox.id, data: { agent_bot: bot.id } });
    says((await ada.inboxes.getAgentBot({ id: inbox.id })).agent_bot, { id: bot.id, name: "Botty 2" });
    await ada.inboxes.updateAgentBot({ id: inbox.id, data: { agent_bot: null } });
    assert.deepEqual(await ada.inboxes.getAgentBot({ id: inbox.id }), {});
    await ada.accountAgentBots.delete({ id: bot.id });
    await refused(ada.accountAgentBots.get({ id: bot.id }), 404);
});

await test("teams", async () => {
    team = await ada.teams.create({ data: { name: "Billing ", description: "Money", allow_auto_assign: false } });
    says(team, { name: "billing", description: "Money", allow_auto_assign: false, account_id: accountId, is_member: false });
    assert.equal((await ada.teams.update({ teamId: team.id, data: { description: "All about money" } })).description, "All about money");
    says(await ada.teams.get({ teamId: team.id }), { id: team.id, name: "billing", description: "All about money" });
    const other = await ada.teams.create({ data: { name: "other" } });
    assert.deepEqual(ids(await ada.teams.list()), [team.id, other.id]);
    await ada.teams.delete({ teamId: other.id });
    assert.deepEqual(ids(await ada.teams.list()), [team.id]);
});

await test("contacts", async () => {
    const created = await ada.contacts.create({
        data: {
            inbox_id: inbox.id,
            name: "Lea",
            email: "lea@acme.example",
            phone_number: "+33611223344",
            identifier: "crm-88",
            custom_attributes: { plan: "pro" },
        },
    });
    lea = created.payload.contact;
    session = created.payload.contact_inbox.source_id;
    says(lea, {
        name: "Lea",
        email: "lea@acme.example",
        phone_number: "+33611223344",
        identifier: "crm-88",
        custom_attributes: { plan: "pro" },
        thumbnail: "",
    });
    assert.equal(created.payload.contact_inbox.inbox.id, inbox.id);
    seconds(lea.created_at);
    const error = await refused(ada.contacts.create({ data: { inbox_id: inbox.id, name: "Again", email: "lea@acme.example" } }), 422);
    assert.deepEqual(error.body.attributes, ["email"]);
    max = (await ada.contacts.create({ data: { inbox_id: inbox.id, name: "Max", email: "max@acme.example" } })).payload.contact;
    const updated = (await ada.contacts.update({ id: lea.id, data: { name: "Lea L", custom_attributes: { seats: 3 } } })).payload;
    says(updated, { id: lea.id, name: "Lea L", email: "lea@acme.example", custom_attributes: { plan: "pro", seats: 3 } });
    const got = (await ada.contacts.get({ id: lea.id })).payload;
    says(got, { id: lea.id, name: "Lea L" });
    says(got.contact_inboxes[0], { source_id: session });
    says(got.contact_inboxes[0].inbox, { id: inbox.id, name: "Shop 2", channel_type: "Channel::Api" });
    await refused(ada.contacts.get({ id: 4711 }), 404);
});

await test("lists, search and filter of contacts", async () => {
    let list = await ada.contacts.list({ sort: "-name", page: 1 });
    assert.deepEqual(ids(list.payload), [max.id, lea.id]);
    assert.equal(list.meta.count, 2);
    list = await ada.contacts.list({ page: 2 });
    assert.deepEqual(list.payload, []);
    assert.deepEqual(ids((await ada.contacts.search({ q: "lea@", sort: "name" })).payload), [lea.id]);
    assert.deepEqual((await ada.contacts.search({ q: "nobody" })).payload, []);
    const by = (values) => ada.contacts.filter({ payload: [{ attribute_key: "email", filter_operator: "equal_to", values }] });
    assert.deepEqual(ids((await by(["max@acme.example"])).payload), [max.id]);
    const either = await ada.contacts.filter({
        payload: [
            { attribute_key: "name", filter_operator: "contains", values: ["lea"], query_operator: "OR" },
            { attribute_key: "email", filter_operator: "equal_to", values: ["max@acme.example"] },
        ],
        page: 1,
    });
    assert.deepEqual(ids(either.payload).sort(), [lea.id, max.id].sort());
    await refused(ada.contacts.filter({ payload: [{ attribute_key: "shoe_size", filter_operator: "equal_to", values: ["43"] }] }), 422);
});

await test("a contact's inboxes", async () => {
    const placed = await ada.contact.create({ id: max.id, data: { inbox_id: inbox.id, source_id: "max-in-the-shop" } });
    assert.equal(placed.source_id, "max-in-the-shop");
    says(placed.inbox, { id: inbox.id, channel_type: "Channel::Api" });
    const possible = (await ada.contact.getContactable({ id: lea.id })).payload;
    says(
        possible.find((one) => one.inbox.id === inbox.id),
        { source_id: session },
    );
});

await test("custom attributes", async () => {
    const data = {
        attribute_display_name: "Plan",
        attribute_display_type: 6,
        attribute_description: "What they pay for",
        attribute_key: "plan",
        attribute_values: ["free", "pro"],
        attribute_model: 1,
    };
    const plan = await ada.customAttributes.create({ data });
    says(plan, {
        attribute_display_name: "Plan",
        attribute_display_type: "list",
        attribute_key: "plan",
        attribute_values: ["free", "pro"],
        attribute_model: "contact_attribute",
    });
    const changed = await ada.customAttributes.update({ id: plan.id, data: { attribute_display_name: "Tariff" } });
    says(changed, { id: plan.id, attribute_display_name: "Tariff", attribute_key: "plan" });
    says(await ada.customAttributes.get({ id: plan.id }), { id: plan.id, attribute_display_name: "Tariff" });
    assert.deepEqual(ids(await ada.customAttributes.list({ attributeModel: "1" })), [plan.id]);
    assert.deepEqual(ids(await ada.customAttributes.list({ attributeModel: "0" })), []);
    await refused(ada.customAttributes.create({ data }), 422);
    await ada.customAttributes.delete({ id: plan.id });
    assert.deepEqual(await ada.customAttributes.list({ attributeModel: "1" }), []);
});

await test("automation rules", async () => {
    const actions = [{ action_name: "add_label", action_params: ["bug"] }];
    const conditions = [{ attribute_key: "content", filter_operator: "contains", values: ["bug"] }];
    const data = { name: "Bugs", description: "Sorts bugs", event_name: "message_created", conditions, actions };
    const { payload: made } = await ada.automationRule.create({ data });
    says(made, { name: "Bugs", event_name: "message_created", conditions, actions, active: true });
    says((await ada.automationRule.get({ id: made.id })).payload, { id: made.id });
    const { payload: listed } = await ada.automationRule.list({ page: 1 });
    assert.deepEqual(
        listed.map((one) => one.id),
        [made.id],
    );
    says((await ada.automationRule.update({ id: made.id, data: { ...data, name: "Errors" } })).payload, { name: "Errors" });
    await ada.automationRule.delete({ id: made.id });
    await refused(ada.automationRule.get({ id: made.id }), 404);
});

await test("canned responses", async () => {
    const hi = await ada.cannedResponses.create({ data: { short_code: "hi", content: "Hello {{contact.name}}" } });
    says(hi, { short_code: "hi", content: "Hello {{contact.name}}", account_id: accountId });
    says(await ada.cannedResponses.update({ id: hi.id, data: { content: "Hello!" } }), { id: hi.id, short_code: "hi", content: "Hello!" });
    assert.deepEqual(
        (await ada.cannedResponses.list()).map((one) => [one.id, one.content]),
        [[hi.id, "Hello!"]],
    );
    await ada.cannedResponses.delete({ id: hi.id });
    assert.deepEqual(await ada.cannedResponses.list(), []);
});

await test("integrations", async () => {
    const { payload } = await ada.integrations.list();
    assert.deepEqual(ids(payload), ["webhook", "dashboard_apps", "libretranslate"]);
    const data = { app_id: "libretranslate", settings: { endpoint_url: `${receiverUrl}/translate`, api_key: "key" } };
    const made = await ada.integrations.create({ data });
    says(made, { app_id: "libretranslate", status: true, account_id: accountId, settings: { endpoint_url: `${receiverUrl}/translate` } });
    says(await ada.integrations.update({ hookId: made.id, data: { status: 0 } }), { id: made.id, status: false });
    await refused(ada.integrations.create({ data }), 422);
    await ada.integrations.delete({ hookId: made.id });
    assert.deepEqual((await ada.integrations.list()).payload[2].hooks, []);
});

await test("custom filters", async () => {
    const query = { payload: [{ attribute_key: "status", filter_operator: "equal_to", values: ["open"], query_operator: null }] };
    const mine = await ada.customFilters.create({ data: { name: "Open", type: "conversation", query }, filterType: "conversation" });
    says(mine, { name: "Open", filter_type: "conversation", query });
    says(await ada.customFilters.update({ customFilterId: mine.id, data: { name: "All open", query } }), { id: mine.id, name: "All open" });
    says(await ada.customFilters.get({ customFilterId: mine.id }), { id: mine.id, name: "All open", query });
    assert.deepEqual(ids(await ada.customFilters.list({ filterType: "conversation" })), [mine.id]);
    assert.deepEqual(ids(await ada.customFilters.list({})), [mine.id]);
    assert.deepEqual(await ada.customFilters.list({ filterType: "contact" }), []);
    await ada.customFilters.delete({ customFilterId: mine.id });
    assert.deepEqual(await ada.customFilters.list({}), []);
});

await test("a conversation begins, and a webhook hears of it", async () => {
    conversation = await ada.conversations.create({
        data: {
            source_id: session,
            inbox_id: `${inbox.id}`,
            contact_id: `${lea.id}`,
            status: "open",
            additional_attributes: { browser: "none" },
            custom_attributes: { order: "A-1" },
        },
    });
    says(conversation, { account_id: accountId, inbox_id: inbox.id, status: "open", custom_attributes: { order: "A-1" }, labels: [], messages: [] });
    says(conversation.meta.sender, { id: lea.id, name: "Lea L" });
    seconds(conversation.created_at);
    const told = (await delivery("/hook", (body) => body.event === "conversation_created")).json;
    assert.equal(told.id ?? told.conversation?.id, conversation.id);
    says(await ada.conversations.get({ conversationId: conversation.id }), { id: conversation.id, uuid: conversation.uuid, status: "open" });
    await refused(ada.conversations.get({ conversationId: 4711 }), 404);
});

await test("messages, as multipart forms", async () => {
    const conversationId = conversation.id;
    const asked = await ada.messages.create({
        conversationId,
        data: { content: "Where is my order?", message_type: "incoming", source_id: "mail-1" },
    });
    says(asked, {
        content: "Where is my order?",
        message_type: 0,
        private: false,
        content_type: "text",
        source_id: "mail-1",
        conversation_id: conversationId,
        inbox_id: inbox.id,
    });
    says(asked.sender, { id: lea.id, type: "contact" });
    seconds(asked.created_at);
    const note = await ada.messages.create({ conversationId, data: { content: "Looks late", message_type: "outgoing", private: true } });
    says(note, { private: true, message_type: 1 });
    const choice = await ada.messages.create({
        conversationId,
        data: {
            content: "Which one?",
            message_type: "outgoing",
            private: false,
            content_type: "input_select",
            content_attributes: {
                items: [
                    { title: "First", value: "1" },
                    { title: "Second", value: "2" },
                ],
            },
        },
    });
    says(choice, {
        content_type: "input_select",
        content_attributes: {
            items: [
                { title: "First", value: "1" },
                { title: "Second", value: "2" },
            ],
        },
    });
    const files = [
        { content: "SGVsbG8=", encoding: "base64", filename: "hello.txt" },
        { content: "two", encoding: "utf8", filename: "two.txt" },
    ];
    const sent = await ada.messages.create({ conversationId, data: { content: "Here", message_type: "outgoing", attachments: files } });
    assert.deepEqual(
        sent.attachments.map((file) => [file.file_type, file.file_size, file.message_id]),
        [
            ["file", 5, sent.id],
            ["file", 3, sent.id],
        ],
    );
    assert.equal(await (await fetch(sent.attachments[0].data_url)).text(), "Hello");
    const told = await delivery("/hook", (body) => body.event === "message_created" && body.content === "Where is my order?");
    says(told.json, { message_type: "incoming", content_type: "text", private: false });
    const at = told.headers["x-chatwoot-timestamp"];
    assert.equal(told.headers["x-chatwoot-signature"], `sha256=${createHmac("sha256", hook.secret).update(`${at}.${told.body}`).digest("hex")}`);
    const list = await ada.messages.list({ conversationId });
    assert.deepEqual(
        ids(list.payload).filter((one) => [asked.id, note.id, choice.id, sent.id].includes(one)),
        [asked.id, note.id, choice.id, sent.id],
    );
    // the SDK sends what a message was created with; what may be changed is its status, which none of that is
    const unchanged = await ada.messages.update({ conversationId, messageId: sent.id, data: { content: "There" } });
    says(unchanged, { id: sent.id, content: "Here" });
    await ada.messages.delete({ conversationId, messageId: sent.id });
    const now = (await ada.messages.list({ conversationId })).payload.find((message) => message.id === sent.id);
    says(now, { content_attributes: { deleted: true } });
    assert.ok(!now.attachments?.length);
    await refused(ada.messages.list({ conversationId: 4711 }), 404);
});

await test("assignments and labels", async () => {
    const conversationId = conversation.id;
    says(await ada.conversationAssignment.assign({ conversationId, data: { team_id: team.id } }), { id: team.id, name: "billing" });
    says(await ada.conversationAssignment.assign({ conversationId, data: { assignee_id: ben.id } }), {
        id: ben.id,
        name: "Ben Agent",
        role: "agent",
    });
    const { meta } = await ada.conversations.get({ conversationId });
    assert.deepEqual([meta.team.id, meta.assignee.id], [team.id, ben.id]);
    assert.deepEqual(await ada.conversationLabels.add({ conversationId, data: { labels: ["vip", "late"] } }), { payload: ["vip", "late"] });
    assert.deepEqual((await ada.conversationLabels.list({ conversationId })).payload.sort(), ["late", "vip"]);
    assert.deepEqual(await ada.conversationLabels.add({ conversationId, data: { labels: ["vip"] } }), { payload: ["vip"] });
});

await test("lists, counts and filter of conversations", async () => {
    const list = (await ada.conversations.list({ assigneeType: "all", status: "open", page: 1 })).data;
    assert.deepEqual(ids(list.payload), [conversation.id]);
    says(list.meta, { mine_count: 0, assigned_count: 1, unassigned_count: 0, all_count: 1 });
    const found = async (more) => ids((await ada.conversations.list(more)).data.payload);
    assert.deepEqual(await found({ page: 2 }), []);
    assert.deepEqual(await found({ assigneeType: "me" }), []);
    assert.deepEqual(await found({ assigneeType: "assigned" }), [conversation.id]);
    assert.deepEqual(await found({ status: "resolved" }), []);
    assert.deepEqual(await found({ inboxId: inbox.id, teamId: team.id, labels: ["vip"] }), [conversation.id]);
    assert.deepEqual(await found({ labels: ["late"] }), []);
    assert.deepEqual(await found({ inboxId: site.id }), []);
    assert.deepEqual(await found({ q: "my order" }), [conversation.id]);
    says((await ada.conversations.getMeta({ status: "open", inboxId: inbox.id })).meta, {
        mine_count: 0,
        assigned_count: 1,
        unassigned_count: 0,
        all_count: 1,
    });
    says((await ada.conversations.getMeta({ labels: ["late"] })).meta, { all_count: 0 });
    const filtered = await ada.conversations.filter({
        payload: [
            { attribute_key: "status", filter_operator: "equal_to", values: ["open"], query_operator: "AND" },
            { attribute_key: "inbox_id", filter_operator: "equal_to", values: [inbox.id] },
        ],
        page: 1,
    });
    assert.deepEqual(ids(filtered.payload), [conversation.id]);
    assert.equal(filtered.meta.all_count, 1);
    assert.deepEqual(ids((await ada.contacts.listConversations({ id: lea.id })).payload), [conversation.id]);
    assert.deepEqual((await ada.contacts.listConversations({ id: max.id })).payload, []);
});

await test("status", async () => {
    const conversationId = conversation.id;
    const set = async (status) => (await ada.conversations.toggleStatus({ conversationId, data: { status } })).payload;
    says(await set("resolved"), { success: true, conversation_id: conversationId, current_status: "resolved" });
    assert.equal((await ada.conversations.get({ conversationId })).status, "resolved");
    says(await set("pending"), { current_status: "pending" });
    says(await set("open"), { current_status: "open" });
    await delivery("/hook", (body) => body.event === "conversation_status_changed" && (body.status ?? body.conversation?.status) === "resolved");
});

await test("the client API for visitors, without a token", async () => {
    const inboxIdentifier = inbox.inbox_identifier;
    const who = await visitor.contacts.create({
        inboxIdentifier,
        data: { identifier: "v-1", name: "Vera", email: "vera@acme.example", custom_attributes: { tier: 2 } },
    });
    says(who, { name: "Vera", email: "vera@acme.example" });
    const contactIdentifier = who.source_id;
    says(await visitor.contacts.get({ inboxIdentifier, contactIdentifier }), { source_id: contactIdentifier, id: who.id, name: "Vera" });
    says(await visitor.contacts.update({ inboxIdentifier, contactIdentifier, data: { name: "Vera V" } }), {
        source_id: contactIdentifier,
        name: "Vera V",
    });
    const begun = await visitor.conversations.create({ inboxIdentifier, contactIdentifier });
    says(begun, { inbox_id: inbox.id, messages: [] });
    const conversationId = begun.id;
    const written = await visitor.messages.create({
        inboxIdentifier,
        contactIdentifier,
        conversationId,
        data: { content: "Hello?", echo_id: "e-1" },
    });
    says(written, { content: "Hello?", content_type: "text", message_type: 0, conversation_id: conversationId });
    seconds(written.created_at);
    const survey = await ada.messages.create({
        conversationId,
        data: { content: "Your address?", message_type: "outgoing", content_type: "input_email" },
    });
    const submitted_values = { email: "vera@acme.example" };
    const answered = await visitor.messages.update({
        inboxIdentifier,
        contactIdentifier,
        conversationId,
        messageId: survey.id,
        data: { submitted_values },
    });
    assert.equal(answered.id, survey.id);
    const list = await visitor.messages.list({ inboxIdentifier, contactIdentifier, conversationId });
    assert.deepEqual(
        ids(list).filter((one) => one === written.id || one === survey.id),
        [written.id, survey.id],
    );
    const all = await visitor.conversations.list({ inboxIdentifier, contactIdentifier });
    assert.deepEqual(ids(all), [conversationId]);
    says((await ada.conversations.get({ conversationId })).meta.sender, { id: who.id, name: "Vera V", identifier: "v-1" });
    const error = await refused(visitor.contacts.get({ inboxIdentifier, contactIdentifier: "nobody" }), 404);
    assert.equal(error.body.status, 404);
});

await test("contacts are deleted", async () => {
    await ada.contacts.delete({ id: max.id });
    await refused(ada.contacts.get({ id: max.id }), 404);
    await ada.webhooks.delete({ webhookId: hook.id });
});

const named = (name) => name.split(".").reduce((place, key) => place[key], ada);

await test("reports count what was said", async () => {
    const since = String(Math.floor(Date.now() / 1000) - 3600);
    const until = String(Math.floor(Date.now() / 1000) + 3600);
    const steps = await ada.reports.list({ metric: "conversations_count", type: "account", since, until });
    const begun = steps.reduce((sum, { value }) => sum + Number(value), 0);
    assert.ok(begun > 0, "conversations have begun");
    says(await ada.reports.listSummaries({ type: "account", since, until }), { conversations_count: begun });
    const { open, unattended, unassigned } = await ada.reports.getMetrics({ type: "account" });
    assert.ok([open, unattended, unassigned].every(Number.isInteger));
    const agents = await ada.reports.getAgentMetrics({ type: "agent" });
    assert.ok(agents.every(({ metric }) => Number.isInteger(metric.open)));
});

for (const [place, find] of [
    ["of their own", (client) => client.platform],
    ["at the top", (client) => ({ ...client.platform, users: client.users, agentBots: client.agentBots })],
]) {
    await test(`the operator's programs make accounts, people and bots (calls ${place})`, async () => {
        const { accounts, users, accountUsers, agentBots } = find(operator);
        const company = await accounts.create({ data: { name: "Globex" } });
        const account = id(company.id);
        says(await accounts.get({ accountId: account }), { id: account, name: "Globex" });
        says(await accounts.update({ accountId: account, data: { name: "Globex 2" } }), { name: "Globex 2" });
        const email = `hank-${place.replaceAll(" ", "-")}@globex.example`;
        const hank = await users.create({ data: { name: "Hank", email, password: "Passw0rd!" } });
        says(await users.get({ id: id(hank.id) }), { id: hank.id, email });
        says(await users.update({ id: hank.id, data: { name: "Hank S" } }), { name: "Hank S" });
        assert.match((await users.getSSOUrl({ id: hank.id })).url, /sso_auth_token=/);
        says(await accountUsers.create({ accountId: account, data: { user_id: hank.id, role: "administrator" } }), { user_id: hank.id });
        assert.deepEqual((await accountUsers.list({ accountId: account })).map(({ user_id }) => user_id), [hank.id]);
        await accountUsers.delete({ accountId: account, data: { user_id: hank.id } });
        const bot = await agentBots.create({ data: { name: "Robin", account_id: account } });
        says(await agentBots.get({ id: id(bot.id) }), { name: "Robin" });
        says(await agentBots.update({ id: bot.id, data: { name: "Robin 2" } }), { name: "Robin 2" });
        assert.ok(ids(await agentBots.list()).includes(bot.id));
        await agentBots.delete({ id: bot.id });
        await users.delete({ id: hank.id });
        await accounts.delete({ accountId: account });
        await refused(ada.platform.accounts.get({ accountId: account }), 401);
    });
}

await test("what the SDK asks for elsewhere is refused as a path that nobody has", async () => {
    for (const name of ASKS_ELSEWHERE) {
        const { status } = await refused(named(name)({ inboxId: inbox.id, teamId: team.id, data: { inbox_id: `${inbox.id}`, user_ids: [ben.id] } }));
        assert.ok([404, 405].includes(status), `${name} answers ${status}`);
    }
});

await test("every call that the SDK offers is made", async () => {
    assert.deepEqual([...offered].filter((name) => !made.has(name)).sort(), []);
});

receiver.close();
const served = made.size - ASKS_ELSEWHERE.length;
console.log(
    `${made.size} of ${offered.size} calls: ${served} served, ${ASKS_ELSEWHERE.length} for paths that nobody has`,
);
console.log(`test result: ${failed === 0 ? "ok" : "FAILED"}. ${passed} passed; ${failed} failed;`);
process.exitCode = failed === 0 ? 0 : 1;
