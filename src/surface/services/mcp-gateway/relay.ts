// The relay between a client and one server: every message is read, held against what was approved, and sent on or refused.
import { randomBytes } from "node:crypto";
import { stringOrEmpty } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Gate } from "./gate.ts";
import type { GateRefusal, GateOutcome } from "./said.ts";
import { LISTS } from "./listing.ts";
import { partAsked } from "./part-asked.ts";
import {
  errorAnswer,
  ERRORS,
  isId,
  isMembers,
  type Members,
  type Message,
  type MessageId,
  readMessage,
} from "./message.ts";
import type { Behind } from "./server-process.ts";
import { contentRefusal, type SkillFile, skillFilesAt, skillGiven } from "./skill-files.ts";
import { createCatalog, shown } from "./server-catalog.ts";
import { META, NO_DIRECTORIES, NO_SKILLS, withoutSkills, withSkills } from "./skills-told.ts";
import { isModern, refusalText, refusedAnswer, standInAnswer } from "./stand-in.ts";
import { createOwnRequests, createUnderWay, type Waiting } from "./under-way.ts";

/** Bounds, so that tests need not wait for them. Times in milliseconds. */
export type RelayLimits = {
  /** Until a request is answered or tells of its progress. */
  readonly waitMs: number;
  /** The same for our own. */
  readonly ownMs: number;
  /** Requests of the client at once, and of the server. */
  readonly requests: number;
  /** Messages that are none, until the server is ended. */
  readonly invalid: number;
};
export const LIMITS: RelayLimits = {
  waitMs: 600_000,
  ownMs: 20_000,
  requests: 256,
  invalid: 1_000,
};

export type RelayOptions = {
  readonly gate: Gate;
  /** What the client gets. */
  readonly front: (message: Members) => void;
  /** The server; undefined where it was not started because nothing of it may pass. */
  readonly behind: Behind | undefined;
  /** The content of an answer with what the policy withholds replaced, and how much that was. */
  readonly redact: (content: Json) => Promise<{ readonly value: Json; readonly count: number }>;
  readonly outcome: (outcome: GateOutcome) => void;
  /** A line for the person, on standard error. */
  readonly say: (line: string) => void;
  readonly limits: RelayLimits;
};

/** Answers in which a tool, a file or a prompt of the server speaks to the model, and where. */
const SPEAKING: Readonly<Record<string, readonly string[]>> = {
  "tools/call": ["content", "structuredContent"],
  "tasks/result": ["content", "structuredContent"],
  "resources/read": ["contents"],
  "prompts/get": ["messages", "description"],
};
export type Relay = ReturnType<typeof createRelay>;

