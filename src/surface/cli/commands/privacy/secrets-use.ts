// `sallyport secrets unused` and `spread`: credentials of this machine that no session needed, and how far secrets got.
import { join } from "node:path";
import { defineCommand } from "citty";
import {
  type CredentialPlace,
  type CredentialUse,
  credentialUses,
  type Use,
} from "#assure/query/credential-use.ts";
import { type SecretSpread, secretSpread } from "#assure/query/secret-spread.ts";
import { hostWords, secretsSeen } from "#assure/query/answers/secrets-seen.ts";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { credentialReaders } from "#guard/hold/program-needs.ts";
import { homeDirectory } from "#platform/user.ts";
import { namesIn } from "#record/event/readable-part.ts";
import { TIME_MS_MAX } from "#record/index/filter-time.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { isThere } from "../../../foundation/files/path-status.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { allPlaces, entriesAt } from "../../../services/log/opened-places.ts";
import { LOGIN_FILES } from "../../../services/secrets/credential-places.ts";
import { plainTime } from "../../log/answer-lines.ts";
import { gatherAsked } from "../../log/named-answer.ts";
import { periodOptions, readPeriod } from "../../log/period.ts";
import { tellNote } from "../record/log-search.ts";

const SINCE = "30d";
const since = { ...periodOptions.since, default: SINCE } as const;
/** Places in one question about files: a filter has at most 4,096 characters. */
const PLACES_AT_ONCE = 40;

/** Calls that ran, or may have: what was refused needed nothing. Probes of ours are nobody's calls. */
const RAN = "kind:decision canary:false verdict:allow,ask,abstain";

/** Programs that held calls ran, with the newest time of each. WHY git with a host alone: `git status` logs in nowhere. */
const PROGRAMS_SQL = `
select word.value, max(event.time_ms), count(*) from mark join word on word.number = mark.word join event on event.idx = mark.idx
where word.field = 'program' and event.kind = 'decision' and event.canary = 0 and event.verdict in ('allow', 'ask', 'abstain')
  and event.time_ms >= :since
  and (word.value <> 'git' or exists (
    select 1 from mark as other join word as effect on effect.number = other.word
    where other.idx = event.idx and effect.field = 'effect' and effect.value like 'egress%'))
group by word.value`;

export const unusedCommand = defineCommand({
  meta: {
    name: "unused",
    description: `credentials that lie on this machine and that no session needed: places with logins of programs, and when a call last used one

  sallyport secrets unused
  sallyport secrets unused --since 90d --json`,
  },
  args: { since, ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { sinceMs } = readPeriod({ since: args.since ?? SINCE });
    const places = placesHere(process.env["HOME"] ?? homeDirectory());
    const uses = credentialUses(places, {
      programs: await programUses(directories, sinceMs),
      files: await fileUses(directories, { places, sinceMs, data: args.data }),
    });
    await print(args.json === true ? printableJson(uses) : unusedText(uses, args.since ?? SINCE));
    if (uses.some(({ lastMs }) => lastMs === null)) process.exitCode = 1;
  },
});

/** Places with logins that are there: those of programs that we know, and single files beside them. */
function placesHere(home: string): readonly CredentialPlace[] {
  const readers = [...credentialReaders()].map(([place, programs]) => ({ place, programs }));
  const others = LOGIN_FILES.map((path) => `~/${path}`)
    .filter((path) => !readers.some(({ place }) => path === place || path.startsWith(`${place}/`)))
    .map((place) => ({ place, programs: [] }));
  return [...readers, ...others].filter(({ place }) => isThere(join(home, place.slice(2))));
}

async function programUses(directories: Directories, sinceMs: number): Promise<readonly Use[]> {
  const parameters = { since: sinceMs };
  const question = { ask: "select", sql: PROGRAMS_SQL, parameters, limit: 10_000 } as const;
  const { answer, note } = await askLog(directories, question);
  tellNote(note);
  if (answer.kind !== "table") throw new Failure("daemon", "the daemon's answer makes no sense");
  return answer.rows.map(([name, timeMs, calls]) => ({
    name: String(name),
    timeMs: Number(timeMs),
    calls: Number(calls),
  }));
}

