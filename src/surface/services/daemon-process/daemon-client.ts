// Talking to the daemon from our own commands: is it ours, and what does it decide.
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { QUERY_BYTES_MAX } from "#base/limits.ts";
import type { Question } from "#record/index/question.ts";
import { type AskedAnswer, askedAnswerSchema } from "../index/asked.ts";
import type { FeedItem } from "./feed.ts";
import { equalSecrets, healthProof, type Install } from "../installation/install.ts";
import { readSecret } from "../installation/secrets.ts";
import {
  type OperatorAnswer,
  type OperatorOrder,
  operatorAnswerSchema,
} from "./operator-orders.ts";
import { errorCode } from "../../foundation/files/private-file.ts";

const HEALTH_MS_MAX = 2_000;
const ORDER_MS_MAX = 10_000;
/** Beyond what the daemon itself waits for its index and its answer. */
const QUESTION_MS_MAX = 30_000;
const QUESTION_BYTES_MAX = 2 * QUERY_BYTES_MAX;
/** The daemon's index answers one question after the other. */
const KEPT_MAX = 2;
const REPROBES = 2;
const REPROBE_PAUSE_MS = 200;
const HEALTH_BYTES_MAX = 4_096;
/** A list of questions, each with its effects in words. */
const ORDER_BYTES_MAX = 4 * 1024 * 1024;
/** Characters of one feed line; longer ones end the connection. */
const FEED_LINE_CHARS_MAX = 256 * 1024;

const healthSchema = v.object({
  service: v.literal("sallyport"),
  identity: v.pipe(v.string(), v.maxLength(512)),
  proof: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const identitySchema = v.object({
  version: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  startedMs: v.number(),
  state: v.picklist(["starting", "ready", "refusing"]),
  /** Connections that were refused because somebody had more than a share; an older daemon does not say. */
  refused: v.optional(v.number()),
});

/** What a daemon of ours says of itself. `refusing`: it runs and denies every call, because its log or state failed. */
export type DaemonIdentity = v.InferOutput<typeof identitySchema>;

/** Who is on our port. `how` says in words for a person by what a stranger was recognised. */
export type Probe =
  | { readonly kind: "ours"; readonly identity: DaemonIdentity }
  | { readonly kind: "nobody" }
  | { readonly kind: "stranger"; readonly how: string }
  /** Accepts connections but answered nothing in time: a daemon of ours under load, or a stranger that waits. */
  | { readonly kind: "silent" };

/** The text that a health proof covers. */
export function identityText(identity: DaemonIdentity): string {
  const { version, pid, startedMs, state, refused } = identity;
  return JSON.stringify({ version, pid, startedMs, state, refused });
}

/**
 * Asks who is on the port and makes it prove that it knows our certificate's key and our installation's secret. Never
 * throws for what the other side does.
 */
export async function probeDaemon(install: Install): Promise<Probe> {
  const secret = readSecret(install.directories, "install");
  const nonce = randomBytes(32).toString("hex");
  let text: string;
  try {
    text = await get(install, `/v1/health?nonce=${nonce}`);
  } catch (cause) {
    return classify(cause);
  }
  const health = v.safeParse(v.pipe(v.string(), v.parseJson(), healthSchema), text);
  if (!health.success) return { kind: "stranger", how: "it does not answer as a daemon does" };
  const { identity, proof } = health.output;
  if (!equalSecrets(healthProof(secret, nonce, identity), proof)) {
    return { kind: "stranger", how: "it does not know this installation's secret" };
  }
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), identitySchema), identity);
  if (!read.success) return { kind: "stranger", how: "it is a daemon of another version" };
  return { kind: "ours", identity: read.output };
}

/**
 * The same, asked again before somebody is called a stranger: a daemon of ours that is just ending breaks connections
 * too. Takes up to a second longer.
 */
export async function probeCarefully(install: Install): Promise<Probe> {
  let probe = await probeDaemon(install);
  for (let again = 0; again < REPROBES && probe.kind === "stranger"; again++) {
    await sleep(REPROBE_PAUSE_MS);
    probe = await probeDaemon(install);
  }
  return probe;
}

/**
 * Follows decisions until `signal` aborts or the daemon ends. Throws a Failure when the daemon cannot be reached or does
 * not accept the operator's secret.
 */
export async function followDecisions(
  install: Install,
  onItem: (item: FeedItem) => void,
  signal: AbortSignal,
): Promise<void> {
  const secret = readSecret(install.directories, "operator");
  const response = await open(install, "/v1/decisions", { signal, bearer: secret });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Failure(
      "daemon",
      `the daemon refuses to be followed (status ${response.statusCode})`,
    );
  }
  response.setEncoding("utf8");
  let rest = "";
  try {
    for await (const chunk of response) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > FEED_LINE_CHARS_MAX) return;
      for (const line of lines) {
        const item = line.startsWith("data: ") ? readItem(line.slice(6)) : undefined;
        if (item !== undefined) onItem(item);
      }
    }
  } catch (cause) {
    // The connection ends when the person stops following or the daemon stops: both are the end, no error.
    if (!signal.aborted && errorCode(cause) !== "ECONNRESET") throw cause;
  }
}

