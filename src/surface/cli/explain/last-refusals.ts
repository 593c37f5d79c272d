// What was refused or asked about last in a project, from the record: no word of a call is kept there, so none is shown.
import { Failure } from "#base/failure.ts";
import { arrayOrEmpty, isObject, stringOrEmpty } from "#base/json.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Policy, ruleName } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { homeDirectory } from "#platform/user.ts";
import { describeRecorded } from "#record/event/recorded-effect.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { openProjectBook } from "../../services/projects/projects.ts";
import { projectIn } from "../../services/projects/session-project.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { openRawApprovals } from "../../services/exceptions/raw-approvals.ts";
import { shortId, whenInWords } from "./judged-as.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { openView } from "../../services/log/opened-log.ts";
import { field, painter } from "../../foundation/terminal/short-lines.ts";

/** Events that are looked back at. */
const LOOK_BACK_MAX = 100_000;
/** Events that are read at once: as many as lie in one file. */
const BUNDLE = 256;
const EFFECTS_MAX = 5;

/** A refusal or question as the record has it. */
export type RecordedRefusal = {
  readonly index: number;
  readonly id: string;
  readonly timeMs: number;
  readonly verdict: "deny" | "ask";
  readonly isEnforced: boolean;
  readonly tool: string;
  readonly session: string;
  readonly mode: string;
  /** The command with stand-ins for all words of its own; undefined for other tools. */
  readonly command?: string;
  readonly effects: readonly string[];
  /** The rule that decided, and all that matched. */
  readonly rule: string;
  readonly rules: readonly string[];
  /** Of the policy that judged. */
  readonly policy: { readonly id: string; readonly version: string; readonly digest: string };
  /** What the rule says, and what to do instead; undefined where the policy that is in force now has no such rule. */
  readonly why?: string;
  readonly instead?: string;
  /** Whether the raw store may have its text. */
  readonly mayHaveText: boolean;
};

/** Explains the last `count` refusals and questions of the project that holds a directory, the newest first. */
export async function explainLast(
  asked: { readonly directory: string; readonly count: number; readonly json: boolean },
  colour: boolean,
): Promise<string> {
  const view = await openView(undefined).catch((cause: unknown) => {
    if (cause instanceof Failure && cause.code === "log-missing") return undefined;
    throw cause;
  });
  const found = view === undefined ? NOTHING : await lastRefusals(view, asked);
  if (asked.json) return `${printableJson(found, 2)}\n`;
  const notes = found.unread === 0 ? [] : [`${found.unread} events cannot be opened here any more`];
  if (found.refusals.length === 0) {
    const where = found.isWhole ? "" : `among the last ${LOOK_BACK_MAX} events `;
    const root = printable(found.root ?? asked.directory);
    return `${[
      `nothing was refused or asked about ${where}in ${root}`,
      ...notes,
      "next: `sallyport explain --last --project DIR` looks at another project, `sallyport report` at all of them",
    ].join("\n")}\n`;
  }
  return `${[...found.refusals.map((one) => refusalText(one, colour)), ...notes].join("\n\n")}\n`;
}

type Found = {
  readonly refusals: readonly RecordedRefusal[];
  /** Refusals and questions whose details cannot be opened, so that nobody can tell whose they are. */
  readonly unread: number;
  /** False where older events were not looked at. */
  readonly isWhole: boolean;
  /** The guarded project that holds the directory. */
  readonly root?: string;
};
const NOTHING: Found = { refusals: [], unread: 0, isWhole: true };

async function lastRefusals(
  view: LogView,
  { directory, count }: { readonly directory: string; readonly count: number },
): Promise<Found> {
  const directories = directoriesIn(dataDirectory());
  const book = openProjectBook(directories.projectsFile);
  const projectOf = (place: string) => projectIn(book, realPath(place), homeDirectory());
  const { id: wanted, root } = projectOf(directory);
  const { policy } = await judgingPolicy(directory, undefined);
  const mayHaveText = openRawApprovals(directories).latest() !== undefined;
  const refusals: RecordedRefusal[] = [];
  let unread = 0;
  const size = await view.size();
  const oldest = Math.max(0, size - LOOK_BACK_MAX);
  for (let end = size; end > oldest && refusals.length < count; ) {
    const from = Math.max(oldest, Math.floor((end - 1) / BUNDLE) * BUNDLE);
    const entries: ViewedEntry[] = [];
    for await (const entry of view.entries(from, end)) entries.push(entry);
    for (const entry of entries.toReversed()) {
      if (!isRefusal(entry)) continue;
      const cwd = entry.sealed?.["cwd"];
      if (typeof cwd !== "string") unread += 1;
      else if (projectOf(cwd).id === wanted) refusals.push(recorded(entry, policy, mayHaveText));
      if (refusals.length === count) break;
    }
    end = from;
  }
  return { refusals, unread, isWhole: oldest === 0, root };
}

