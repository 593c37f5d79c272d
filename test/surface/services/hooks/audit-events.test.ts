// What the daemon saw, in the real log: every kind of observation is an entry, and none holds what it must not.
import type { DeploymentReceipt } from "#surface/services/deploy/deployment-receipt.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NO_NOTES } from "#guard/events/hook-notes.ts";
import { openLog } from "#record/store/log-writer.ts";
import { toAuditEvents } from "#surface/services/hooks/audit-events.ts";
import { clientProof } from "#surface/services/settings/client-knowledge.ts";
import { userSourceOf } from "#surface/services/hooks/session-audit-events.ts";
import type { StatementReceipt } from "#surface/services/exceptions/statements.ts";
import type { Observation, RejectionCode } from "#surface/services/hooks/ports.ts";
import { decisionOf, freshDirectory } from "../../daemon/daemon-stand.ts";

const SECRET = "canary-5b1d0c77";
const submitter = {
  project: { id: "0123456789abcdef", root: `/home/u/${SECRET}` },
  sessionId: "session-1",
  agentId: undefined,
  cwd: `/home/u/${SECRET}`,
};
const call = {
  id: "toolu_1",
  tool: "Bash",
  cwd: submitter.cwd,
  input: { kind: "bash", command: `echo ${SECRET}`, background: false, sandboxOff: false },
} as const;
const altered = { kind: "altered", code: "hook-altered", what: SECRET } as const;
const judgement = { decision: decisionOf("deny", SECRET), policy: undefined };
const STATED: StatementReceipt = {
  statement: {
    id: "00112233445566aa",
    kind: "label",
    about: SECRET,
    digest: null,
    scope: { of: "session", id: SECRET },
    reason: SECRET,
    owner: SECRET,
    approver: SECRET,
    createdMs: 0,
    expiresMs: 60_000,
  },
  signature: SECRET,
};
const RECEIPT = {
  exception: {
    id: "00112233445566aa",
    rules: ["user:mine/secrets/read"],
    verdict: "allow" as const,
    scope: { effects: ["read"], paths: [SECRET] },
    project: `/home/u/${SECRET}`,
    reason: SECRET,
    owner: SECRET,
    approver: SECRET,
    createdMs: 0,
    expiresMs: 60_000,
    uses: 1,
    policy: "0".repeat(64),
  },
  signature: "",
};
const DEPLOYED: DeploymentReceipt = {
  deployment: {
    id: "00112233445566aa",
    what: "deploy",
    of: null,
    scope: "project",
    place: `/home/u/${SECRET}`,
    policy: { id: "mine", digest: "0".repeat(64) },
    reason: SECRET,
    owner: SECRET,
    approver: SECRET,
    createdMs: 0,
    expiresMs: 60_000,
    files: [{ path: `/home/u/${SECRET}`, before: null, after: null }],
  },
  signature: "",
};
const codes: readonly RejectionCode[] = [
  "token-missing",
  "token-unknown",
  "host",
  "browser",
  "too-large",
  "slow",
  "aborted",
  "busy",
  "malformed-http",
  "connections",
];

const observations: readonly (readonly [Observation, readonly string[]])[] = [
  [
    {
      kind: "decision",
      submitter,
      call,
      judgement,
      mode: "default",
      durationMs: 1,
      payloadBytes: 2,
    },
    ["decision"],
  ],
  [
    {
      kind: "result",
      submitter,
      call,
      outcome: "failure",
      chars: 3,
      durationMs: 4,
      launched: SECRET,
      background: true,
    },
    ["result"],
  ],
  [
    {
      kind: "drift",
      submitter,
      call,
      how: "turned",
      judged: `/project/${SECRET}`,
      now: `/home/u/${SECRET}`,
    },
    ["drift"],
  ],
  [
    {
      kind: "permission-request",
      submitter,
      tool: SECRET,
      callId: SECRET,
      suggestions: [{ type: SECRET, detail: SECRET, destination: SECRET, rules: 1 }],
    },
    ["hook"],
  ],
  [
    { kind: "batch", submitter, calls: [call], malformed: 0, unjudged: [call], certain: true },
    ["batch"],
  ],
  [{ kind: "unjudged", submitter, call, certain: true }, ["batch"]],
  [{ kind: "signature", submitter, call, what: "commit", object: SECRET }, ["signature"]],
  [{ kind: "remote", submitter, call, what: "push", remote: SECRET, refs: [SECRET] }, ["remote"]],
  [
    {
      kind: "credential",
      submitter,
      call,
      what: "key",
      requests: 2,
      name: SECRET,
      file: `/home/u/${SECRET}/.env`,
      host: SECRET,
    },
    ["credential"],
  ],
  [
    { kind: "session-start", submitter, source: "startup", controls: { kind: "intact" } },
    ["session"],
  ],
  [{ kind: "session-start", submitter, source: SECRET, controls: altered }, ["session", "failure"]],
  [{ kind: "config-change", submitter, source: SECRET, controls: altered }, ["config-change"]],
  [{ kind: "other-event", submitter, eventName: SECRET, notes: NO_NOTES }, ["hook"]],
  [
    {
      kind: "other-event",
      submitter,
      eventName: "CwdChanged",
      notes: {
        words: { source: `${SECRET} and more` },
        sizes: { prompt: 4 },
        names: { agent_type: SECRET },
        paths: { new_cwd: `/project/${SECRET}` },
        callId: SECRET,
      },
    },
    ["hook"],
  ],
  [
    { kind: "failure", submitter, eventName: SECRET, code: "judge-failed", where: "judge" },
    ["failure"],
  ],
  ...codes.map((code) => [{ kind: "rejected", code, count: 1 }, [expectedKind(code)]] as const),
  [{ kind: "rejected", code: "slow", count: 9 }, ["rejected"]],
  [
    {
      kind: "off",
      what: "start",
      by: "operator",
      id: "00112233445566aa",
      minutes: 30,
      reason: SECRET,
      projectRoot: `/home/u/${SECRET}`,
    },
    ["off"],
  ],
  [{ kind: "lockdown", what: "start", by: "operator", reason: SECRET }, ["lockdown"]],
  [{ kind: "exception", what: "grant", receipt: RECEIPT }, ["exception"]],
  [{ kind: "statement", what: "state", receipt: STATED }, ["statement"]],
  [{ kind: "deployment", what: "begin", receipt: DEPLOYED }, ["policy"]],
  [{ kind: "daemon", what: "start", version: "0" }, ["daemon"]],
];