/** Files at or below the places that calls read, by their names as far as they were kept. */
async function fileUses(
  directories: Directories,
  {
    places,
    sinceMs,
    data,
  }: {
    readonly places: readonly CredentialPlace[];
    readonly sinceMs: number;
    readonly data: string | undefined;
  },
): Promise<readonly Use[]> {
  const view = await openView(data);
  const uses = new Map<string, Use>();
  for (let from = 0; from < places.length; from += PLACES_AT_ONCE) {
    const some = places.slice(from, from + PLACES_AT_ONCE).map(({ place }) => `path:"${place}"`);
    const times = `time:>=${new Date(sinceMs).toISOString()}`;
    const filter = `${RAN} ${times} (${some.join(" OR ")})`;
    const found = await allPlaces(async (page) => {
      const asked = { ask: "search", filter, nowMs: Date.now(), byRank: false, ...page } as const;
      const { answer } = await askLog(directories, asked);
      if (answer.kind !== "found")
        throw new Failure("daemon", "the daemon's answer makes no sense");
      return answer.places;
    });
    for await (const { leaf, sealed } of entriesAt(view, found.places)) {
      if (leaf.kind !== "leaf") continue;
      for (const name of namesIn(sealed, "reads")) {
        const { calls = 0, timeMs = 0 } = uses.get(name) ?? {};
        uses.set(name, { name, calls: calls + 1, timeMs: Math.max(timeMs, leaf.timeMs) });
      }
    }
  }
  return [...uses.values()];
}

const said = (lines: readonly string[]): string => lines.map(printable).join("\n");

function unusedText(uses: readonly CredentialUse[], period: string): string {
  if (uses.length === 0) return "No place that is known holds a login here.";
  const unused = uses.filter(({ lastMs }) => lastMs === null);
  const width = Math.max(...uses.map(({ place }) => place.length));
  const lines = uses.map(({ place, lastMs, by, calls, programs }) => {
    const who = programs.length === 0 ? "" : ` (${programs.slice(0, 4).join(", ")})`;
    const how =
      lastMs === null
        ? `no session needed it${who}`
        : `last ${plainTime(lastMs)} by ${by ?? "?"}, ${counted(calls, "call")}`;
    return `  ${place.padEnd(width)}  ${how}`;
  });
  return said([
    `${counted(unused.length, "place")} of ${uses.length} with logins that no session needed in ${period}`,
    ...lines,
    "",
    "Not covered: what you use at a terminal of your own, what code of a project reads by itself, and logins that programs keep elsewhere.",
    ...(unused.length === 0
      ? []
      : ["What nobody needs can be taken away, or kept behind a reference (`sallyport secrets`)."]),
  ]);
}

export const spreadCommand = defineCommand({
  meta: {
    name: "spread",
    description: `how far secrets got: each kind that sessions met, how often the model saw the value, and which hosts were contacted after; never a value

  sallyport secrets spread
  sallyport secrets spread --since 7d --json`,
  },
  args: { since, ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const nowMs = Date.now();
    const { sinceMs } = readPeriod({ since: args.since ?? SINCE }, nowMs);
    const view = await openView(args.data);
    const period = { sinceMs, untilMs: TIME_MS_MAX };
    const record = { directories, view, nowMs, tell: tellNote };
    const { asked, isCut } = await gatherAsked(secretsSeen, { given: {}, period }, record);
    const spread = secretSpread(asked);
    await print(
      args.json === true ? printableJson(spread) : spreadText(spread, args.since ?? SINCE),
    );
    if (isCut) tellNote("the oldest events of the period were not read: give a shorter `--since`");
  },
});

function spreadText(kinds: readonly SecretSpread[], period: string): string {
  if (kinds.length === 0) return `No session met a secret in ${period}.`;
  const lines = kinds.flatMap(({ detector, found, sessions, toModel, hosts, lastMs }) => {
    return [
      `${detector}: found ${counted(found, "time")} in ${counted(sessions, "session")}, last ${plainTime(lastMs)}`,
      `  the model saw it: ${toModel === 0 ? "never" : counted(toModel, "time")}`,
      `  hosts contacted after: ${hosts.length === 0 ? "none on record" : hostWords(hosts)}`,
    ];
  });
  return said([
    ...lines,
    "",
    "Not covered: secrets of a form that no detector knows, and what a host did with a request. A host that was contacted need not have got it; `sallyport log query secrets-seen` has each time.",
  ]);
}
