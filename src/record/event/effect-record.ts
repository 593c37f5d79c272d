// Effects as they are recorded: a summary in clear that names no target, and sealed details with digests for targets.
import type { SessionFacts } from "#guard/facts/facts.ts";
import { isLoopback } from "#guard/effects/network/destination.ts";
import type { Destination, Effect, Target } from "#guard/vocabulary/effect.ts";
import type { JsonObject } from "../log/leaf.ts";
import { boundedList } from "./bounded.ts";
import { createShaper, type Shaper } from "./place-shape.ts";
import { type Digest, nameDigest, placeOfEffect, placeOfTarget } from "./redact.ts";

const SUMMARY_MAX = 64;
const DETAILS_MAX = 160;
/** Characters of JSON that all details of a call may take: a leaf is bounded, whatever a command does. */
const DETAILS_CHARS_MAX = 28 * 1024;
const NAMES_MAX = 8;
const ROOTS_CHARS_MAX = 2_048;
const OWN_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * How many effects of each kind and class a call has: `read/project`, `execute/system-modelled`, `unknown/dynamic-code`,
 * `history/force-push`. Classes beyond a bound are counted under `more`.
 */
export function effectSummary(
  effects: readonly Effect[],
  session: SessionFacts,
  digest: Digest,
): JsonObject {
  const counts = new Map<string, number>();
  for (const effect of effects) {
    const wanted = `${effect.kind}/${classOf(effect, session, digest)}`;
    const name = counts.has(wanted) || counts.size < SUMMARY_MAX ? wanted : "more";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function classOf(effect: Effect, session: SessionFacts, digest: Digest): string {
  switch (effect.kind) {
    case "read":
    case "write":
    case "delete":
    case "egress":
      return placeOfEffect(effect, session, digest)?.scope ?? "unresolved";
    case "execute":
      return `${effect.origin}-${effect.reach}`;
    case "history":
      return effect.operation;
    case "publish":
      return effect.channel;
    case "unknown":
      return effect.reason;
    case "tamper":
      // WHY apart: nobody touches a decoy by mistake of a rule, so it is a name that can be looked for.
      return effect.control === "decoy" ? "decoy" : "any";
    case "persist":
      // WHY apart: a remote of git stays, and starts nothing by itself.
      return effect.means === "git-remote" ? effect.means : "any";
    case "privilege":
    case "deploy":
    case "install":
      return "any";
    default:
      return effect satisfies never;
  }
}

/** Each effect with stand-ins for what it is about. Effects beyond a bound are counted as omitted. */
export function effectDetails(
  effects: readonly Effect[],
  session: SessionFacts,
  digest: Digest,
): JsonObject {
  const details: JsonObject[] = [];
  const shaper = createShaper(digest);
  let chars = 0;
  for (const effect of effects.slice(0, DETAILS_MAX)) {
    const detail = {
      kind: effect.kind,
      ...placeOfEffect(effect, session, digest),
      ...particulars(effect, session, digest),
      ...shapeOfEffect(effect, shaper),
    };
    chars += JSON.stringify(detail).length;
    if (chars > DETAILS_CHARS_MAX) break;
    details.push(detail);
  }
  const omitted = effects.length - details.length;
  return {
    effects: details,
    ...(omitted === 0 ? {} : { effectsOmitted: omitted }),
    ...rootShapes(session, shaper),
  };
}

/** Where the rules of a policy are anchored, as shapes: without them no rule about places can be held against the call. */
function rootShapes(session: SessionFacts, shaper: Shaper): JsonObject {
  const [project, home] = [shaper.path(session.projectRoot), shaper.path(session.home)];
  if (project === undefined || home === undefined) return {};
  const roots = { project, home };
  return JSON.stringify(roots).length > ROOTS_CHARS_MAX ? {} : { roots };
}

/** What a rule can be held against later on: the shape of a place, and whether more is known of it than its shape says. */
function shapeOfEffect(effect: Effect, shaper: Shaper): JsonObject {
  switch (effect.kind) {
    case "read":
    case "write":
    case "delete":
      return { at: shapeOfTarget(effect.target, shaper) };
    case "persist":
    case "tamper":
      return effect.target === undefined ? {} : { at: shapeOfTarget(effect.target, shaper) };
    case "egress": {
      const { host, known } = effect.destination;
      const isHere = host !== undefined && isLoopback(host);
      return {
        at: {
          // An address of this machine may hold digits of somebody's choosing; its usual names do not.
          ...(host === undefined || (isHere && !OWN_HOSTS.has(host))
            ? {}
            : { host: isHere ? host : shaper.host(host) }),
          ...(known === undefined ? {} : { known }),
        },
      };
    }
    case "history":
    case "publish":
      return effect.refs === undefined
        ? {}
        : { at: { refs: effect.refs.slice(0, NAMES_MAX).map(shaper.ref) } };
    default:
      return {};
  }
}

function shapeOfTarget(target: Target, shaper: Shaper): JsonObject {
  const { reach } = target;
  if (target.kind !== "path") return { form: target.kind, reach };
  const [path, real] = [shaper.path(target.path), shaper.path(target.real)];
  if (path === undefined || real === undefined) return { form: "hidden", reach };
  return {
    form: "path",
    reach,
    path,
    ...(real === path ? {} : { real }),
    ...(target.copies === undefined ? {} : { copies: true }),
  };
}

function particulars(effect: Effect, session: SessionFacts, digest: Digest): JsonObject {
  switch (effect.kind) {
    case "read":
    case "delete":
      return { reach: effect.target.reach };
    case "write":
      return { reach: effect.target.reach, mode: effect.mode };
    case "egress":
      return {
        ...boundedList("carries", effect.carries, NAMES_MAX, (source) =>
          source.kind === "file"
            ? { kind: source.kind, ...placeOfTarget(source.target, session, digest) }
            : { kind: source.kind },
        ),
        ...(effect.asks === true ? { asks: true } : {}),
        ...(isNameOfData(effect.destination) ? { name: "data" } : {}),
      };
    case "execute":
      return {
        origin: effect.origin,
        reach: effect.reach,
        ...optionalName("program", effect.program, digest),
      };
    case "history":
      return { operation: effect.operation, ...optionalName("remote", effect.remote, digest) };
    case "publish":
      return {
        channel: effect.channel,
        ...optionalName("destination", effect.destination, digest),
        ...boundedList("refs", effect.refs ?? [], NAMES_MAX, (ref) => nameDigest(ref, digest)),
      };
    case "deploy":
      return {
        system: nameDigest(effect.system, digest),
        operation: plainWord(effect.operation, digest),
      };
    case "install":
      return {
        manager: plainWord(effect.manager, digest),
        runsScripts: effect.runsScripts,
        ...(effect.locked === undefined ? {} : { locked: true }),
        ...(effect.declared === undefined ? {} : { declared: true }),
        ...boundedList("packages", effect.packages, NAMES_MAX, (item) => nameDigest(item, digest)),
      };
    case "privilege":
      return {
        means: plainWord(effect.means, digest),
        ...optionalName("user", effect.user, digest),
      };
    case "persist":
      return { means: plainWord(effect.means, digest) };
    case "tamper":
      return { control: plainWord(effect.control, digest) };
    case "unknown":
      return { reason: effect.reason };
    default:
      return effect satisfies never;
  }
}

/** A label of a host that holds so much and says nothing to people: digests and encoded text. */
const ENCODED_LABEL = /^(?=[a-z0-9_-]{40})(?=.*\d)(?!(?:[a-z]+-){3})[a-z0-9_-]+$/;

/**
 * Whether data stands in the name of a host, where whoever serves the names below it reads it: the name is looked up and put together
 * while the call runs, or a part of it is encoded.
 */
function isNameOfData({ host, scheme, known }: Destination): boolean {
  if (known !== undefined) return false;
  if (host === undefined) return scheme === "dns" || scheme === "icmp";
  return host
    .split(".")
    .slice(0, -2)
    .some((label) => ENCODED_LABEL.test(label));
}

function optionalName(key: string, name: string | undefined, digest: Digest): JsonObject {
  return name === undefined ? {} : { [key]: nameDigest(name, digest) };
}

/** A word of the guard's own vocabulary as it is recorded: it stays; what does not look like one is replaced. */
export function plainWord(word: string, digest: Digest): string {
  return /^[a-z][a-z-]{0,23}$/.test(word) ? word : nameDigest(word, digest);
}
