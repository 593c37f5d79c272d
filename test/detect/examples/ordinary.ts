// An ordinary day: what sessions, the guard and the client record when nothing is wrong, with a seed.
import { NO_NOTES } from "#guard/events/hook-notes.ts";
import { batchEvent } from "#record/event/call-events.ts";
import { heldEvent } from "#record/event/held-call-events.ts";
import { deliveryEvent } from "#record/event/delivery-events.ts";
import { exceptionEvent, statementEvent } from "#record/event/agreement-events.ts";
import {
  clockEvent,
  daemonEvent,
  failureEvent,
  lockdownEvent,
  logKeyEvent,
  offEvent,
  policyEvent,
  recoveryEvent,
  rejectedEvent,
  witnessEvent,
} from "#record/event/guard-events.ts";
import { rawEvent } from "#record/event/privacy-events.ts";
import { secretEvent } from "#record/event/secret-events.ts";
import {
  configChangeEvent,
  driftEvent,
  hookEvent,
  sessionEvent,
} from "#record/event/session-events.ts";
import { bashCall } from "../../record/event/samples.ts";
import type { Judged, Made, Maker } from "./maker.ts";
import { openMaker } from "./maker.ts";

const words = { reason: "x", owner: "ada", approver: "eve" } as const;
const grant = {
  phase: "grant",
  id: "x1",
  verdict: "allow",
  rules: ["team/egress/any"],
  minutes: 60,
  uses: 5,
  digest: "d",
  policy: "p",
  scope: "s",
  project: "/p",
  ...words,
} as const;
const secret = {
  provider: "vault",
  name: "n",
  version: "1",
  leaseSeconds: 60,
  fault: undefined,
  user: "ada",
} as const;
const witness = { witness: "w.example", size: 9, known: 9 } as const;

/** Calls of ordinary work. */
const CALLS: readonly Judged[] = [
  { tool: "Read", effects: ["read/project"] },
  { tool: "Grep", effects: ["read/project"] },
  { tool: "Edit", effects: ["write/project"] },
  { tool: "Write", effects: ["write/project"] },
  { programs: ["npm"], effects: ["execute/project-unbounded"] },
  { programs: ["git"], effects: ["read/project", "execute/system-modelled"] },
  { programs: ["ls", "head"], effects: ["read/project", "execute/system-modelled"] },
  { programs: ["cat"], effects: ["read/home"] },
  { programs: ["rm"], effects: ["delete/project"] },
  {
    programs: ["git"],
    effects: ["publish/git", "egress/other"],
    host: "github.com",
    verdict: "ask",
  },
  { programs: ["curl"], effects: ["egress/other"], host: "pypi.org" },
  { programs: ["curl"], effects: ["egress/other"], host: "wiki.corp.example" },
  {
    programs: ["npm"],
    effects: ["install/any", "egress/other"],
    host: "pypi.org",
    verdict: "ask",
  },
  { programs: ["node"], effects: ["execute/inline-modelled"] },
  { programs: ["python3"], effects: ["execute/generated-modelled"] },
  { server: "tracker", effects: ["egress/other"], host: "tracker.corp.example" },
  { server: "tracker", cwd: "/srv/protected/app", effects: [] },
  { mode: "bypassPermissions", cwd: "/srv/throwaway/a", effects: ["write/project"] },
  { mode: "acceptEdits", tool: "Edit", effects: ["write/project"] },
  { verdict: "deny", rules: ["builtin:team/code/unclear"], effects: ["unknown/dynamic-path"] },
  { verdict: "deny", rules: ["builtin:team/history/protected"], effects: ["history/amend"] },
  { effects: ["read/project"], path: "/home/ada/shop/.env.example" },
  { effects: ["history/reset"], verdict: "ask" },
  { effects: ["read/system"], programs: ["cat"] },
  { effects: ["write/temp"], programs: ["tee"] },
  { effects: ["egress/system"], host: "localhost" },
  { verdict: "deny", effects: ["egress/system"], host: "localhost", secret: "high" },
  { verdict: "deny", effects: ["privilege/any"] },
  { verdict: "deny", effects: ["delete/home"] },
  { verdict: "deny", effects: ["history/force-push"], refs: ["topic"] },
  { verdict: "deny", effects: ["publish/package"] },
  { effects: ["privilege/any"], more: { canary: true } },
  { interactive: false, effects: ["write/project"] },
  { interactive: false, verdict: "deny", effects: ["install/any"] },
  { verdict: "deny", more: { off: "o1", observed: true } },
  { exceptions: ["x1"], effects: ["read/project"] },
];

const REFUSED = CALLS.filter(({ verdict }) => verdict === "deny");
const ALLOWED = CALLS.filter(({ verdict }) => verdict !== "deny");

