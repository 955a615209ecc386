// The client @rails/actioncable against a running server, used as dashboards and widgets use it.
//
//   HOOKDESK_URL=http://127.0.0.1:3000 HOOKDESK_TOKEN=... HOOKDESK_ACCOUNT=1 node cable.mjs
//
// Run in the folder whose node_modules holds the client and `ws`, on an account that nobody has used.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { HOOKDESK_URL: base, HOOKDESK_TOKEN: token, HOOKDESK_ACCOUNT } = process.env;
const account = Number(HOOKDESK_ACCOUNT);
const require = createRequire(`${process.cwd()}/`);

// the client is made for browsers: this is all that it asks of one
globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};
globalThis.document ??= { addEventListener() {}, removeEventListener() {}, visibilityState: "visible" };
const { adapters, createConsumer } = require("@rails/actioncable");
adapters.WebSocket = require("ws").WebSocket;

const PATIENCE = 20_000;

async function ask(method, path, body, headers = { api_access_token: token }) {
    const answer = await fetch(`${base}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: body && JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
}

const below = (path) => `/api/v1/accounts/${account}${path}`;

function soon(promise, what) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE)));
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A subscription that keeps what it hears. */
class Listener {
    heard = [];
    waiting = [];
    connections = 0;

    constructor(identifier, path = "/cable") {
        this.consumer = createConsumer(`${base.replace("http", "ws")}${path}`);
        const listener = this;
        this.connected = new Promise((resolve, reject) => {
            this.subscription = this.consumer.subscriptions.create(
                { channel: "RoomChannel", ...identifier },
                {
                    connected() {
                        listener.connections += 1;
                        resolve();
                    },
                    rejected: () => reject(new Error("the subscription is rejected")),
                    received(message) {
                        listener.heard.push(message);
                        for (const wake of listener.waiting.splice(0)) wake();
                    },
                },
            );
        });
    }

    /** The first message that fits and was not taken yet. */
    async hears(event, fits = () => true) {
        const find = async () => {
            for (;;) {
                const place = this.heard.findIndex((message) => message.event === event && fits(message.data));
                if (place >= 0) return this.heard.splice(0, place + 1).at(-1);
                await new Promise((wake) => this.waiting.push(wake));
            }
        };
        return soon(find(), event);
    }

    close() {
        this.consumer.disconnect();
    }
}

// ---------------------------------------------------------------- an inbox, an agent and a visitor

const profile = await ask("GET", "/api/v1/profile");
const inbox = await ask("POST", below("/inboxes"), { name: "Support", enable_auto_assignment: false, channel: { type: "api" } });
const door = `/public/api/v1/inboxes/${inbox.inbox_identifier}/contacts`;
const visitor = await ask("POST", door, { name: "Lea" }, {});
const { id: number } = await ask("POST", `${door}/${visitor.source_id}/conversations`, {}, {});
const says = (content) => ask("POST", `${door}/${visitor.source_id}/conversations/${number}/messages`, { content }, {});
const answers = (content) => ask("POST", below(`/conversations/${number}/messages`), { content });

const atDesk = new Listener({ pubsub_token: profile.pubsub_token, account_id: account, user_id: profile.id });
const atHome = new Listener({ pubsub_token: visitor.pubsub_token });
await soon(Promise.all([atDesk.connected, atHome.connected]), "both to be connected");

// ---------------------------------------------------------------- who is there

const there = await atDesk.hears("presence.update");
assert.equal(there.data.account_id, account);
assert.equal(there.data.users[profile.id], "online");
atHome.subscription.perform("update_presence");
const seen = await atHome.hears("presence.update", (data) => data.users[profile.id] === "online");
assert.equal(seen.data.contacts, undefined);

// ---------------------------------------------------------------- what is said

await says("hello");
for (const listener of [atDesk, atHome]) {
    const { data } = await listener.hears("message.created", (data) => data.content === "hello");
    assert.equal(data.account_id, account);
    assert.equal(data.conversation_id, number);
}
await answers("good day");
for (const listener of [atDesk, atHome]) await listener.hears("message.created", (data) => data.content === "good day");

// ---------------------------------------------------------------- a wrong credential is neither confirmed nor rejected

const wrong = new Listener({ pubsub_token: "x".repeat(24) });
let answered = false;
const note = () => (answered = true);
wrong.connected.then(note, note);
await says("for those who may");
await atHome.hears("message.created", (data) => data.content === "for those who may");
assert.equal(answered, false);
wrong.close();

// ---------------------------------------------------------------- cut off, and there again by itself

await answers("the last before");
const { sequence } = await atHome.hears("message.created", (data) => data.content === "the last before");
assert.ok(Number.isSafeInteger(sequence), "each event has its place");
atHome.consumer.connection.webSocket.terminate();
await answers("meanwhile");
const back = async () => {
    while (atHome.connections < 2) await new Promise((wake) => setTimeout(wake, 50));
};
await soon(back(), "the client to come back");
await answers("once more");
await atHome.hears("message.created", (data) => data.content === "once more");

// ---------------------------------------------------------------- and with what was missed, for those who know how

const returned = new Listener({ pubsub_token: visitor.pubsub_token }, `/cable?since=${sequence}`);
const texts = [];
for (let n = 0; n < 2; n += 1) texts.push((await returned.hears("message.created")).data.content);
assert.deepEqual(texts, ["meanwhile", "once more"]);

// ---------------------------------------------------------------- no more

atHome.subscription.unsubscribe();
await answers("not for somebody who has gone");
await atDesk.hears("message.created", (data) => data.content === "not for somebody who has gone");
await returned.hears("message.created", (data) => data.content === "not for somebody who has gone");
assert.ok(!atHome.heard.some((message) => message.data.content === "not for somebody who has gone"));
for (const listener of [atDesk, atHome, returned]) listener.close();
console.log("@rails/actioncable connects, subscribes, hears, and comes again");
console.log("test result: ok. 1 passed; 0 failed;");
