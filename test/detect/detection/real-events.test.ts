// Detections over single events as the product makes them, one for each way in which a detection is tripped, and events of a quiet day.
import { describe, expect, it } from "vitest";
import { decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { AuditEvent } from "#record/event/event.ts";
import {
  daemonEvent,
  offEvent,
  policyEvent,
  recoveryEvent,
  rejectedEvent,
  witnessEvent,
} from "#record/event/guard-events.ts";
import {
  breachEvent,
  configChangeEvent,
  hookEvent,
  sessionEvent,
} from "#record/event/session-events.ts";
import { discrepancyEvent } from "#record/event/telemetry-events.ts";
import { loadDetections } from "#surface/foundation/product/shipped-data.ts";
import {
  bashCall,
  decisionOf,
  effect,
  pathTarget,
  policy,
  session,
  stamp,
} from "../../record/event/samples.ts";

const detections = loadDetections().filter(({ requiresKey }) => !requiresKey);
const trippedBy = (event: AuditEvent) =>
  detections.filter(({ matches }) => matches(event.metadata)).map(({ name }) => name);
const call = bashCall("cat a.txt");
const read = effect({ kind: "read", target: pathTarget("/home/ada/shop/a.txt") });
const decided = (decision = decisionOf([read]), more: object = {}) =>
  decisionEvent(stamp, { call, decision, policy, session, durationMs: 1, ...more });
const recovered = { cause: "unclean-stop", entries: 0, tornBytes: 0, refused: 0 } as const;
const off = { id: "o1", minutes: 5, reason: null, projectRoot: null, user: "ada" } as const;
const settings = { session, source: "local_settings", why: "hook-removed" } as const;
const witness = { witness: "witness.example", size: 9, known: 9 } as const;
const finding = {
  detector: "private-key",
  family: "secret",
  tier: "high",
  place: "command",
  start: 0,
  end: 1,
} as const;
const egress = effect({
  kind: "egress",
  destination: { host: "paste.example", port: undefined, scheme: "https" },
  carries: [],
});

const ran = { session, tool: "Bash", callId: "c1" } as const;
const told = { user: "ada", sessionId: "s1", certain: true } as const;

const cases: readonly (readonly [string, AuditEvent])[] = [
  [
    "defense-evasion/client-without-guard",
    discrepancyEvent(stamp, { ...told, what: "call-without-hook", callId: "c1" }),
  ],
  [
    "defense-evasion/client-without-guard",
    discrepancyEvent(stamp, { ...told, what: "ran-after-deny", callId: "c1" }),
  ],
  [
    "defense-evasion/telemetry-incomplete",
    discrepancyEvent(stamp, { ...told, what: "sequence-gap", first: 3, count: 2 }),
  ],
  [
    "collection/telemetry-with-content",
    discrepancyEvent(stamp, { ...told, what: "content", code: "prompts" }),
  ],
  ["defense-evasion/guard-switched-off", offEvent(stamp, { ...off, phase: "start" })],
  ["defense-evasion/refused-call-ran", breachEvent(stamp, { ...ran, how: "ran-refused" })],
  ["defense-evasion/ran-otherwise", breachEvent(stamp, { ...ran, how: "ran-otherwise" })],
  [
    "defense-evasion/controls-altered",
    configChangeEvent(stamp, { ...settings, outcome: "blocked" }),
  ],
  [
    "defense-evasion/controls-altered",
    decided(decisionOf([effect({ kind: "tamper", control: "hooks", target: undefined })])),
  ],
  [
    "credential-access/decoy-touched",
    decided(decisionOf([effect({ kind: "tamper", control: "decoy", target: undefined })])),
  ],
  [
    "defense-evasion/controls-altered",
    policyEvent(stamp, { what: "broken", layer: "user", file: "p", before: "a", inForce: "a" }),
  ],
  ["defense-evasion/log-recovered", recoveryEvent(stamp, { ...recovered, tornBytes: 9 })],
  [
    "defense-evasion/record-edited",
    recoveryEvent(stamp, { ...recovered, cause: "index-edited", entries: 3 }),
  ],
  ["defense-evasion/submitter-unproven", rejectedEvent(stamp, { cause: "wrong-token", count: 2 })],
  [
    "defense-evasion/submitter-unproven",
    decided(undefined, { session: { ...session, doubts: ["unproven"] } }),
  ],
  ["defense-evasion/decision-not-enforced", decided(undefined, { off: "o1" })],
  [
    "defense-evasion/log-refused-by-witness",
    witnessEvent(stamp, { ...witness, what: "refused", cause: "fork" }),
  ],
  ["exfiltration/secret-leaves", decided({ ...decisionOf([egress]), findings: [finding] })],
];
const quiet: readonly AuditEvent[] = [
  decided(),
  decided(decisionOf([egress])),
  decided({ ...decisionOf([read]), findings: [finding] }),
  resultEvent(stamp, { call, session, outcome: "success", durationMs: 1, responseSize: 1 }),
  sessionEvent(stamp, { session, source: "startup" }),
  hookEvent(stamp, { name: "Stop", session }),
  configChangeEvent(stamp, { ...settings, source: "skills", outcome: "passed" }),
  recoveryEvent(stamp, recovered),
  offEvent(stamp, { ...off, phase: "end" }),
  rejectedEvent(stamp, { cause: "flood", count: 9 }),
  daemonEvent(stamp, "start"),
  witnessEvent(stamp, { ...witness, what: "failing", cause: "unreachable" }),
  witnessEvent(stamp, { ...witness, what: "answering", cause: "none" }),
];

describe("real events", () => {
  it.each(cases)("%s", (name, event) => {
    expect(trippedBy(event)).toEqual([name]);
  });
  it("of a quiet day trip none", () => {
    expect(quiet.flatMap(trippedBy)).toEqual([]);
  });
});