/**
 * Gives the daemon an order under the operator's secret. Throws a Failure when nobody answers or the answer is not one.
 */
export async function giveOrder(
  install: Install,
  order: OperatorOrder,
  timeoutMs = ORDER_MS_MAX,
): Promise<OperatorAnswer> {
  const bearer = readSecret(install.directories, "operator");
  const options = { bearer, body: JSON.stringify(order), timeoutMs };
  const text = await open(install, "/v1/operator", options)
    .then((response) => readText(response, ORDER_BYTES_MAX))
    .catch(() => undefined);
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), operatorAnswerSchema), text);
  if (answer.success) return answer.output;
  throw new Failure(
    "daemon",
    "the daemon did not carry out the order; see `sallyport daemon status`, and whether it is as new as this program",
  );
}

/**
 * Asks the daemon a question about the log under the operator's secret; undefined when no daemon of ours answers it in
 * `timeoutMs`.
 */
export async function askDaemon(
  install: Install,
  question: Question,
  timeoutMs = QUESTION_MS_MAX,
): Promise<AskedAnswer | undefined> {
  const bearer = readSecret(install.directories, "operator");
  const options = { bearer, body: JSON.stringify(question), timeoutMs };
  const ask = async (agent: Agent | false): Promise<string> =>
    readText(await open(install, "/v1/question", { ...options, agent }), QUESTION_BYTES_MAX);
  // WHY again: the daemon may have closed a connection that waited, and the question that finds it closed was not heard.
  const text = await ask(keptConnections(install))
    .catch((cause: unknown) => (isCutOff(cause) ? ask(false) : undefined))
    .catch(() => undefined);
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), askedAnswerSchema), text);
  return answer.success ? answer.output : undefined;
}

/** Connections that wait for the next question of this process: making one takes as long as many an answer. */
const kept = new Map<string, Agent>();

function keptConnections({ port, authority }: Pick<Install, "port" | "authority">): Agent {
  const name = `${port} ${authority}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const secureContext = createSecureContext({ ca: authority });
  const agent = new Agent({ keepAlive: true, maxSockets: KEPT_MAX, secureContext });
  kept.set(name, agent);
  return agent;
}

/** Opens a request to the daemon, trusting our own authority alone. Rejects with the error of the connection. */
export function open(
  install: Pick<Install, "port" | "authority">,
  path: string,
  options: {
    signal?: AbortSignal;
    bearer?: string;
    body?: string;
    timeoutMs?: number;
    headers?: Readonly<Record<string, string>>;
    /** One of our own; without it the request has a connection to itself. */
    agent?: Agent | false;
  } = {},
): Promise<IncomingMessage> {
  const { signal, bearer, body, timeoutMs, headers = {}, agent = false } = options;
  return new Promise((resolve, reject) => {
    const sent = request({
      host: "127.0.0.1",
      port: install.port,
      path,
      method: body === undefined ? "GET" : "POST",
      // WHY not there: an agent has it already, and reading it anew takes longer than an answer.
      ...(agent === false ? { ca: install.authority } : {}),
      // WHY: no agent of others and no environment: neither a proxy nor NODE_TLS_REJECT_UNAUTHORIZED decides whom we trust.
      agent,
      rejectUnauthorized: true,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        ...headers,
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
    });
    if (timeoutMs !== undefined) {
      const timer = setTimeout(() => sent.destroy(new SilentError()), timeoutMs);
      sent.once("close", () => clearTimeout(timer));
    }
    sent.once("response", resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Reads a response's text within a bound. */
export async function readText(response: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Failure("daemon", "the answer is too long to be the daemon's");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

class SilentError extends Error {}

function isCutOff(cause: unknown): boolean {
  return ["ECONNRESET", "EPIPE"].includes(errorCode(cause) ?? "");
}

async function get(install: Install, path: string): Promise<string> {
  const response = await open(install, path, { timeoutMs: HEALTH_MS_MAX });
  return readText(response, HEALTH_BYTES_MAX);
}

function classify(cause: unknown): Probe {
  if (cause instanceof SilentError) return { kind: "silent" };
  const code = errorCode(cause) ?? "";
  if (code === "ECONNREFUSED") return { kind: "nobody" };
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) {
    return { kind: "stranger", how: "it does not speak TLS" };
  }
  if (/CERT|SIGNATURE|ISSUER|CA$/.test(code)) {
    return { kind: "stranger", how: "its certificate is not ours" };
  }
  return { kind: "stranger", how: "it breaks the connection or answers nonsense" };
}

function readItem(text: string): FeedItem | undefined {
  const item = v.safeParse(v.pipe(v.string(), v.parseJson(), itemSchema), text);
  return item.success ? item.output : undefined;
}

const itemSchema = v.object({
  timeMs: v.number(),
  project: v.string(),
  what: v.picklist([
    "decision",
    "question",
    "unjudged",
    "drift",
    "config-change",
    "session",
    "prompt",
    "failure",
  ]),
  verdict: v.string(),
  tool: v.string(),
  rule: v.string(),
  summary: v.string(),
});
