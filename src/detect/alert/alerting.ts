// What is found in a stream, as alerts: each once, the same of one session counted for a while, and never more than people can read.
import { createHash } from "node:crypto";
import { dropOldest } from "#base/drop-oldest.ts";
import { isObject } from "#base/json.ts";
import { namesIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { LEVELS } from "../detection/detection.ts";
import type { Found } from "../correlation/stream.ts";
import type { Alert, AlertPlace } from "./alert.ts";
import { levelAfter, outcomeOf, titleWith } from "./outcome.ts";

/** How long the same detection in the same session is counted and not told again. */
const AGAIN_MS = 10 * 60_000;
/** Alerts told within a minute, of those below `high` and of the others each; what is beyond is counted and told as one. */
const PER_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;
const GRAVE_FROM = LEVELS.indexOf("high");
const EVENTS_MAX = 64;
/** Detections and sessions whose last alert is remembered, and ids of alerts that were told. */
const REMEMBERED_MAX = 20_000;

/** Rule of the alert that stands for those beyond the limit of a minute. */
export const STORM_RULE = "sallyport/alert-storm";

export type Alerting = {
  /** The alert of what was found at an event; undefined where it was told already or is only counted. */
  take(found: Found, at: AlertPlace, nowMs: number): Alert | undefined;
  /** One alert for those that were beyond the limit, a minute after the first of them at the earliest: a storm that goes on is told too. */
  passed(nowMs: number): Alert | undefined;
};

type Last = { toldMs: number; repeats: number };

/** Starts with nothing told. */
export function createAlerting(): Alerting {
  const lastOf = new Map<string, Last>();
  const told = new Set<string>();
  let minuteMs = Number.NEGATIVE_INFINITY;
  let inMinute = { grave: 0, mild: 0 };
  let beyond: { count: number; first: number; timeMs: number; sinceMs: number } | undefined;
  return {
    take(found, place, nowMs) {
      const id = alertId(found);
      if (told.has(id)) return undefined;
      told.add(id);
      dropOldest(told, REMEMBERED_MAX);
      const outcome = found.kind === "event" ? place.outcome : undefined;
      const level = levelAfter(found.rule, outcome);
      const key = `${outcome ?? ""} ${found.rule.name}\n${place.pseudonym ?? place.session ?? ""}`;
      const last = lastOf.get(key);
      // By the times of the events: who looks at the log again counts alike.
      if (last !== undefined && Math.abs(found.timeMs - last.toldMs) < AGAIN_MS) {
        last.repeats += 1;
        return undefined;
      }
      lastOf.delete(key);
      lastOf.set(key, { toldMs: found.timeMs, repeats: 0 });
      dropOldest(lastOf, REMEMBERED_MAX);
      if (nowMs - minuteMs >= MINUTE_MS) {
        minuteMs = nowMs;
        inMinute = { grave: 0, mild: 0 };
      }
      // WHY apart: who makes a flood of mild alerts must not hide a grave one, which opens an incident.
      const tier = LEVELS.indexOf(level) >= GRAVE_FROM ? "grave" : "mild";
      inMinute[tier] += 1;
      if (inMinute[tier] > PER_MINUTE_MAX) {
        beyond ??= { count: 0, first: found.index, timeMs: found.timeMs, sinceMs: nowMs };
        beyond.count += 1;
        return undefined;
      }
      const { rule, timeMs } = found;
      const events = found.kind === "event" ? [found.index] : found.events.slice(-EVENTS_MAX);
      return {
        id,
        timeMs,
        rule: rule.name,
        title: titleWith(rule.title, outcome),
        level,
        tags: rule.tags,
        events,
        repeats: last?.repeats ?? 0,
        place,
      };
    },
    passed(nowMs) {
      if (beyond === undefined || nowMs - beyond.sinceMs < MINUTE_MS) return undefined;
      const { count, first, timeMs } = beyond;
      beyond = undefined;
      return {
        id: idOf(`${STORM_RULE}\n${first}\n${count}`),
        timeMs,
        rule: STORM_RULE,
        title: `${count} more alerts within a minute`,
        level: "high",
        tags: [],
        events: [first],
        repeats: count - 1,
        place: {},
      };
    },
  };
}

/** Where an event belongs, by its clear part and by what its key opened. */
export function placeOf(metadata: JsonObject, sealed: JsonObject | undefined): AlertPlace {
  const [destination, ...others] = namesIn(sealed, "hosts");
  const [server, ...more] = namesIn(sealed, "servers");
  const outcome = outcomeOf(metadata);
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...textAs("pseudonym", metadata["session"]),
    ...textAs("session", sealed?.["sessionId"]),
    ...textAs("user", sealed?.["user"]),
    ...textAs("project", isObject(sealed) ? sealed["cwd"] : undefined),
    ...(others.length === 0 ? textAs("destination", destination) : {}),
    ...(more.length === 0 ? textAs("server", server) : {}),
  };
}

/** The same finding has the same id, whoever looks and whenever. */
function alertId({ rule, id }: Found): string {
  return idOf(`${rule.id}\n${id}`);
}

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

function idOf(text: string): string {
  const digest = createHash("sha256").update(text).digest();
  return `al-${[...digest.subarray(0, 26)].map((byte) => LETTERS[byte % 32]).join("")}`;
}

function textAs<Name extends string>(
  name: Name,
  value: unknown,
): { readonly [Key in Name]?: string } {
  return typeof value === "string" && value !== ""
    ? ({ [name]: value } as { readonly [Key in Name]: string })
    : {};
}
