// Requests for another person's approval: made for a call, found again by exactly what it is about, answered by receipts.
import { createHmac, randomBytes } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { isObject } from "#base/json.ts";
import {
  type AnswerFault,
  answerFault,
  type ApprovalEntry,
  type ApprovalRequest,
  type ApprovalState,
  approvalState,
  entrySchema,
  RULES_MAX,
} from "#govern/approvals/request.ts";
import type { Approved, Decision, Waiting } from "#guard/policy/decision.ts";
import type { Approver } from "#guard/policy/approval.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { callKey } from "../exceptions/judged.ts";
import { readSecret } from "../installation/secrets.ts";
import {
  type ApprovalReceipt,
  isSignedAnswer,
  ownPublicKey,
  receiptSchema,
  requestDigest,
} from "./approver-key.ts";
import { ApprovalFiles, type NamedRequest } from "./approval-files.ts";
import { openListedApprovers } from "./listed-approvers.ts";

/** Requests of an installation, and those of one session that have not expired. */
export const REQUESTS_MAX = 256;
export const SESSION_REQUESTS_MAX = 32;
/** Bytes of a receipt that is read. */
const RECEIPT_BYTES_MAX = 16 * 1024;
/** How long what is over stays to be looked at. */
const KEPT_MS = 2 * 86_400_000;
const MINUTE_MS = 60_000;
const KEY_PURPOSE = "sallyport/approval-binding/v1";

/** A call that waits for another person. `given` is its input as the client sent it: without it nothing covers the call. */
export type AskedCall = {
  readonly call: ToolCall;
  readonly given: Json | undefined;
  readonly sessionId: string;
  /** Real path of the project. */
  readonly root: string;
  /** Digest of the policy in force. */
  readonly policy: string;
  readonly decision: Pick<Decision, "effects" | "waits">;
};

/** What the person who is asked reads. */
export type RequestWords = {
  readonly user: string;
  readonly what: readonly string[];
  /** The call without secrets, where the policy lets words be kept. */
  readonly text: string | undefined;
};

/** What came of asking: a new request, one that was there, or why there is none. */
export type Asked =
  | { readonly kind: "made" | "waiting" | "denied"; readonly request: ApprovalRequest }
  | { readonly kind: "none"; readonly why: string };

/** A request with its state. */
export type ApprovalStatus = { readonly entry: ApprovalEntry; readonly state: ApprovalState };

/** Why a receipt does not count. */
export type ReceiptFault = AnswerFault | "unreadable" | "bad-signature";

/** The requests of an installation. What is damaged, foreign or edited counts for nothing. */
export type ApprovalBook = {
  /** The approval that covers exactly this call, its use taken; undefined where there is none. Never throws. */
  covering(asked: AskedCall, nowMs: number): Approved | undefined;
  /** Asks for an approval, once for each call however often it comes. Never throws. */
  ask(asked: AskedCall, words: RequestWords, nowMs: number): Asked;
  /** All with their state, the newest first, and files that are not ours. */
  all(nowMs: number): {
    readonly all: readonly ApprovalStatus[];
    readonly damaged: readonly string[];
  };
  /** By id; undefined where there is none that counts. */
  find(id: string, nowMs: number): ApprovalStatus | undefined;
  /** A receipt as it came in, checked: with what it makes of its request, which is not written yet. Never throws. */
  check(bytes: Uint8Array, nowMs: number): CheckedReceipt;
  /** Writes an entry that is there already. */
  put(entry: ApprovalEntry): void;
  /** Those whose time is over and nobody was told; removes what was over for long. */
  overdue(nowMs: number): readonly ApprovalEntry[];
};

export type CheckedReceipt =
  | { readonly fault: ReceiptFault; readonly receipt?: ApprovalReceipt }
  | {
      readonly fault?: undefined;
      readonly receipt: ApprovalReceipt;
      readonly entry: ApprovalEntry;
    };

