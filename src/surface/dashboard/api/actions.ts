// Endpoints of decisions that are made where a page shows their ground: what can be done, what it would change, and whether it was done.
import * as v from "valibot";
import { arrayOrEmpty, filledString, finiteNumber, isObject } from "#base/json.ts";
import { namesIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { openStatements } from "../../services/exceptions/statements.ts";
import { guardingOf } from "../../services/projects/guarded-project.ts";
import { HOLD_CAUSES, openHeldSessions } from "../../services/sessions/held-sessions.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { endpoint } from "./endpoint.ts";
import { eventRow } from "./event-row.ts";
import { decisionAt } from "./explanations.ts";
import { command, folderText, nothing, noteText, wholeText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";
import { rowsById } from "./policy-reports.ts";

const TRIAL_MS_MAX = 60_000;
const EXAMPLES = "3";
const SCOPE_CHARS_MAX = 4_000;
/** Places that one scope names; a call of more is answered by kind alone. */
const PLACES_MAX = 8;
const ITEMS_MAX = 500;
/** What nobody excepts: such a rule is the guard's own. */
const OWN_RULE = /^(?:guard|exception)\//;

const ruleText = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.:@/-]{0,255}$/, "give the rule as a reason names it"),
);
const scopeChoice = v.object({
  /** What it covers, in words. */
  title: v.string(),
  /** The same as a command takes it. */
  scope: v.string(),
});
type ScopeChoice = v.InferOutput<typeof scopeChoice>;

const told = v.object({
  decisions: v.number(),
  freed: v.number(),
  same: v.number(),
  days: v.number(),
  isCut: v.boolean(),
  changes: v.array(v.object({ to: v.string(), examples: v.array(v.string()) })),
  undecidable: v.array(v.object({ count: v.number() })),
});
const trial = v.object({
  command,
  /** Calls of the last `days` days that were stopped, those that would not be, and those of which the record does not tell. */
  days: v.number(),
  stopped: v.number(),
  freed: v.number(),
  undecidable: v.number(),
  /** There are more than were judged again. */
  isCut: v.boolean(),
  examples: v.array(eventRow),
});

async function trialOf(
  parts: DashboardParts,
  line: string,
  answer: v.InferOutput<typeof told>,
): Promise<v.InferInput<typeof trial>> {
  const { days, decisions, freed, undecidable, isCut, changes } = answer;
  const ids = changes.flatMap(({ to, examples }) =>
    to === "allow" || to === "abstain" ? examples : [],
  );
  const rows = await rowsById(parts, ids);
  return {
    command: line,
    days,
    stopped: decisions,
    freed,
    isCut,
    undecidable: undecidable.reduce((sum, { count }) => sum + count, 0),
    examples: ids.flatMap((id) => rows.get(id) ?? []),
  };
}