/** Builds it. */
export function createRelay(options: RelayOptions) {
  const { gate, front, behind, outcome, say, limits } = options;
  const prefix = `sallyport-${randomBytes(12).toString("base64url")}-`;
  const own = createOwnRequests(prefix, limits.ownMs);
  const asked = new Set<MessageId>();
  const waiting = createUnderWay({ waitMs: limits.waitMs, max: limits.requests }, (one) => {
    fail(one, `the server gave no answer within ${limits.waitMs / 1000} seconds`);
    cancel(one);
  });
  let closed: GateRefusal | undefined;
  /** Members of `_meta` by which a request of the era without handshakes says who asks. */
  let meta: Members = {};
  let invalid = 0;

  const fail = ({ id }: Pick<Waiting, "id">, why: string): void =>
    front(errorAnswer(id, ERRORS.failed, { message: `sallyport: ${printable(why)}` }));

  const cancel = ({ id, isSent, isModern: isOfModern, abort }: Waiting): void => {
    if (!isSent) return;
    abort.abort();
    if (isOfModern && behind?.speaks !== undefined) return;
    const params = { requestId: id, reason: "nobody waits for it any more" };
    behind?.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
  };

  const ask = (method: string, params: Members): Promise<Members> =>
    own.ask((id) => {
      const said = method === "skills/list" ? withSkills(meta) : meta;
      const known = Object.keys(meta).length === 0 ? params : { ...params, _meta: said };
      behind?.send({ jsonrpc: "2.0", id, method, params: known });
    });
  const catalog = createCatalog({
    gate,
    ask,
    speaks: (version) => behind?.speaks?.(version),
    outcome,
    say,
    isModern: () => Object.keys(meta).length > 0,
  });

  const refuse = ({ id, tool = "" }: Pick<Waiting, "id" | "tool">, refusal: GateRefusal): void => {
    outcome({ what: "refused", rule: refusal.rule, tool });
    front(refusedAnswer(id, shown(refusal)));
  };

  const send = (one: Waiting, message: Members): void => {
    one.isSent = true;
    behind?.send(message, one.abort.signal);
  };

  const request = async (message: Extract<Message, { kind: "request" }>): Promise<void> => {
    const { id, method, params, whole } = message;
    const tool = params["name"];
    const { _meta: given } = params;
    const { notifications } = params;
    const wanted =
      method === "subscriptions/listen" && isMembers(notifications) ? notifications : {};
    const token = isMembers(given) ? given["progressToken"] : undefined;
    const one: Waiting = {
      id,
      method,
      tool: method === "tools/call" ? stringOrEmpty(tool) : undefined,
      isModern: isModern(params),
      token: isId(token) ? token : undefined,
      isSent: false,
      abort: new AbortController(),
      wants: Object.keys(wanted),
    };
    if (waiting.has(id)) return fail(one, "a request of this id is under way");
    if (!waiting.add(one)) return fail(one, `more than ${limits.requests} requests are under way`);
    if (one.isModern && isMembers(given))
      meta = Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith(META)));
    const noSkills = method === "resources/directory/read" ? NO_DIRECTORIES : NO_SKILLS;
    if (noSkills === NO_DIRECTORIES || (method.startsWith("skills/") && !catalog.hasSkills())) {
      waiting.take(id);
      return refuse(one, noSkills);
    }
    const list = LISTS.find(([of]) => of === method);
    if (method === "tools/list" || (list !== undefined && gate.holds(list[2])))
      return answerList(one, params, list ?? LISTS[0]);
    const part = partAsked(method, params);
    if (part === undefined) return send(one, whole);
    if (typeof part === "string") {
      waiting.take(id);
      return front(errorAnswer(id, ERRORS.params, { message: `sallyport: ${part}` }));
    }
    if (!catalog.isFresh() && gate.isPinned()) await catalog.look();
    // It may have been cancelled, or nothing passes any more.
    if (!waiting.has(id)) return;
    const said = catalog.said();
    const input = params["arguments"];
    const refusal =
      part.list === "tools"
        ? gate.call(part.key, isMembers(input) ? input : {}, said)
        : part.list === "resources"
          ? gate.read(part.key, said)
          : gate.part(part, said);
    if (refusal === undefined) {
      one.asked = part;
      return send(one, whole);
    }
    waiting.take(id);
    refuse(one, refusal);
  };

  /** What the server answers about a skill or a file of one, held against what was pinned. */
  const ofSkill = ({ method, asked: part }: Waiting, result: Members) => {
    if (part === undefined || !catalog.hasSkills()) return { result };
    const said = catalog.said();
    if (method === "skills/get") return skillGiven(result, part.key, said);
    if (method !== "resources/read") return { result };
    const isPinned = ({ skill }: SkillFile) =>
      gate.part({ list: "skills", key: skill.uri }, said) === undefined;
    const [refusal] = skillFilesAt(part.key, said)
      .filter(isPinned)
      .flatMap((file) => contentRefusal(part.key, file, result["contents"]) ?? []);
    return refusal === undefined ? { result } : { refusal };
  };

  /** All of a list at once, without what was not agreed to. */
  const answerList = async (
    one: Waiting,
    params: Members,
    [method, key, list]: (typeof LISTS)[number],
  ): Promise<void> => {
    if (params["cursor"] !== undefined) {
      waiting.take(one.id);
      return fail(one, "the list has one page");
    }
    const { said: now, first } = await catalog.look();
    if (waiting.take(one.id) === undefined) return;
    if (typeof now === "string") return fail(one, `its ${list} cannot be listed: ${now}`);
    const shownParts = catalog
      .definitions(list, now)
      .filter(({ refusal }) => refusal === undefined);
    const { nextCursor: _, ...rest } = first[method] ?? {};
    const of = shownParts.map(({ definition }) => definition) as unknown as Json;
    front({ jsonrpc: "2.0", id: one.id, result: { ...rest, [key]: of } });
  };

  /** What the server answered, as the client may have it. */
  const answered = async (one: Waiting, given: Members): Promise<void> => {
    const { method, id } = one;
    const held = isMembers(given["result"]) ? ofSkill(one, given["result"]) : undefined;
    if (held !== undefined && "refusal" in held) return refuse(one, held.refusal);
    const whole: Members = held === undefined ? given : { ...given, result: held.result };
    const { result } = whole;
    if ((method === "initialize" || method === "server/discover") && isMembers(result)) {
      catalog.note(result);
      const instructions = catalog.server()?.instructions ?? null;
      const bare = withoutSkills(result, one.isModern && gate.holds("skills"));
      if (gate.isAsPinned(instructions))
        return front(bare === result ? whole : { ...whole, result: bare });
      outcome({ what: "changed", rule: "mcp-changed", tool: "" });
      const told = "its instructions are not those that were pinned, so its tools are refused";
      const text = refusalText({
        why: told,
        instead: "tell the person; `sallyport mcp diff` shows what changed",
      });
      return front({ ...whole, result: { ...bare, instructions: text } });
    }
    const names = SPEAKING[method];
    if (names === undefined) return front(whole);
    const speaks = isMembers(result)
      ? Object.fromEntries(Object.entries(result).filter(([name]) => names.includes(name)))
      : { error: whole["error"] ?? null };
    const { value, count } = await options.redact(speaks);
    if (count === 0) return front(whole);
    outcome({ what: "withheld", rule: "content", tool: one.tool ?? "" });
    const instead = isMembers(value) ? value : {};
    front(
      isMembers(result)
        ? { ...whole, result: { ...result, ...instead } }
        : { jsonrpc: "2.0", id, ...instead },
    );
  };

  const toTheClient = (message: Message): void => {
    if (message.kind === "answer") {
      const { id, whole } = message;
      if (id === null) return;
      if (own.has(id)) {
        const { result, error } = whole;
        if (isMembers(result)) return own.answered(id, result);
        const words =
          isMembers(error) && typeof error["message"] === "string" ? error["message"] : "";
        return own.failed(id, `it answered with an error: ${words.slice(0, 200)}`);
      }
      const one = waiting.take(id);
      if (one !== undefined) void answered(one, whole);
      return;
    }
    if (message.kind === "request") {
      if (asked.size < limits.requests) asked.add(message.id);
      else
        return behind?.send(
          errorAnswer(message.id, ERRORS.failed, { message: "too many requests" }),
        );
      return front(message.whole);
    }
    const { method, params, whole } = message;
    if (method === "notifications/progress") waiting.goesOn(params["progressToken"]);
    if (!method.endsWith("/list_changed")) return front(whole);
    catalog.outdate();
    const isKnown = gate.isPinned() && catalog.server() !== undefined;
    const seen = isKnown ? catalog.look() : Promise.resolve();
    void seen.then(() => front(whole));
  };

  const toTheServer = (message: Message): void => {
    if (message.kind === "request") return void request(message);
    if (message.kind === "answer") {
      if (message.id !== null && asked.delete(message.id)) behind?.send(message.whole);
      return;
    }
    const { method, params, whole } = message;
    if (method !== "notifications/cancelled") return behind?.send(whole);
    const { requestId } = params;
    const one = isId(requestId) ? waiting.take(requestId) : undefined;
    if (one !== undefined) cancel(one);
  };

  /** Nothing passes from now on. */
  const close = (refusal: GateRefusal): void => {
    if (closed !== undefined) return;
    closed = shown(refusal);
    outcome({ what: "cut-off", rule: refusal.rule, tool: "" });
    say(refusalText(closed));
    for (const id of own.ids()) own.failed(id, closed.why);
    listChanged();
    for (const { id } of waiting.all()) {
      waiting.take(id);
      front(refusedAnswer(id, closed));
    }
    void behind?.end(true);
  };

  /** Tells a client that wants to know. */
  const listChanged = (): void => {
    const server = catalog.server();
    const streams = waiting.all().filter(({ method }) => method === "subscriptions/listen");
    for (const kind of ["tools", "prompts", "resources"]) {
      if (kind !== "tools" && !isMembers(server?.capabilities[kind])) continue;
      const message = { jsonrpc: "2.0", method: `notifications/${kind}/list_changed` };
      for (const { id, wants } of streams)
        if (wants.includes(`${kind}ListChanged`))
          front({ ...message, params: { _meta: { [`${META}subscriptionId`]: id } } });
      if (Object.keys(meta).length === 0 && server !== undefined) front(message);
    }
  };

  return {
    fromClient(value: unknown): void {
      const message = readMessage(value);
      if (message === undefined) {
        const id = isMembers(value) && isId(value["id"]) ? value["id"] : null;
        return front(
          errorAnswer(id, ERRORS.request, {
            message: "sallyport: this is no single JSON-RPC message",
          }),
        );
      }
      const refusal = closed ?? gate.server();
      if (refusal === undefined) return toTheServer(message);
      close(refusal);
      const answer = standInAnswer(message, closed ?? refusal);
      if (message.kind === "request" && message.method === "tools/call")
        outcome({
          what: "refused",
          rule: refusal.rule,
          tool: stringOrEmpty(message.params["name"]),
        });
      if (answer !== undefined) front(answer);
    },
    fromServer(value: unknown): void {
      if (closed !== undefined) return;
      const message = readMessage(value);
      if (message !== undefined) toTheClient(message);
      else this.invalid();
    },
    /** A message of the server that is none is thrown away; too many, and it is ended. */
    invalid(): void {
      invalid += 1;
      if (invalid === 1) say("the server sends what is no JSON-RPC message; it is thrown away");
      if (invalid > limits.invalid) void behind?.end(true);
    },
    /** A message of the server that was too large: whoever waits for it is told, by what is seen of it. */
    tooLarge(ends: string): void {
      const ids = [...ends.matchAll(/"id"\s*:\s*("(?:[^"\\]|\\.){0,256}"|-?\d{1,16})/g)].map(
        ([, text]) => JSON.parse(text ?? "null") as MessageId,
      );
      const meant = ids.filter((id) => waiting.has(id) || own.has(id));
      const why = "the server's answer is larger than a message may be";
      for (const id of meant.length > 0
        ? meant
        : [...waiting.all().map(({ id: one }) => one), ...own.ids()])
        this.failed(id, why);
    },
    /** A request could not be brought to the server, or gets no answer. */
    failed(id: unknown, why: string): void {
      if (!isId(id)) return;
      own.failed(id, why);
      const one = waiting.take(id);
      if (one !== undefined) fail(one, why);
    },
    /** The server is gone: whoever waits is told. */
    ended(how: string): void {
      for (const id of [...own.ids(), ...waiting.all().map(({ id: one }) => one)])
        this.failed(id, `the server is gone: ${how}`);
    },
    /** Looks at the catalog when no message comes. */
    tick(): void {
      const refusal = closed === undefined ? gate.server() : undefined;
      if (refusal !== undefined) return close(refusal);
      if (closed === undefined && gate.hasChanged()) listChanged();
    },
    isClosed: () => closed !== undefined,
  };
}