/** A call of a session that was refused or asked about; none of our own probes. */
function isRefusal({ leaf }: ViewedEntry): boolean {
  if (leaf.kind !== "leaf") return false;
  const { kind, verdict, canary } = leaf.metadata;
  return kind === "decision" && (verdict === "deny" || verdict === "ask") && canary !== true;
}

function recorded(
  { index, leaf, sealed = {} }: ViewedEntry,
  policy: Policy,
  mayHaveText: boolean,
): RecordedRefusal {
  const metadata: JsonObject = leaf.kind === "leaf" ? leaf.metadata : {};
  const rules = arrayOrEmpty(metadata["rules"]).map(stringOrEmpty);
  const [rule = ""] = rules;
  // WHY the first that is known: rules of the guard itself stand in no policy.
  const known = new Map(policy.rules.map((one) => [ruleName(one, policy), one] as const));
  const { reason, instead } = rules.flatMap((name) => known.get(name) ?? [])[0] ?? {};
  const judged = objectOf(metadata["policy"]);
  const { command } = sealed;
  return {
    index,
    id: leaf.kind === "leaf" ? leaf.id : "",
    timeMs: leaf.kind === "leaf" ? leaf.timeMs : 0,
    verdict: metadata["verdict"] === "ask" ? "ask" : "deny",
    isEnforced: metadata["enforced"] !== false,
    tool: stringOrEmpty(sealed["tool"] ?? metadata["tool"]),
    session: stringOrEmpty(sealed["sessionId"]),
    mode: stringOrEmpty(metadata["mode"]),
    ...(typeof command === "string" ? { command } : {}),
    effects: arrayOrEmpty(sealed["effects"]).map((one) =>
      describeRecorded(objectOf(one), objectOf(sealed["roots"])),
    ),
    rule,
    rules,
    mayHaveText,
    policy: {
      id: stringOrEmpty(judged["id"]),
      version: stringOrEmpty(judged["version"]),
      digest: stringOrEmpty(judged["digest"]),
    },
    ...(reason === undefined ? {} : { why: reason }),
    ...(instead === undefined ? {} : { instead }),
  };
}

function refusalText(refusal: RecordedRefusal, colour: boolean): string {
  const { verdict, command, tool, effects, rules, policy, why, instead } = refusal;
  const paint = painter(colour);
  const what = verdict === "deny" ? "the call was refused" : "a person was asked";
  const off = refusal.isEnforced ? "" : ", and let through, because sallyport was off";
  const when = whenInWords(refusal.timeMs, Date.now());
  const because = why === undefined ? "" : `, because ${why}`;
  // WHY once: of several programs the record tells apart neither names nor words, and a person reads the same line twice.
  const shown = [...new Set(effects)];
  const rest = shown.length - EFFECTS_MAX;
  const text = refusal.mayHaveText
    ? `the raw store may have its text: \`sallyport raw read ${refusal.id}\``
    : "the words of the call were not kept, so stand-ins are shown";
  return [
    ...field("verdict", `${verdict}: ${what}${off}${because}`, {
      paint,
      linesMax: 2,
      first: verdict,
    }),
    ...field("call", command ?? tool, { paint, linesMax: 2 }),
    ...shown
      .slice(0, EFFECTS_MAX)
      .flatMap((one, at) => field(at === 0 ? "effects" : "", `${at + 1}. ${one}`, { paint })),
    ...(rest > 0
      ? field("", `and ${rest} more (\`sallyport log show ${refusal.index}\` lists them)`, {
          paint,
        })
      : []),
    ...field("rule", `${rules.join(", ")}, policy ${policy.id} ${policy.version}`, { paint }),
    ...(instead === undefined ? [] : field("instead", instead, { paint })),
    ...field(
      "judged",
      `in session ${shortId(refusal.session)} at ${when}, ${refusal.mode} mode; entry ${refusal.index} of the log; ${text}`,
      { paint, linesMax: 2 },
    ),
  ].join("\n");
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
