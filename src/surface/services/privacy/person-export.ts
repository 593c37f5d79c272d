// Everything that is kept of a person, for the person: events opened, files, rows, and one timeline over all of them.
import { statSync } from "node:fs";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { describeEvent } from "#record/event/describe.ts";
import { createMatcher } from "#record/privacy/person.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { openedEvents } from "#record/store/person-in-log.ts";
import { type ErasureRequest, knownOf, planErasure } from "./erasure.ts";
import type { Held } from "./place.ts";
import { openPlaces } from "./places.ts";

/** The format of the file. A new one gets a new number. docs/guide/privacy.md has the fields. */
const EXPORT_FORMAT = "sallyport/person-export@v1";

/** One moment: an event of the log, or what another place keeps with a time. */
export type Moment = { readonly time: string; readonly from: string; readonly what: string };

export type PersonExport = {
  readonly format: typeof EXPORT_FORMAT;
  readonly made: string;
  readonly person: { readonly names: readonly string[]; readonly sessions: readonly string[] };
  readonly log: {
    readonly size: number;
    readonly root: string;
    readonly events: readonly {
      readonly index: number;
      readonly id: string;
      readonly time: string;
      readonly metadata: JsonObject;
      readonly sealed: JsonObject;
      /** When what it said was destroyed because its time was over. */
      readonly textExpired?: string;
    }[];
  };
  readonly places: readonly {
    readonly place: string;
    readonly what: string;
    readonly held: readonly Held[];
    /** What could not be read here, and why. */
    readonly unread: readonly { readonly path: string; readonly why: string }[];
  }[];
  readonly timeline: readonly Moment[];
};

/** Collects it. Reads the log once more than an erasure's plan and changes nothing. */
export async function exportPerson(request: ErasureRequest, nowMs: number): Promise<PersonExport> {
  const { order, places } = await readPlan(request, nowMs);
  const { directories } = request.where;
  const users = new Set(order.users);
  const events: PersonExport["log"]["events"][number][] = [];
  const timeline: Moment[] = [];
  for await (const { index, leaf, sealed, text, owner } of openedEvents(directories, order.size)) {
    if (owner === undefined || !users.has(owner)) continue;
    const time = new Date(leaf.timeMs).toISOString();
    const expired =
      text.kind === "expired" ? { textExpired: new Date(text.atMs).toISOString() } : {};
    events.push({ index, id: leaf.id, time, metadata: leaf.metadata, sealed, ...expired });
    timeline.push({ time, from: "log", what: describeEvent(leaf, sealed).slice(time.length + 2) });
  }
  const matcher = createMatcher(order);
  const known = knownOf(order, request.where);
  const read: PersonExport["places"][number][] = [];
  for (const place of openPlaces({ ...request.where, isOwnHome: order.isOwnHome }, known)) {
    const held = await place.read(matcher);
    const found = places.find(({ id }) => id === place.id)?.found ?? [];
    const unread = found.flatMap(({ path, why }) =>
      why === undefined || held.some((one) => one.path === path) ? [] : [{ path, why }],
    );
    read.push({ place: place.id, what: place.what, held, unread });
    timeline.push(...held.flatMap((one) => momentsOf(place.id, one)));
  }
  timeline.sort((left, right) => (left.time < right.time ? -1 : left.time > right.time ? 1 : 0));
  const { size, root, names, sessions } = order;
  return {
    format: EXPORT_FORMAT,
    made: new Date(nowMs).toISOString(),
    person: { names, sessions },
    log: { size, root, events },
    places: read,
    timeline,
  };
}

/** WHY past a hold: a hold keeps data, and does not keep them from the person. */
async function readPlan(request: ErasureRequest, nowMs: number) {
  return planErasure(request, nowMs, { despiteHolds: true });
}

/** Times that rows and lines tell of themselves; a file without any has the time of its last change. */
function momentsOf(from: string, { path, content }: Held): readonly Moment[] {
  const rows =
    typeof content === "string" ? linesOf(content) : Array.isArray(content) ? content : [];
  const moments = rows.flatMap((row): readonly Moment[] => {
    const parsed = typeof row === "string" ? parsedLine(row) : (row as Json);
    const time = timeOf(parsed);
    return time === undefined ? [] : [{ time, from, what: `${path}: ${shortText(parsed)}` }];
  });
  if (moments.length > 0) return moments;
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? [] : [{ time: status.mtime.toISOString(), from, what: path }];
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.startsWith("{"));
}

function parsedLine(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return null;
  }
}

const TIME_FIELDS = ["timestamp", "created_at", "createdAt", "time", "started_at"];

function timeOf(row: Json): string | undefined {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return undefined;
  const object = row as JsonObject;
  for (const name of TIME_FIELDS) {
    const value = object[name];
    if (typeof value !== "string" && typeof value !== "number") continue;
    const date = new Date(
      typeof value === "string" && /^\d{4}-\d\d-\d\d \d/.test(value)
        ? `${value.replace(" ", "T")}Z`
        : value,
    );
    if (!Number.isNaN(date.getTime())) return date.toISOString();
  }
  return object["columns"] === undefined ? undefined : timeOf(object["columns"]);
}

const TEXT_CHARS_MAX = 200;

function shortText(row: Json): string {
  return JSON.stringify(row).slice(0, TEXT_CHARS_MAX);
}
