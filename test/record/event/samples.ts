// Calls, decisions and sessions that tests of events start from.
import { createHmac } from "node:crypto";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { AuditEvent, EventSession, EventStamp } from "#record/event/event.ts";
import { markUnder } from "#record/event/value-mark.ts";
import { createLeafEncoder, makeEventId } from "#record/log/leaf.ts";
import { createSubject } from "#record/log/subject.ts";

export const facts: SessionFacts = {
  sessionId: "5f0c2f7e-session",
  projectRoot: "/home/ada/shop",
  home: "/home/ada",
  user: "ada",
  mode: "default",
  interactive: true,
  ownPaths: ["/home/ada/.local/share/sallyport"],
};
export const session: EventSession = { facts, userSource: "os" };
export const policy: Policy = {
  id: "builtin/team",
  layer: "builtin",
  version: "1",
  digest: "a".repeat(64),
  automaticApproval: false,
  rules: [],
};

export const stamp: EventStamp = {
  id: makeEventId(1_760_000_000_000, new Uint8Array(10).fill(1)),
  timeMs: 1_760_000_000_000,
  product: "0.1.0",
  submitter: "hook",
  pseudonym: (domain, text) =>
    createHmac("sha256", "k")
      .update(`${domain}\0${text}`)
      .digest()
      .subarray(0, 16)
      .toString("base64url"),
  digest: (domain, text) =>
    createHmac("sha256", "d").update(`${domain}\0${text}`).digest("hex").toUpperCase().slice(0, 32),
  mark: markUnder({
    pseudonym: (domain, text) =>
      createHmac("sha256", "m")
        .update(`${domain}\0${text}`)
        .digest()
        .subarray(0, 16)
        .toString("base64url"),
  }),
};

export function bashCall(command: string): ToolCall {
  const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
  return { id: "toolu_01", tool: "Bash", cwd: "/home/ada/shop", input };
}

export function pathTarget(path: string): Target {
  return { kind: "path", path, real: path, reach: "entry" };
}

export function effect(what: Record<string, unknown>): Effect {
  // The kinds and their fields are checked by the tests that read them back.
  return { via: [], at: undefined, ...what } as unknown as Effect;
}

export function decisionOf(effects: readonly Effect[], programs: readonly string[] = []): Decision {
  const reason = {
    verdict: "deny",
    rule: "builtin:team/secret-read",
    effect: 0,
    text: "x",
    instead: undefined,
  } as const;
  return {
    verdict: "deny",
    reasons: [reason],
    effects,
    findings: [],
    programs,
    factsUsed: [],
    steps: 7,
  };
}

/** Effects of every kind that carry `text` wherever an effect can. */
export function effectsWith(text: string): Effect[] {
  const target = pathTarget(`/home/ada/${text}`);
  return [
    effect({ kind: "read", target }),
    effect({
      kind: "write",
      target: { kind: "pattern", path: `/tmp/${text}*`, reach: "tree" },
      mode: "append",
    }),
    effect({ kind: "delete", target: { kind: "unresolved", within: `/${text}`, reach: "tree" } }),
    effect({
      kind: "egress",
      destination: { host: text, port: 1, scheme: text },
      carries: [{ kind: "file", target }, { kind: "argument" }],
    }),
    effect({ kind: "execute", program: text, origin: "project", reach: "unbounded" }),
    effect({ kind: "history", operation: "reset", remote: text }),
    effect({ kind: "publish", channel: "git", destination: text, refs: [text] }),
    effect({ kind: "deploy", system: text, operation: text }),
    effect({ kind: "install", manager: text, packages: [text], runsScripts: true }),
    effect({
      kind: "install",
      manager: text,
      packages: [text],
      runsScripts: false,
      locked: { files: [text], registries: [text] },
    }),
    effect({ kind: "privilege", means: text, user: text }),
    effect({ kind: "persist", means: text, target }),
    effect({ kind: "tamper", control: text, target }),
    effect({ kind: "unknown", reason: "dynamic-code", detail: text }),
  ];
}

const subject = createSubject(new Uint8Array(32).fill(3));

/** The bytes of an event, sealed under a fixed key. */
export function leafOf(event: AuditEvent): Uint8Array {
  const sections = event.sealed === undefined ? [] : [{ subject, content: event.sealed }];
  const encode = createLeafEncoder(() => new Uint8Array(12));
  return encode({ id: event.id, metadata: event.metadata, sections });
}
