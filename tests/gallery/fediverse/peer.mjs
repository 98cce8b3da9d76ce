// A server of the fediverse with one account, made with Fedify; tests tell it what to do.
// Usage: node peer.mjs SPEC, where SPEC is how it signs first. It prints its address.
import { createServer } from "node:http";
import {
  createFederation,
  generateCryptoKeyPair,
  MemoryKvStore,
} from "@fedify/fedify";
import {
  Accept,
  Announce,
  Create,
  Delete,
  Endpoints,
  Follow,
  Like,
  Note,
  Person,
  Undo,
  Update,
} from "@fedify/vocab";
import { lookupWebFinger } from "@fedify/webfinger";

const PUBLIC = new URL("https://www.w3.org/ns/activitystreams#Public");
const received = [];
const keys = await generateCryptoKeyPair("RSASSA-PKCS1-v1_5");

const federation = createFederation({
  kv: new MemoryKvStore(),
  allowPrivateAddress: true,
  firstKnock: process.argv[2],
});
federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (identifier !== "bob") return null;
    const pairs = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Bob",
      inbox: ctx.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
    });
  })
  .setKeyPairsDispatcher(() => [keys]);
const note = async (activity) => activity.toJsonLd();
let listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
for (const kind of [Accept, Create, Update, Delete]) {
  listeners = listeners.on(kind, async (_, activity) => received.push(await note(activity)));
}

let origin = "";

async function act(deed, ask) {
  const ctx = federation.createContext(new URL(origin), undefined);
  const me = ctx.getActorUri("bob");
  const id = new URL(ask.id ?? `${origin}/activities/${crypto.randomUUID()}`);
  const object = new URL(ask.object);
  if (deed === "look") {
    const found = await ctx.lookupObject(object.href);
    return found === null ? null : await found.toJsonLd();
  }
  if (deed === "finger") return await lookupWebFinger(object, { allowPrivateAddress: true });
  if (deed === "outbox") {
    const actor = await ctx.lookupObject(object.href);
    const items = [];
    for await (const item of ctx.traverseCollection(await actor.getOutbox())) {
      items.push(item.id.href);
    }
    return items;
  }
  const make = {
    follow: () => new Follow({ id, actor: me, object }),
    unfollow: () => new Undo({ id, actor: me, object: new Follow({ actor: me, object }) }),
    like: () => new Like({ id, actor: me, object }),
    unlike: () => new Undo({ id, actor: me, object: new Like({ actor: me, object }) }),
    boost: () => new Announce({ id, actor: me, object, to: PUBLIC }),
    reply: () =>
      new Create({
        id,
        actor: me,
        to: PUBLIC,
        object: new Note({
          id: new URL(`${id.href}/note`),
          attribution: me,
          to: PUBLIC,
          content: ask.content,
          replyTarget: object,
        }),
      }),
    leave: () => new Delete({ id, actor: me, object: me, to: PUBLIC }),
  };
  const artist = await ctx.lookupObject(ask.to);
  await ctx.sendActivity({ identifier: "bob" }, artist, make[deed]());
  return id.href;
}

const server = createServer(async (incoming, outgoing) => {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  const body = Buffer.concat(parts);
  const answer = async () => {
    if (incoming.url === "/control/received") return Response.json(received);
    if (incoming.url.startsWith("/control/")) {
      try {
        return Response.json(await act(incoming.url.slice(9), JSON.parse(body)));
      } catch (error) {
        return Response.json(String(error), { status: 500 });
      }
    }
    const request = new Request(new URL(incoming.url, origin), {
      method: incoming.method,
      headers: incoming.headers,
      body: body.length ? body : undefined,
    });
    return await federation.fetch(request, { contextData: undefined });
  };
  const response = await answer();
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});
server.listen(0, "127.0.0.1", () => {
  origin = `http://127.0.0.1:${server.address().port}`;
  console.log(origin);
});