function expectedKind(code: RejectionCode): string {
  return ["too-large", "slow", "aborted", "malformed-http"].includes(code) ? "failure" : "rejected";
}

test("an entry says how many calls could not be read, which are certain, and how the client stands to those proven", async () => {
  const room = freshDirectory();
  try {
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const places = { log: join(room.path, "log"), keys: join(room.path, "keys") };
    const log = await openLog({ ...places, clock, productVersion: "0.0.0" });
    const machine = { home: "/home/u", ownPaths: [room.path], clientProof };
    const metadata = async (observation: Observation) => {
      const events = await toAuditEvents(observation, (author) => log.stamp(author), machine);
      return events[0]?.metadata;
    };
    const batch = { kind: "batch", submitter, calls: [call], malformed: 3, unjudged: [] } as const;
    expect(await metadata({ ...batch, certain: false })).toMatchObject({
      malformed: 3,
      certain: false,
    });
    const unjudged = { kind: "unjudged", submitter, call, certain: true } as const;
    expect(await metadata(unjudged)).toMatchObject({ malformed: 0, certain: true });
    const start = {
      kind: "session-start" as const,
      submitter,
      source: "startup",
      controls: { kind: "intact" } as const,
    };
    expect(await metadata({ ...start, clientVersion: "2.1.332" })).toMatchObject({
      clientVersion: "2.1.332",
      clientProof: "proven",
    });
    expect(await metadata({ ...start, clientVersion: "9.9.9" })).toMatchObject({
      clientProof: "newer",
    });
    expect(await metadata(start)).not.toHaveProperty("clientProof");
    await log.close();
  } finally {
    room.remove();
  }
});

test("every observation becomes entries of its kind, and no literal of a command is on disk", async () => {
  const room = freshDirectory();
  try {
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const places = { log: join(room.path, "log"), keys: join(room.path, "keys") };
    const log = await openLog({ ...places, clock, productVersion: "0.0.0" });
    const machine = { home: "/home/u", ownPaths: [room.path] };
    for (const [observation, kinds] of observations) {
      const events = await toAuditEvents(observation, (author) => log.stamp(author), machine);
      expect(events.map(({ metadata }) => metadata.kind)).toEqual(kinds);
      for (const event of events) await log.append(event, { durable: true });
    }
    await log.close();
    const files = readdirSync(places.log, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name)).includes(SECRET)).toBe(false);
    }
  } finally {
    room.remove();
  }
});

test("a user that the system cannot name is nobody, said aloud", () => {
  expect(userSourceOf("ada")).toBe("os");
  expect(userSourceOf("1000")).toBe("os");
  expect(userSourceOf("unknown")).toBe("none");
  expect(userSourceOf("")).toBe("none");
});

test("a decision says in clear when it was not enforced, and when it was a probe of ours", async () => {
  const room = freshDirectory();
  try {
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const places = { log: join(room.path, "log"), keys: join(room.path, "keys") };
    const log = await openLog({ ...places, clock, productVersion: "0.0.0" });
    const machine = { home: "/home/u", ownPaths: [room.path] };
    const decision = { kind: "decision", submitter, call, judgement, mode: "default" } as const;
    const metadata = async (marks: { off?: string; observed?: boolean; canary?: boolean }) => {
      const observation = { ...decision, durationMs: 1, payloadBytes: 2, ...marks };
      const events = await toAuditEvents(observation, (author) => log.stamp(author), machine);
      return events[0]?.metadata;
    };
    expect(await metadata({ off: "00112233445566aa", canary: true })).toMatchObject({
      verdict: "deny",
      enforced: false,
      off: "00112233445566aa",
      canary: true,
    });
    const observed = await metadata({ observed: true });
    expect(observed).toMatchObject({ verdict: "deny", enforced: false, observed: true });
    expect(observed).not.toHaveProperty("off");
    const plain = await metadata({ observed: false, canary: false });
    for (const name of ["enforced", "observed", "off", "canary"])
      expect(plain).not.toHaveProperty(name);
    await log.close();
  } finally {
    room.remove();
  }
});