/** Why whoever has this key cannot answer a request, or without a key; null where they can. */
export function whyNotBy(
  { entry, state }: ApprovalStatus,
  ownKey: string | undefined,
): string | null {
  const { requester, approvers } = entry.request;
  if (state !== "open") return "it waits for nobody any more";
  if (ownKey === undefined) return "you have no key to answer with: `sallyport approvals key`";
  if (requester.key === ownKey) return "you asked for this yourself: another person answers it";
  if (!approvers.some(({ key }) => key === ownKey)) return "you are not among those who may answer";
  if (entry.approved.some(({ answer }) => answer.key === ownKey)) return "you have approved it";
  return null;
}

/** Opens the requests of an installation; each question looks at the disk. */
export function openApprovals(directories: Directories): ApprovalBook {
  return new ApprovalFolder(directories);
}

class ApprovalFolder {
  readonly #directories: Directories;
  readonly #files: ApprovalFiles;
  /** Files of which nothing more is to be told. */
  readonly #settled = new Set<string>();

  constructor(directories: Directories) {
    this.#directories = directories;
    this.#files = new ApprovalFiles(directories);
  }

  covering(asked: AskedCall, nowMs: number): Approved | undefined {
    try {
      if (asked.given === undefined) return undefined;
      const bound = this.#bind(asked);
      const call = callKey(asked.sessionId, asked.call);
      for (const named of this.#files.names().filter(({ binding }) => binding === bound.name)) {
        const entry = this.#files.read(named);
        if (entry === undefined || !isAbout(entry.request, bound)) continue;
        const isUsed = this.#files.isUsed(entry.request.id, call);
        if (approvalState(entry, { nowMs, isUsed }) !== "approved") continue;
        if (!entry.approved.every(({ answer }) => this.#isListed(entry, answer.key))) continue;
        if (entry.request.single && !this.#files.use(entry.request.id, call)) continue;
        return { id: entry.request.id, rules: entry.request.rules };
      }
      return undefined;
    } catch {
      return undefined;
    }
  }

  ask(asked: AskedCall, words: RequestWords, nowMs: number): Asked {
    try {
      return this.#ask(asked, words, nowMs);
    } catch (cause) {
      const why = cause instanceof Failure ? cause.message : "its file cannot be written";
      return { kind: "none", why: `the request could not be stored: ${why}` };
    }
  }

  all(nowMs: number): { all: readonly ApprovalStatus[]; damaged: readonly string[] } {
    const all: ApprovalStatus[] = [];
    const damaged: string[] = [];
    for (const named of this.#files.names()) {
      const entry = this.#files.tryRead(named);
      if (entry === undefined) damaged.push(this.#files.path(named.name));
      else all.push(this.#status(entry, nowMs));
    }
    const newest = (one: ApprovalStatus) => -one.entry.request.createdMs;
    return { all: all.toSorted((one, other) => newest(one) - newest(other)), damaged };
  }

  find(id: string, nowMs: number): ApprovalStatus | undefined {
    const named = this.#files.names().find((one) => one.id === id);
    const entry = named === undefined ? undefined : this.#files.tryRead(named);
    return entry === undefined ? undefined : this.#status(entry, nowMs);
  }

  check(bytes: Uint8Array, nowMs: number): CheckedReceipt {
    const receipt = receiptIn(bytes);
    if (receipt === undefined) return { fault: "unreadable" };
    try {
      if (!isSignedAnswer(receipt)) return { fault: "bad-signature", receipt };
      const found = this.find(receipt.answer.request, nowMs);
      if (found === undefined) return { fault: "unknown-request", receipt };
      const { entry, state } = found;
      const fault = answerFault(entry, receipt.answer, {
        nowMs,
        digest: requestDigest(entry.request),
        isUsed: state === "used",
        ownKey: ownPublicKey(this.#directories),
        isListed: this.#isListed(entry, receipt.answer.key),
      });
      if (fault !== undefined) return { fault, receipt };
      const { answer, signature } = receipt;
      if (answer.answer === "deny")
        return { receipt, entry: { ...entry, ended: { how: "denied", atMs: nowMs } } };
      const taken = { answer, signature, takenMs: nowMs };
      return { receipt, entry: { ...entry, approved: [...entry.approved, taken] } };
    } catch {
      return { fault: "unreadable", receipt };
    }
  }

  put(entry: ApprovalEntry): void {
    const named = this.#files.names().find(({ id }) => id === entry.request.id);
    if (named === undefined) throw new Failure("approvals", "the request is gone");
    this.#files.write(named.name, entry);
  }

  overdue(nowMs: number): readonly ApprovalEntry[] {
    const found: ApprovalEntry[] = [];
    for (const named of this.#files.names()) {
      if (nowMs >= named.expiresMs + KEPT_MS) this.#remove(named);
      if (nowMs < named.expiresMs || this.#settled.has(named.name)) continue;
      const entry = this.#files.tryRead(named);
      const state = entry === undefined ? "used" : this.#status(entry, nowMs).state;
      if (state === "open" || state === "approved") continue;
      this.#settled.add(named.name);
      if (entry !== undefined && entry.ended === null && state === "expired") found.push(entry);
    }
    return found;
  }

  #ask(asked: AskedCall, words: RequestWords, nowMs: number): Asked {
    const { waits = [] } = asked.decision;
    if (asked.given === undefined || waits.length === 0 || waits.length > RULES_MAX)
      return { kind: "none", why: "what it is about cannot be told exactly" };
    const bound = this.#bind(asked);
    const names = this.#files.names();
    for (const named of names.filter(({ binding }) => binding === bound.name)) {
      const entry = this.#files.tryRead(named);
      if (entry === undefined || !isAbout(entry.request, bound)) continue;
      const { state } = this.#status(entry, nowMs);
      if (state === "open" || state === "approved")
        return { kind: "waiting", request: entry.request };
      if (state === "denied" && nowMs < entry.request.expiresMs)
        return { kind: "denied", request: entry.request };
    }
    const approvers = this.#approversOf(waits);
    const people = Math.max(...waits.map(({ approval }) => approval.people));
    const ownKey = ownPublicKey(this.#directories);
    if (approvers.filter(({ key }) => key !== ownKey).length < people - 1)
      return { kind: "none", why: "nobody is listed who could approve it" };
    const session = this.#digest("session-name", asked.sessionId).slice(0, 16);
    const isFull = this.#makeRoom(names, nowMs) >= REQUESTS_MAX;
    const own = names.filter((one) => one.session === session && one.expiresMs > nowMs);
    if (isFull || own.length >= SESSION_REQUESTS_MAX)
      return { kind: "none", why: "too many requests wait already" };
    const minutes = Math.min(...waits.map(({ approval }) => approval.expiresMinutes));
    const id = `ap-${randomBytes(8).toString("hex")}`;
    const request: ApprovalRequest = {
      version: 1,
      id,
      tool: asked.call.tool.slice(0, 300) || "unknown",
      input: bound.input,
      effects: bound.effects,
      session: bound.session,
      policy: asked.policy,
      root: asked.root,
      rules: [...bound.rules],
      what: words.what.map((line) => line.slice(0, 300)).slice(0, 8),
      ...(words.text === undefined ? {} : { call: words.text.slice(0, 2_400) }),
      requester: { user: words.user.slice(0, 300) || "unknown", key: ownKey ?? null },
      approvers: approvers.map(({ name, key }) => ({ name, key })),
      people,
      single: waits.some(({ approval }) => approval.single),
      createdMs: nowMs,
      expiresMs: nowMs + minutes * MINUTE_MS,
    };
    const { sessionId } = asked;
    const listed = waits.some(({ approval }) => approval.approvers === undefined);
    const entry = v.parse(entrySchema, { request, sessionId, listed, approved: [], ended: null });
    const name = `${id}.${bound.name}.${session}.${request.expiresMs.toString(36)}.json`;
    this.#files.create(name, entry);
    return { kind: "made", request: entry.request };
  }

  /** Those whom every one of the rules lets approve; for a managed rule never the operator's own list. */
  #approversOf(waits: readonly Waiting[]): readonly Approver[] {
    const lists = waits.map(({ rule, approval }) => {
      if (approval.approvers !== undefined) return approval.approvers;
      return isManaged(rule) ? [] : openListedApprovers(this.#directories).inForce();
    });
    const [first = [], ...others] = lists;
    return first.filter(({ key }) =>
      others.every((list) => list.some((other) => other.key === key)),
    );
  }

  /** WHY again: who was taken off the operator's list meanwhile approves nothing. Of a policy the digest says it is the same. */
  #isListed({ listed }: ApprovalEntry, key: string): boolean {
    if (!listed) return true;
    return openListedApprovers(this.#directories)
      .inForce()
      .some((one) => one.key === key);
  }

  /** How many there are once what is over made room. */
  #makeRoom(names: readonly NamedRequest[], nowMs: number): number {
    if (names.length < REQUESTS_MAX) return names.length;
    const over = names.filter(({ expiresMs }) => expiresMs <= nowMs);
    const gone = over.toSorted((one, other) => one.expiresMs - other.expiresMs).slice(0, 64);
    for (const one of gone) this.#remove(one);
    return names.length - gone.length;
  }

  #remove(named: NamedRequest): void {
    this.#files.remove(named);
    this.#settled.delete(named.name);
  }

  #status(entry: ApprovalEntry, nowMs: number): ApprovalStatus {
    const isUsed = this.#files.isUsed(entry.request.id, "");
    return { entry, state: approvalState(entry, { nowMs, isUsed }) };
  }

  /** What a call is told by: its tool and exact input, what it does, where, in which session, under which policy and rules. */
  #bind({ call, given, sessionId, root, policy, decision }: AskedCall): Bound {
    const { effects, waits = [] } = decision;
    const rules = waits.map(({ rule }) => rule).toSorted();
    const bound = {
      input: this.#digest("input", [call.tool, call.cwd, call.input, givenOf(call, given)]),
      effects: this.#digest("effects", effects),
      session: this.#digest("session", sessionId),
      policy,
      root,
      rules,
    };
    return { ...bound, name: this.#digest("binding", bound).slice(0, 32) };
  }

  #digest(what: string, value: unknown): string {
    const secret = readSecret(this.#directories, "operator");
    return createHmac("sha256", createHmac("sha256", secret).update(KEY_PURPOSE).digest())
      .update(JSON.stringify([what, value]))
      .digest("hex");
  }
}

type Bound = Pick<ApprovalRequest, "input" | "effects" | "session" | "policy" | "root"> & {
  readonly rules: readonly string[];
  readonly name: string;
};

/** WHY beside the file's name: that is cut, and nobody signed it. */
function isAbout(request: ApprovalRequest, bound: Bound): boolean {
  const same = (["input", "effects", "session", "policy", "root"] as const).every(
    (key) => request[key] === bound[key],
  );
  return same && JSON.stringify(request.rules) === JSON.stringify(bound.rules);
}

/** What the client sent, without what an agent words anew each time it asks for the same command. */
function givenOf({ input }: ToolCall, given: Json | undefined): Json | undefined {
  if (input.kind !== "bash" || !isObject(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([key]) => key !== "description")) as Json;
}

function isManaged(rule: string): boolean {
  return rule.startsWith("managed:");
}

function receiptIn(bytes: Uint8Array): ApprovalReceipt | undefined {
  if (bytes.length > RECEIPT_BYTES_MAX) return undefined;
  const text = Buffer.from(bytes).toString("utf8");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), receiptSchema), text);
  return parsed.success ? parsed.output : undefined;
}
