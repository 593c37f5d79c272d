// Events for examples of detections: made by the product's own makers, with a seed, so that they stay true to the format.
import type { Finding } from "#guard/content/detection/finding.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { type DecisionInput, decisionEvent, resultEvent } from "#record/event/call-events.ts";
import type { AuditEvent, EventSession, EventStamp } from "#record/event/event.ts";
import { telemetryEvent } from "#record/event/telemetry-events.ts";
import {
  decisionOf,
  effect,
  pathTarget,
  policy,
  session,
  stamp,
} from "../../record/event/samples.ts";

/** An event with its time. `isForged`: a reader with the key could not open what is sealed. */
export type Made = {
  readonly timeMs: number;
  readonly event: AuditEvent;
  readonly isForged?: true;
};

/** What a decision of an example is; what is not given is ordinary. */
export type Judged = {
  readonly effects?: readonly (string | Effect)[];
  readonly verdict?: Decision["verdict"];
  readonly tool?: string;
  readonly programs?: readonly string[];
  readonly rules?: readonly string[];
  readonly mode?: EventSession["facts"]["mode"];
  readonly interactive?: boolean;
  readonly secret?: Finding["tier"];
  readonly exceptions?: readonly string[];
  readonly cwd?: string;
  readonly host?: string;
  readonly path?: string;
  readonly server?: string;
  /** What a tool writes. */
  readonly content?: string;
  readonly refs?: readonly string[];
  readonly carries?: Extract<Effect, { kind: "egress" }>["carries"];
  /** The host is told nothing but a short address. */
  readonly asks?: true;
  readonly more?: Partial<DecisionInput>;
};

export type Maker = {
  readonly made: Made[];
  /** From 0 to below 1, the same for the same seed. */
  random(): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Lets so many milliseconds pass. */
  wait(ms: number): void;
  /** Another session of the same person begins. */
  newSession(): void;
  session(): EventSession;
  add(make: (stamp: EventStamp, session: EventSession) => AuditEvent): void;
  /** A judged call; the id of the call. */
  decision(judged?: Judged): string;
  result(
    callId: string,
    result?: {
      outcome?: "success" | "failure";
      tool?: string;
      secret?: true;
      background?: true;
      orders?: readonly string[];
    },
  ): void;
  telemetry(name: string, attributes?: Readonly<Record<string, string | number>>): void;
  /** Does something so many times, with so many milliseconds between. */
  times(count: number, gapMs: number, act: (at: number) => void): void;
};

const START_MS = 1_772_000_000_000;

const plainStamp: StampAt = (timeMs) => ({ ...stamp, timeMs });

type MakerOptions = { readonly stampAt?: StampAt; readonly beginMs?: number };

/** Whose stamp events get: in place of a made-up one that of a log. */
export type StampAt = (timeMs: number) => EventStamp;

/** Opens a maker; two with the same seed make the same events. Time begins at `beginMs`. */
export function openMaker(
  seed: number,
  { stampAt = plainStamp, beginMs = START_MS + (seed % 1_000) * 1_000 }: MakerOptions = {},
): Maker {
  let state = seed * 2_654_435_761 + 1;
  let timeMs = beginMs;
  let calls = 0;
  let sessions = 0;
  const made: Made[] = [];
  const random = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const current = (change: Partial<EventSession["facts"]> = {}): EventSession => ({
    ...session,
    facts: { ...session.facts, sessionId: `s-${seed}-${sessions}`, ...change },
  });
  const maker: Maker = {
    made,
    random,
    pick: (items) => items[Math.floor(random() * items.length)] as (typeof items)[number],
    wait: (ms) => {
      timeMs += ms;
    },
    newSession: () => {
      sessions += 1;
    },
    session: () => current(),
    add: (make) => {
      made.push({ timeMs, event: make(stampAt(timeMs), current()) });
    },
    decision: (judged = {}) => {
      const { mode = "default", interactive = true, exceptions } = judged;
      calls += 1;
      const call = callOf(judged, `toolu_${seed}_${calls}`);
      const effects = (judged.effects ?? ["read/project"]).map((one) =>
        typeof one === "string" ? effectOf(one, judged) : one,
      );
      const verdict = judged.verdict ?? "allow";
      const plain = decisionOf(effects, judged.programs);
      const rules = judged.rules ?? [
        verdict === "allow" ? "builtin:team/look/project" : "builtin:team/code/unclear",
      ];
      const decision: Decision = {
        ...plain,
        verdict,
        reasons: rules.map((rule) => ({ verdict, rule, effect: 0, text: "x", instead: undefined })),
        findings: judged.secret === undefined ? [] : [finding(judged.secret)],
        ...(exceptions === undefined ? {} : { exceptions }),
      };
      maker.add((at) =>
        decisionEvent(at, {
          call,
          decision,
          policy,
          session: current({ mode, interactive }),
          durationMs: 1,
          ...judged.more,
        }),
      );
      return call.id;
    },
    result: (callId, { outcome = "success", tool = "Bash", secret, background, orders } = {}) => {
      const call = callOf({ tool }, callId);
      maker.add((at, own) =>
        resultEvent(at, {
          call,
          session: own,
          outcome,
          durationMs: 5,
          responseSize: 100,
          ...(background === true ? { background } : {}),
          ...(orders === undefined ? {} : { orders }),
          ...(secret === true
            ? { found: { findings: [finding("high")], marks: [], isTruncated: false } }
            : {}),
        }),
      );
    },
    telemetry: (name, attributes = {}) => {
      maker.add((at, own) =>
        telemetryEvent(at, {
          name,
          timeMs,
          user: "ada",
          attributes: new Map(Object.entries({ "session.id": own.facts.sessionId, ...attributes })),
        }),
      );
    },
    times: (count, gapMs, act) => {
      for (let at = 0; at < count; at += 1) {
        act(at);
        timeMs += gapMs;
      }
    },
  };
  return maker;
}

