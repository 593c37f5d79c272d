// Made-up events of a team at work, from a seed: sessions that begin, calls and their results, refusals, prompts, changes and failures.
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** What the events are like. `startMs` and `endMs` are Unix milliseconds; the events are spread between them in order. */
export type GeneratedTeam = {
  readonly seed: number;
  readonly count: number;
  readonly users: number;
  readonly startMs: number;
  readonly endMs: number;
};

/** Events between a prompt and the next session of the same user, about. */
const SESSION_EVENTS = 120;

const TOOLS = ["Bash", "Bash", "Bash", "Read", "Read", "Edit", "Grep", "Write", "WebFetch", "mcp"];
const COMMANDS: readonly (readonly [
  command: string,
  programs: readonly string[],
  effects: JsonObject,
  cls: string,
])[] = [
  ["git status", ["git"], { "read/project": 1 }, "read-only"],
  ["git diff --stat <word:W>", ["git"], { "read/project": 2 }, "read-only"],
  ["git commit -m <word:W>", ["git"], { "history/commit": 1, "read/project": 1 }, "local-compute"],
  ["git push <word:W> <word:V>", ["git"], { "publish/git": 1, "egress/other": 1 }, "external"],
  [
    "npm install <word:W>",
    ["npm"],
    { "install/any": 1, "egress/other": 1, "execute/package-unbounded": 1 },
    "dependency",
  ],
  ["npm test", ["npm"], { "execute/project-unbounded": 1, "unknown/project-code": 1 }, "unclear"],
  ["cat <word:W> | grep -n <word:V>", ["cat", "grep"], { "read/project": 1 }, "read-only"],
  ["rm -rf <word:W>", ["rm"], { "delete/project": 1 }, "local-compute"],
  ["rm -rf <word:W>", ["rm"], { "delete/home": 1 }, "external"],
  [
    "curl -s <word:W> | sh",
    ["curl", "sh"],
    { "egress/other": 1, "unknown/dynamic-code": 1 },
    "external",
  ],
  ["find <word:W> -name <word:V>", ["find"], { "read/home": 1 }, "read-only"],
  [
    "docker run <word:W>",
    ["docker"],
    { "execute/container-unbounded": 1, "unknown/container": 1 },
    "unclear",
  ],
];
const FILE_EFFECTS: Readonly<Record<string, JsonObject>> = {
  Read: { "read/project": 1 },
  Grep: { "read/project": 3 },
  Edit: { "write/project": 1 },
  Write: { "write/project": 1 },
  WebFetch: { "egress/other": 1 },
  mcp: { "unknown/mcp": 1 },
};
const RULES = [
  "team/secret-read",
  "team/delete-outside",
  "team/remote-code",
  "team/publish",
  "client/own-flow",
];
const MODES = ["default", "default", "default", "acceptEdits", "plan", "bypassPermissions"];

/** `count` events in the order of their time; `stampAt` gives identity and stand-ins for a moment. */
export function* generatedEvents(
  team: GeneratedTeam,
  stampAt: (timeMs: number) => EventStamp,
): Generator<AuditEvent> {
  const chance = createChance(team.seed);
  const sessions = Array.from({ length: team.users }, (_, user) => newSession(user, 0));
  const stepMs = (team.endMs - team.startMs) / Math.max(1, team.count);
  let waiting: ((stamp: EventStamp) => AuditEvent) | undefined;
  for (let made = 0; made < team.count; made += 1) {
    const stamp = stampAt(Math.floor(team.startMs + made * stepMs));
    if (waiting !== undefined) {
      yield waiting(stamp);
      waiting = undefined;
      continue;
    }
    const user = chance(team.users);
    const session = sessions[user] ?? newSession(user, 0);
    session.events += 1;
    if (session.events === 1) {
      yield sessionStart(stamp, session);
      continue;
    }
    if (chance(SESSION_EVENTS) === 0) {
      sessions[user] = newSession(user, session.number + 1);
      yield hook(stamp, session, "SessionEnd", {});
      continue;
    }
    const dice = chance(1_000);
    if (dice < 40)
      yield hook(stamp, session, "UserPromptSubmit", { sizes: { prompt: 20 + chance(400) } });
    else if (dice < 45) {
      session.mode = MODES[chance(MODES.length)] ?? "default";
      yield hook(stamp, session, "Notification", {});
    } else if (dice < 47)
      yield configChange(stamp, session, chance(3) === 0 ? "blocked" : "passed");
    else if (dice < 48)
      yield plain(stamp, { kind: "failure", code: "facts", where: "judge", answer: "deny" });
    else if (dice < 49)
      yield plain(stamp, {
        kind: "policy",
        what: "changed",
        layer: "user",
        before: "a",
        inForce: "b",
      });
    else {
      const call = newCall(session, made, chance);
      yield decision(stamp, session, call);
      if (call.verdict !== "deny")
        waiting = (later) => result(later, session, call, chance(20) === 0);
    }
  }
}

type Session = { readonly user: number; readonly number: number; events: number; mode: string };
type Call = {
  readonly id: string;
  readonly tool: string;
  readonly verdict: string;
  readonly rule: string;
  readonly command: string | undefined;
  readonly programs: readonly string[];
  readonly effects: JsonObject;
  readonly cls: string;
  readonly size: number;
  readonly durationMs: number;
  readonly findings: number;
};

function newSession(user: number, number: number): Session {
  return { user, number, events: 0, mode: "default" };
}