/** Events that are no calls, each harmless. */
const OTHERS: readonly ((m: Maker) => void)[] = [
  (m) =>
    m.add((at, session) =>
      sessionEvent(at, {
        session,
        source: "startup",
        mods: [
          {
            name: "n",
            file: "f",
            digest: "a".repeat(64),
            origin: "plugin",
            isLoaded: true,
            isAgreed: true,
          },
        ],
      }),
    ),
  (m) => m.add((at, session) => hookEvent(at, { name: "Stop", session })),
  (m) =>
    m.add((at, session) =>
      hookEvent(at, {
        name: "UserPromptSubmit",
        session,
        notes: { ...NO_NOTES, words: { content: "recorded" }, sizes: { prompt: 40 } },
        text: "please go on",
      }),
    ),
  (m) =>
    m.add((at, session) =>
      batchEvent(at, {
        session,
        calls: [bashCall("a")],
        unjudged: [],
        malformed: 0,
        certain: true,
      }),
    ),
  (m) =>
    m.add((at, session) =>
      batchEvent(at, {
        session,
        calls: [bashCall("a")],
        unjudged: [bashCall("a")],
        malformed: 0,
        certain: false,
      }),
    ),
  (m) =>
    m.add((at, session) =>
      configChangeEvent(at, { session, source: "skills", outcome: "passed", why: "harmless" }),
    ),
  (m) =>
    m.add((at, session) =>
      driftEvent(at, {
        session,
        tool: "Write",
        callId: "c",
        how: "turned",
        judged: "/home/ada/shop/a",
        now: "/home/ada/shop/b",
      }),
    ),
  (m) => m.add((at, session) => heldEvent(at, { session, call: bashCall("a"), what: "write" })),
  (m) => m.add((at) => daemonEvent(at, m.pick(["start", "stop"]))),
  (m) => m.add((at) => clockEvent(at, m.pick([-60_000, 9_000_000]))),
  (m) =>
    m.add((at) => failureEvent(at, { code: "request-aborted", where: "http", answer: "deny" })),
  (m) => m.add((at) => rejectedEvent(at, { cause: "flood", count: 3 })),
  (m) =>
    m.add((at) =>
      recoveryEvent(at, { cause: "unclean-stop", entries: 0, tornBytes: 0, refused: 0 }),
    ),
  (m) =>
    m.add((at) =>
      offEvent(at, {
        phase: m.pick(["end", "expire"]),
        id: "o1",
        minutes: 5,
        reason: null,
        projectRoot: null,
        user: "ada",
      }),
    ),
  (m) =>
    m.add((at) =>
      policyEvent(at, {
        what: "changed",
        layer: "project",
        file: "p",
        before: undefined,
        inForce: "a",
      }),
    ),
  (m) =>
    m.add((at) =>
      lockdownEvent({ ...at, submitter: "operator" }, { phase: "end", reason: null, user: "ada" }),
    ),
  (m) => m.add((at) => logKeyEvent(at, { what: "introduce", size: 9, digest: "d" })),
  (m) =>
    m.add((at) =>
      witnessEvent(at, {
        ...witness,
        what: m.pick(["failing", "answering"]),
        cause: "unreachable",
      }),
    ),
  (m) =>
    m.add((at) =>
      deliveryEvent(at, {
        what: m.pick(["failing", "delivering", "resumed"]),
        target: "splunk",
        reason: "unreachable",
        count: 1,
      }),
    ),
  (m) => m.add((at) => exceptionEvent(at, grant)),
  (m) => m.add((at) => exceptionEvent(at, { ...grant, phase: "revoke", project: null, uses: 999 })),
  (m) =>
    m.add((at) =>
      statementEvent(at, {
        phase: "state",
        id: "w1",
        what: "waiver",
        minutes: 60,
        digest: "d",
        evidence: null,
        where: "project",
        place: "/p",
        about: "x",
        ...words,
      }),
    ),
  (m) =>
    m.add((at) => secretEvent(at, { ...secret, what: m.pick(["fetched", "given", "rotated"]) })),
  (m) => m.add((at) => rawEvent(at, { what: "disabled", approval: "a1", words })),
  (m) =>
    m.telemetry("api_request", {
      cost_usd_micros: 90_000,
      output_tokens: 1_500,
      model: "claude-opus-5-5",
    }),
  (m) => m.telemetry("api_error", { status_code: 529 }),
  (m) => m.telemetry("tool_decision", { tool_name: "Bash", decision: "accept", source: "config" }),
  (m) => m.telemetry("permission_mode_changed", { from_mode: "default", to_mode: "acceptEdits" }),
  (m) => m.telemetry("hook_execution_complete", { num_hooks: 1, num_success: 1 }),
  (m) =>
    m.telemetry("hook_registered", { hook_event: "PreToolUse", hook_source: "policySettings" }),
  (m) => m.telemetry("mcp_server_connection", { status: "connected", server_scope: "user" }),
  (m) => m.telemetry("mcp_server_connection", { status: "failed", server_scope: "project" }),
  (m) =>
    m.telemetry("plugin_installed", { "marketplace.is_official": "true", "marketplace.name": "m" }),
  (m) =>
    m.telemetry("plugin_installed", {
      "marketplace.is_official": "false",
      "marketplace.name": "ours",
    }),
  (m) => m.telemetry("managed_settings_resolved", { "managed_settings.helper.state": "ok" }),
];

/** A day of some sessions. Every event stands far enough from the next that nothing adds up. */
export function ordinaryDay(seed: number): readonly Made[] {
  const m = openMaker(seed);
  for (let session = 0; session < 3; session += 1) {
    m.newSession();
    m.times(60, 0, () => {
      if (m.random() < 0.7) {
        const judged = m.pick(m.random() < 0.05 ? REFUSED : ALLOWED);
        const id = m.decision(judged);
        m.wait(4_000 + Math.round(m.random() * 60_000));
        if (judged.verdict !== "deny" && judged.more === undefined)
          m.result(id, { outcome: m.random() < 0.9 ? "success" : "failure" });
      } else m.pick(OTHERS)(m);
      m.wait(1_000 + Math.round(m.random() * 180_000));
    });
  }
  return m.made;
}

/** How many kinds of harmless events there are. */
export const KINDS_OF_ORDINARY = CALLS.length + OTHERS.length;