/** A finding as a scan gives it. */
export function finding(tier: Finding["tier"]): Finding {
  return { detector: "private-key", family: "secret", tier, place: "command", start: 0, end: 1 };
}

function callOf({ tool = "Bash", server, cwd, content, path }: Judged, id: string): ToolCall {
  const input: ToolInput =
    server === undefined
      ? content === undefined
        ? { kind: "bash", command: "true", background: false, sandboxOff: false }
        : { kind: "write", path: path ?? "/home/ada/shop/a", content }
      : { kind: "mcp", server, tool: "find", input: {} };
  const name = server === undefined ? tool : `mcp__${server}__find`;
  return { id, tool: name, cwd: cwd ?? "/home/ada/shop", input };
}

const PLACES: Readonly<Record<string, string>> = {
  project: "/home/ada/shop/src/a.ts",
  home: "/home/ada/notes.txt",
  system: "/etc/hosts.d/a",
  temp: "/tmp/a.py",
  own: "/home/ada/.local/share/sallyport/state.json",
  other: "/mnt/disk/a",
};

/** An effect of the kind and class as the clear metadata names them, `egress/other`. */
export function effectOf(name: string, judged: Judged = {}): Effect {
  const [kind = "", detail = ""] = name.split("/");
  const {
    host = "paste.example",
    path = PLACES[detail] ?? "/home/ada/shop/a",
    refs = ["topic"],
  } = judged;
  const target =
    detail === "unresolved"
      ? { kind: "unresolved", within: undefined, reach: "tree" }
      : pathTarget(path);
  switch (kind) {
    case "read":
    case "delete":
      return effect({ kind, target });
    case "write":
      return effect({ kind, target, mode: "create" });
    case "egress": {
      const destination = {
        host: detail === "unresolved" ? undefined : host,
        port: 443,
        scheme: "https",
      };
      const { carries = [], asks } = judged;
      return effect({ kind, destination, carries, ...(asks === true ? { asks } : {}) });
    }
    case "execute": {
      const [origin, reach] = detail.split("-");
      return effect({ kind, program: "a", origin, reach });
    }
    case "history":
      return effect({ kind, operation: detail, remote: "origin", refs });
    case "publish":
      return effect({ kind, channel: detail, destination: "origin", refs });
    case "deploy":
      return effect({ kind, system: "cluster", operation: "apply" });
    case "install":
      return effect({ kind, manager: "npm", packages: ["left-pad"], runsScripts: true });
    case "privilege":
      return effect({ kind, means: "sudo", user: "root" });
    case "persist":
      return effect({ kind, means: "cron", target: undefined });
    case "tamper":
      return effect({ kind, control: detail === "decoy" ? "decoy" : "hooks", target: undefined });
    case "unknown":
      return effect({ kind, reason: detail, detail: "x" });
    default:
      throw new Error(`no effect is called ${name}`);
  }
}
