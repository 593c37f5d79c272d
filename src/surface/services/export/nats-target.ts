// nats: a stream of NATS JetStream over the client protocol: each entry acknowledged, and stored once under its id.
import { printableJson } from "#base/printable.ts";
import { documentOf, type DocumentForm } from "#record/delivery/documents.ts";
import type { DeadEntry, Outcome } from "#record/delivery/outcome.ts";
import { type BatchLimits, entryId, type Ports, type Target } from "#record/delivery/target.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import {
  ConnectionFault,
  type ConnectionPlace,
  type Conversation,
  converse,
} from "./one-connection.ts";

const LINE_BYTES_MAX = 64 * 1024;
/** Bytes that the server says it takes at once are in its INFO; this is what JetStream answers at most. */
const ANSWER_BYTES_MAX = 1024 * 1024;

export type NatsSettings = {
  /** Where it is; asked when a batch is due, for it reads certificates. */
  readonly place: () => ConnectionPlace;
  readonly address: string;
  readonly subject: string;
  /** A reference to a token. */
  readonly token: string | undefined;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** Publishes with `Nats-Msg-Id`, so that what is sent twice within the stream's window is stored once. */
export function natsTarget(settings: NatsSettings): Target {
  const { place, address, subject, token, limits } = settings;
  return {
    destination: `nats ${address} subject ${subject}`,
    limits,
    async send(batch, ports) {
      const secret = token === undefined ? undefined : await ports.secret(token);
      try {
        return await converse(place(), (talk) => publish(settings, batch, { talk, secret, ports }));
      } catch (cause) {
        if (cause instanceof ConnectionFault) return { kind: "again", reason: cause.message };
        throw cause;
      }
    },
  };
}

async function publish(
  { subject, form }: NatsSettings,
  batch: readonly ExportEntry[],
  given: {
    readonly talk: Conversation;
    readonly secret: string | undefined;
    readonly ports: Ports;
  },
): Promise<Outcome> {
  const { talk, secret, ports } = given;
  const reader = createReader(talk);
  await reader.line();
  const inbox = `_INBOX.${ports.uuid().replaceAll("-", "")}`;
  const options = {
    verbose: false,
    pedantic: false,
    name: "sallyport",
    lang: "node",
    version: "1",
    headers: true,
    no_responders: true,
    ...(secret === undefined ? {} : { auth_token: secret }),
  };
  const parts = [Buffer.from(`CONNECT ${JSON.stringify(options)}\r\nSUB ${inbox}.* 1\r\n`)];
  for (const [at, entry] of batch.entries()) {
    const head = Buffer.from(`NATS/1.0\r\nNats-Msg-Id: ${entryId(entry)}\r\n\r\n`);
    const body = Buffer.from(printableJson(documentOf(form, entry)));
    const size = `${head.length} ${head.length + body.length}`;
    parts.push(
      Buffer.from(`HPUB ${subject} ${inbox}.${at} ${size}\r\n`),
      head,
      body,
      Buffer.from("\r\n"),
    );
  }
  talk.write(Buffer.concat(parts));
  const waiting = new Set(batch.keys());
  const dead: DeadEntry[] = [];
  const again: number[] = [];
  while (waiting.size > 0) {
    const line = await reader.line();
    if (line === "PING") talk.write(Buffer.from("PONG\r\n"));
    if (line.startsWith("-ERR")) return errorOutcome(line);
    const [, where, body] = await reader.message(line);
    if (where === undefined) continue;
    const at = Number(where.slice(inbox.length + 1));
    const entry = batch[at];
    if (!where.startsWith(`${inbox}.`) || entry === undefined) continue;
    waiting.delete(at);
    const answer = judgeAnswer(body ?? "");
    if (answer.kind === "again") again.push(entry.index);
    if (answer.kind === "dead") dead.push({ index: entry.index, reason: answer.reason });
  }
  if (dead.length + again.length === 0) return { kind: "delivered" };
  return { kind: "partial", again, dead, reason: "the stream refuses some" };
}

/** An acknowledgement names its stream; 503 means that no stream listens to the subject. */
function judgeAnswer(
  body: string,
): { kind: "stored" | "again" } | { kind: "dead"; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: "again" };
  }
  const { stream, error } = value as {
    readonly stream?: unknown;
    readonly error?: { readonly code?: unknown };
  };
  if (typeof stream === "string") return { kind: "stored" };
  return error?.code === 400
    ? { kind: "dead", reason: "the stream answers 400" }
    : { kind: "again" };
}

function errorOutcome(line: string): Outcome {
  if (/Authorization|Authentication|Permissions/i.test(line))
    return { kind: "closed", reason: "does not let us in" };
  if (/Maximum Payload/i.test(line))
    return { kind: "too-large", reason: "larger than the server takes" };
  return { kind: "again", reason: "ends the connection with an error" };
}

type Reader = {
  line(): Promise<string>;
  /** The message that a line announces: operation, subject, body. */
  message(line: string): Promise<readonly [string, string | undefined, string | undefined]>;
};

function createReader(talk: Conversation): Reader {
  let held: Buffer = Buffer.alloc(0);
  const more = async () => {
    const bytes = await talk.read();
    if (bytes === undefined) throw new ConnectionFault("closed before it answered");
    held = Buffer.concat([held, bytes]);
  };
  const take = async (length: number): Promise<Buffer> => {
    if (length > ANSWER_BYTES_MAX) throw new ConnectionFault("answers with too much");
    while (held.length < length) await more();
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  return {
    async line() {
      for (;;) {
        const end = held.indexOf("\r\n");
        if (end >= 0) return (await take(end + 2)).subarray(0, end).toString("utf8");
        if (held.length > LINE_BYTES_MAX) throw new ConnectionFault("answers with too long a line");
        await more();
      }
    },
    async message(line) {
      const [operation = "", subject, ...rest] = line.split(" ");
      if (operation !== "MSG" && operation !== "HMSG") return [operation, undefined, undefined];
      const size = Number(rest.at(-1));
      const head = operation === "HMSG" ? Number(rest.at(-2)) : 0;
      if (!Number.isSafeInteger(size) || size < 0)
        throw new ConnectionFault("answers what is no message");
      const body = (await take(size + 2)).subarray(0, size).subarray(head);
      return [operation, subject, body.toString("utf8")];
    },
  };
}