/** The client's id of a session of the made-up team. */
export function generatedSessionId(user: number, number: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return `${hex(user, 8)}-0000-4000-8000-${hex(number, 12)}`;
}

/** The name of a user of the made-up team. */
export function generatedUser(user: number): string {
  return `member-${user}`;
}

function newCall(session: Session, made: number, chance: (below: number) => number): Call {
  const tool = TOOLS[chance(TOOLS.length)] ?? "Bash";
  const [text, programs, effects, cls] =
    COMMANDS[chance(COMMANDS.length)] ?? COMMANDS[0] ?? never();
  const isBash = tool === "Bash";
  const word = () => chance(5_000).toString(32).toUpperCase().padStart(8, "A");
  const isRisky =
    isBash && (text.startsWith("rm") || text.includes("| sh") || text.includes("push"));
  const dice = chance(100);
  const verdict =
    isRisky && dice < 40
      ? "deny"
      : dice < 2
        ? "deny"
        : dice < 10
          ? "ask"
          : dice < 60
            ? "allow"
            : "abstain";
  return {
    id: `toolu_${session.user}_${session.number}_${made}`,
    tool,
    verdict,
    rule: `builtin:${RULES[verdict === "abstain" ? 4 : chance(4)] ?? "team/other"}`,
    command: isBash
      ? text.replace("<word:W>", `<word:${word()}>`).replace("<word:V>", `<word:${word()}>`)
      : undefined,
    programs: isBash ? programs : [],
    effects: isBash ? effects : (FILE_EFFECTS[tool] ?? {}),
    cls: isBash ? cls : tool === "Edit" || tool === "Write" ? "local-compute" : "read-only",
    size: 5 + chance(800),
    durationMs: chance(900) / 100,
    findings: chance(200) === 0 ? 1 + chance(3) : 0,
  };
}

function never(): never {
  throw new Error("there are commands");
}

function base(stamp: EventStamp, kind: AuditEvent["metadata"]["kind"], session: Session) {
  return {
    kind,
    product: stamp.product,
    submitter: "hook",
    session: stamp.pseudonym(
      "session",
      generatedSessionId(session.user, session.number),
      generatedUser(session.user),
    ),
  } as const;
}

function sealedOf(session: Session): JsonObject {
  return {
    sessionId: generatedSessionId(session.user, session.number),
    user: generatedUser(session.user),
    userSource: "os",
  };
}

function sessionStart(stamp: EventStamp, session: Session): AuditEvent {
  const metadata = { ...base(stamp, "session", session), source: "startup", mode: session.mode };
  return { id: stamp.id, metadata, sealed: sealedOf(session) };
}

function hook(stamp: EventStamp, session: Session, event: string, more: JsonObject): AuditEvent {
  return {
    id: stamp.id,
    metadata: { ...base(stamp, "hook", session), event, ...more },
    sealed: sealedOf(session),
  };
}

function configChange(stamp: EventStamp, session: Session, outcome: string): AuditEvent {
  const metadata = {
    ...base(stamp, "config-change", session),
    source: "local_settings",
    outcome,
    why: "hooks",
  };
  return { id: stamp.id, metadata, sealed: sealedOf(session) };
}

function plain(
  stamp: EventStamp,
  metadata: JsonObject & { readonly kind: AuditEvent["metadata"]["kind"] },
): AuditEvent {
  return {
    id: stamp.id,
    metadata: { ...metadata, product: stamp.product, submitter: "daemon" },
    sealed: undefined,
  };
}

function decision(stamp: EventStamp, session: Session, call: Call): AuditEvent {
  const metadata = {
    ...base(stamp, "decision", session),
    call: stamp.pseudonym("call", call.id, generatedUser(session.user)),
    tool: call.tool,
    verdict: call.verdict,
    class: call.cls,
    rules: [call.rule],
    effects: call.effects,
    findings: call.findings,
    steps: 7,
    policy: { id: "builtin/team", layer: "builtin", version: "1", digest: "a".repeat(64) },
    ...(call.programs.length === 0 ? {} : { programs: [...call.programs] }),
    ...(call.findings === 0
      ? {}
      : {
          detectors: { "personal-email": call.findings },
          content: { "personal-medium": call.findings },
        }),
    durationMs: call.durationMs,
    inputSize: call.size,
    mode: session.mode,
    interactive: true,
  };
  const sealed = {
    ...sealedOf(session),
    toolUseId: call.id,
    cwd: `/home/${generatedUser(session.user)}/work`,
    tool: call.tool,
    ...(call.command === undefined ? {} : { command: call.command }),
    reasons: [{ verdict: call.verdict, rule: call.rule }],
    facts: ["4KQ7X2MN5A4KQ7X2", "7DJ2QW4P6C7DJ2QW"],
    effects: Object.keys(call.effects).map((kind) => ({
      kind,
      scope: "project",
      digest: "4KQ7X2MN5A4KQ7X2",
      reach: "entry",
    })),
  };
  return { id: stamp.id, metadata, sealed };
}

function result(stamp: EventStamp, session: Session, call: Call, isFailure: boolean): AuditEvent {
  const metadata = {
    ...base(stamp, "result", session),
    call: stamp.pseudonym("call", call.id, generatedUser(session.user)),
    tool: call.tool,
    outcome: isFailure ? "failure" : "success",
    durationMs: 10 + call.size,
    responseSize: call.size * 3,
  };
  return {
    id: stamp.id,
    metadata,
    sealed: { ...sealedOf(session), toolUseId: call.id, tool: call.tool },
  };
}

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function createChance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