export const actionEndpoints = [
  endpoint({
    method: "GET",
    path: "/events/:index/actions",
    about:
      "What can be done about a recorded call that was refused or asked about: its rules, and how far an exception to each could reach.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ index: wholeText }),
    answer: v.object({
      command,
      /** The guarded project that it was made in; null where that is none any more. */
      project: v.nullable(v.string()),
      rules: v.array(v.object({ rule: v.string(), scopes: v.array(scopeChoice) })),
      hosts: v.array(v.string()),
      servers: v.array(v.string()),
    }),
    async work(parts, { input: { index } }) {
      const { sealed } = await decisionAt(parts, index);
      const cwd = filledString(sealed?.["cwd"]);
      const guarding = cwd === undefined ? undefined : guardingOf(parts.directories, cwd);
      return {
        command: `sallyport log show ${index}`,
        project: guarding?.entry.root ?? null,
        rules: stoppingRules(sealed),
        hosts: namesIn(sealed, "hosts").slice(0, PLACES_MAX),
        servers: namesIn(sealed, "servers").slice(0, PLACES_MAX),
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/policy/exceptions/preview",
    about:
      "What an exception would have let through in the last 30 days, and the command that grants it at a terminal. Nothing is granted.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({
      project: folderText,
      rule: ruleText,
      scope: v.pipe(v.string(), v.minLength(1), v.maxLength(SCOPE_CHARS_MAX)),
      verdict: v.picklist(["allow", "ask"]),
      for: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,3}[mhd]$/, "give a time such as 8h or 7d")),
      uses: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
      reason: v.optional(noteText(300), ""),
    }),
    answer: trial,
    async work(parts, { input, signal }) {
      const cwd = guardedRoot(parts, input.project);
      const { rule, scope, verdict, uses } = input;
      const reason = input.reason === "" ? "..." : input.reason;
      const words = ["policy", "exception", "grant", rule, `--scope=${scope}`];
      words.push(`--verdict=${verdict}`, `--for=${input.for}`, `--uses=${uses}`);
      words.push(`--reason=${reason}`, `--cwd=${cwd}`);
      const line = `sallyport ${words.map((word) => optionWord(word)).join(" ")}`;
      const ran = await parts.run([...words, "--dry-run", "--json"], {
        cwd,
        signal,
        timeoutMs: TRIAL_MS_MAX,
      });
      return trialOf(parts, line, readAnswer(ran, told));
    },
  }),
  endpoint({
    method: "POST",
    path: "/policy/without",
    about: "What the calls that a rule stopped in the last 30 days would have come to without it.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ project: folderText, rule: ruleText }),
    answer: trial,
    async work(parts, { input: { project, rule }, signal }) {
      const cwd = guardedRoot(parts, project);
      const words = ["policy", "backtest", `--without=${rule}`, `--cwd=${cwd}`];
      const args = [...words, "--examples", EXAMPLES, "--json"];
      const ran = await parts.run(args, { cwd, signal, timeoutMs: TRIAL_MS_MAX });
      const line = `sallyport ${words.map((word) => optionWord(word)).join(" ")}`;
      return trialOf(parts, line, readAnswer(ran, told));
    },
  }),
  endpoint({
    method: "GET",
    path: "/held-sessions",
    about: "Sessions of which every call is refused until a person releases them, and why.",
    role: "viewer",
    isSensitive: true,
    input: nothing,
    answer: v.object({
      command,
      items: v.array(
        v.object({
          session: v.string(),
          cause: v.picklist(HOLD_CAUSES),
          what: v.string(),
          project: v.string(),
          sinceMs: v.number(),
        }),
      ),
    }),
    async work({ directories }) {
      const items = openHeldSessions(directories).all().slice(0, ITEMS_MAX);
      return {
        command: "sallyport session held",
        items: items.map(({ sessionId, cause, what, root, sinceMs }) => ({
          session: sessionId,
          cause,
          what,
          project: root,
          sinceMs,
        })),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/attestations",
    about: "What people attested and still stands or ended, the newest first.",
    role: "viewer",
    input: nothing,
    answer: v.object({
      command,
      items: v.array(
        v.object({
          id: v.string(),
          about: v.string(),
          owner: v.string(),
          state: v.string(),
          createdMs: v.number(),
          expiresMs: v.number(),
        }),
      ),
    }),
    async work({ directories, clock }) {
      const all = openStatements(directories).all(clock.nowMs(), "attestation");
      return {
        command: "sallyport attestation list",
        items: all
          .map(({ receipt: { statement }, state }) => {
            const { id, about, owner, createdMs, expiresMs } = statement;
            return { id, about, owner, state, createdMs, expiresMs };
          })
          .toSorted((one, other) => other.createdMs - one.createdMs)
          .slice(0, ITEMS_MAX),
      };
    },
  }),
];

/** A word of a command line as a person types it: the value behind an option is quoted, the option is not. */
function optionWord(word: string): string {
  const [, option = "", value = ""] = /^(--[a-z-]+)=([\s\S]*)$/.exec(word) ?? [];
  return option === "" ? shellWord(word) : `${option} ${shellWord(value)}`;
}

type Stopped = { readonly kinds: Set<string> };

/** Rules that refused or asked, each with the scopes of an exception: just this, the folder, the kind of effect. */
function stoppingRules(sealed: JsonObject | undefined) {
  const effects = arrayOrEmpty(sealed?.["effects"]);
  const found = new Map<string, Stopped>();
  for (const one of arrayOrEmpty(sealed?.["reasons"])) {
    if (!isObject(one) || (one["verdict"] !== "deny" && one["verdict"] !== "ask")) continue;
    const rule = filledString(one["rule"]);
    const at = finiteNumber(one["effect"]);
    const effect = at === undefined ? undefined : effects[at];
    const kind = isObject(effect) ? filledString(effect["kind"]) : undefined;
    if (rule === undefined || kind === undefined || OWN_RULE.test(rule)) continue;
    if (kind === "tamper" || kind === "unknown") continue;
    const known = found.get(rule) ?? { kinds: new Set<string>() };
    known.kinds.add(kind);
    found.set(rule, known);
  }
  return [...found].map(([rule, { kinds }]) => ({ rule, scopes: scopesOf([...kinds], sealed) }));
}

const FILES: Readonly<Record<string, "reads" | "changes">> = {
  read: "reads",
  write: "changes",
  delete: "changes",
};

function scopesOf(kinds: readonly string[], sealed: JsonObject | undefined): ScopeChoice[] {
  const [kind = ""] = kinds;
  const wide = { title: `all that it stops of this kind: ${kinds.join(", ")}`, scope: flow(kinds) };
  if (kinds.length !== 1) return [wide];
  if (kind === "egress") {
    const hosts = namesIn(sealed, "hosts");
    if (hosts.length === 0 || hosts.length > PLACES_MAX) return [wide];
    const title = `sending to ${hosts.join(", ")} alone`;
    return [{ title, scope: flow(kinds, { hosts }) }, wide];
  }
  const names = FILES[kind] === undefined ? [] : namesIn(sealed, FILES[kind]);
  if (names.length === 0 || names.length > PLACES_MAX) return [wide];
  const paths = names.map(anchored);
  const folder = paths.length === 1 ? folderOf(paths[0] ?? "") : undefined;
  return [
    { title: `${kind} ${names.join(", ")} alone`, scope: flow(kinds, { paths }) },
    ...(folder === undefined
      ? []
      : [
          {
            title: `${kind} anything in the folder ${folder}`,
            scope: flow(kinds, { paths: [`${folder}/**`] }),
          },
        ]),
    wide,
  ];
}

/** A name of the record as a glob that means that one place: from the project, from the home, or as it is. */
function anchored(name: string): string {
  const plain = name.replaceAll(/[\\*?[\]{}]/g, String.raw`\$&`);
  if (name.startsWith("/") || name === "~" || name.startsWith("~/")) return plain;
  return name === "." ? "<project>" : `<project>/${plain}`;
}

function folderOf(path: string): string | undefined {
  const at = path.lastIndexOf("/");
  const folder = at <= 0 ? "" : path.slice(0, at);
  return folder === "" || folder === "~" || folder === "<project>" ? undefined : folder;
}

/** WHY JSON: it is YAML too, whatever stands in a name. */
function flow(effects: readonly string[], places: object = {}): string {
  return JSON.stringify({ effects, ...places });
}
