// Endpoints that try a policy before it is in force: what it makes of recorded calls, and what holds each of its rules.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { UNDECIDABLE_WORDS } from "#assure/backtest/report.ts";
import { Failure } from "#base/failure.ts";
import type { ChosenPolicy } from "#govern/settings/project-register.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { entriesAt } from "../../services/log/opened-places.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts, Ran } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { type EventRow, eventRow, rowOf } from "./event-row.ts";
import { command, folderText, nameText } from "./fields.ts";
import { guardedRoot } from "./policy.ts";

const POLICY_CHARS_MAX = 200_000;
const BACKTEST_MS_MAX = 300_000;
const EXAMPLES = 3;
/** Changes and reasons whose examples are looked up in the log. */
const EXAMPLES_MAX = 60;
/** A name that says in messages and in the command to copy that the text came from the page. */
const PROPOSED = "proposed.yaml";

const byVerdict = v.object({
  allow: v.number(),
  ask: v.number(),
  deny: v.number(),
  abstain: v.number(),
});
const counted = {
  count: v.number(),
  rules: v.record(v.string(), v.number()),
  examples: v.array(v.string()),
};
const backtested = v.object({
  policy: v.string(),
  digest: v.string(),
  decisions: v.number(),
  same: v.number(),
  faults: v.number(),
  source: v.object({ from: v.number(), end: v.number() }),
  verdicts: v.object({ before: byVerdict, after: byVerdict }),
  changes: v.array(v.object({ from: v.string(), to: v.string(), ...counted })),
  undecidable: v.array(
    v.object({
      why: v.picklist(Object.keys(UNDECIDABLE_WORDS) as (keyof typeof UNDECIDABLE_WORDS)[]),
      ...counted,
    }),
  ),
});

const shownGroup = {
  count: v.number(),
  /** The rules behind it, those of most calls first. */
  rules: v.array(v.object({ rule: v.string(), count: v.number() })),
  examples: v.array(eventRow),
};

const extent = v.picklist(["whole", "part", "none"]);
const hold = v.object({ boundary: v.string(), extent, how: v.string() });
const standing = v.object({
  works: v.boolean(),
  why: v.optional(v.string()),
  repair: v.optional(v.string()),
});
const inForce = v.object({
  id: v.string(),
  version: v.string(),
  from: v.string(),
  holding: v.object({ kernel: standing, sandbox: standing, gateway: standing }),
  rules: v.array(
    v.object({
      id: v.string(),
      verdict: v.string(),
      reason: v.string(),
      from: v.string(),
      layers: v.array(v.object({ layer: v.string(), extent, how: v.string() })),
    }),
  ),
});
/** What settings of the client hold by themselves; our hooks and the sandbox that they make for a call are no part of it. */
const SETTINGS_BOUNDARIES = ["sandbox", "rules", "network", "service"] as const;
const settingsHold = v.object({ extent, how: v.string() });
const compiled = v.object({
  policy: v.object({ id: v.string() }),
  boundaries: v.array(
    v.object({
      rule: v.string(),
      holds: v.object({
        sandbox: settingsHold,
        rules: settingsHold,
        network: settingsHold,
        service: settingsHold,
      }),
      open: v.array(v.string()),
    }),
  ),
});

const layerState = v.object({
  boundary: v.string(),
  works: v.boolean(),
  why: v.nullable(v.string()),
  repair: v.nullable(v.string()),
});

export const policyReportEndpoints = [
  endpoint({
    method: "POST",
    path: "/policy/backtest",
    about:
      "What a pack, or the text of a policy, would have decided about the recorded calls; nothing is put in force.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({
      project: folderText,
      pack: v.optional(nameText),
      text: v.optional(
        v.pipe(
          v.string(),
          v.maxLength(POLICY_CHARS_MAX, `a policy has at most ${POLICY_CHARS_MAX} characters`),
        ),
      ),
      /** Only the last so many entries of the log. */
      last: v.optional(v.picklist(["1000", "10000", "100000", "all"]), "10000"),
    }),
    answer: v.object({
      command,
      policy: v.string(),
      decisions: v.number(),
      same: v.number(),
      faults: v.number(),
      entries: v.number(),
      verdicts: v.object({ before: byVerdict, after: byVerdict }),
      changes: v.array(v.object({ from: v.string(), to: v.string(), ...shownGroup })),
      undecidable: v.array(v.object({ why: v.string(), ...shownGroup })),
    }),
    async work(parts, { input: { project, pack, text, last }, signal }) {
      const cwd = guardedRoot(parts, project);
      if ((pack === undefined) === (text === undefined))
        throw new ApiFault("input", "name a pack, or give the text of a policy");
      const options = ["--log", last, "--examples", String(EXAMPLES)];
      const told = await withPolicy({ pack, text }, async (named) => {
        const ran = await parts.run(["policy", "backtest", named, ...options, "--json"], {
          cwd,
          signal,
          timeoutMs: BACKTEST_MS_MAX,
        });
        return readAnswer(nameless(ran, named), backtested);
      });
      const { changes, undecidable, verdicts, policy, decisions, same, faults, source } = told;
      const ids = [...changes, ...undecidable].flatMap(({ examples }) => examples);
      const rows = await rowsById(parts, ids.slice(0, EXAMPLES_MAX));
      const shown = (one: Group) => groupOf(one, rows);
      return {
        command: `sallyport policy backtest ${shellWord(pack ?? PROPOSED)} --log ${last}`,
        policy,
        decisions,
        same,
        faults,
        verdicts,
        entries: source.end - source.from,
        changes: changes.map((one) => ({ from: one.from, to: one.to, ...shown(one) })),
        undecidable: undecidable.map((one) => ({
          why: UNDECIDABLE_WORDS[one.why],
          ...shown(one),
        })),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/policy/boundaries",
    about:
      "What holds each rule of a project's policy: here now, and by managed settings of the client alone.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      compileCommand: command,
      policy: v.string(),
      from: v.string(),
      layers: v.array(layerState),
      /** Why nothing is known of the client's settings; null where it is. */
      uncompiled: v.nullable(v.string()),
      rules: v.array(
        v.object({
          rule: v.string(),
          from: v.string(),
          verdict: v.string(),
          reason: v.string(),
          here: v.array(hold),
          settings: v.array(hold),
          open: v.array(v.string()),
        }),
      ),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const named = policyOf(parts, cwd);
      const args = ["policy", "compile", named, "--target", "managed"];
      const [shown, compiledOrWhy] = await Promise.all([
        parts.run(["policy", "show", "--json"], { cwd, signal }),
        parts
          .run([...args, "--json"], { cwd, signal })
          .then((ran) => readAnswer(ran, compiled))
          .catch(whyNot),
      ]);
      const { id, version, from, holding, rules } = readAnswer(shown, inForce);
      const isCompiled = typeof compiledOrWhy !== "string";
      const settings = new Map(
        isCompiled
          ? compiledOrWhy.boundaries.map((one) => [`${compiledOrWhy.policy.id} ${one.rule}`, one])
          : [],
      );
      return {
        command: `sallyport policy show --cwd ${shellWord(cwd)}`,
        compileCommand: `sallyport policy compile ${shellWord(named)} --target managed --report`,
        policy: `${id} ${version}`,
        from,
        uncompiled: isCompiled ? null : compiledOrWhy,
        layers: (["kernel", "sandbox", "gateway"] as const).map((boundary) => {
          const { works, why = null, repair = null } = holding[boundary];
          return { boundary, works, why, repair };
        }),
        rules: rules.map((rule) => {
          // What stands above the project's own policy is not compiled with it.
          const own = settings.get(`${rule.from.slice(rule.from.indexOf(":") + 1)} ${rule.id}`);
          return {
            rule: rule.id,
            from: rule.from,
            verdict: rule.verdict,
            reason: rule.reason,
            here: rule.layers.map(({ layer, ...more }) => ({ boundary: layer, ...more })),
            settings:
              own === undefined
                ? []
                : SETTINGS_BOUNDARIES.map((boundary) => ({ boundary, ...own.holds[boundary] })),
            open: [...(own?.open ?? [])],
          };
        }),
      };
    },
  }),
];

/** Names a policy to a command: a pack as it is called, a text as a file of ours that goes again. */
async function withPolicy<Result>(
  { pack, text }: { readonly pack: string | undefined; readonly text: string | undefined },
  work: (named: string) => Promise<Result>,
): Promise<Result> {
  if (text === undefined) return work(pack ?? "");
  const room = mkdtempSync(join(temporaryDirectory(), "sallyport-proposed-"));
  try {
    const file = join(room, PROPOSED);
    writeFileSync(file, text, { mode: 0o600 });
    return await work(file);
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** What a command said, without the place of a file that is gone when it is read. */
function nameless(ran: Ran, named: string): Ran {
  if (!named.endsWith(`/${PROPOSED}`)) return ran;
  return { ...ran, problem: ran.problem.replaceAll(named, PROPOSED) };
}

type Group = {
  readonly count: number;
  readonly rules: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
};

function groupOf({ count, rules, examples }: Group, rows: ReadonlyMap<string, EventRow>) {
  return {
    count,
    rules: Object.entries(rules).map(([rule, calls]) => ({ rule, count: calls })),
    examples: examples.flatMap((id) => rows.get(id) ?? []),
  };
}

/** Events by their id. One that the index does not have yet is left out. */
export async function rowsById(
  parts: DashboardParts,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EventRow>> {
  const rows = new Map<string, EventRow>();
  const known = ids.filter((id) => /^[0-9a-f-]{36}$/.test(id));
  if (known.length === 0) return rows;
  const answer = await parts.ask({
    ask: "search",
    filter: known.map((id) => `id:${id}`).join(" OR "),
    limit: known.length,
    before: null,
    byRank: false,
    nowMs: parts.clock.nowMs(),
  });
  if (answer.kind !== "found") throw new ApiFault("fault", "the answer makes no sense");
  for await (const entry of entriesAt(await parts.view(), answer.places))
    if (entry.leaf.kind !== "fault") rows.set(entry.leaf.id, rowOf(entry));
  return rows;
}

/** The policy that was chosen for a project, as a command names it. */
function policyOf({ directories }: DashboardParts, root: string): string {
  const chosen: ChosenPolicy | undefined = readProjectRegister(directories.projectsFile).find(
    (one) => one.root === root,
  )?.policy;
  if (chosen === undefined) throw new ApiFault("not-found", "no such project is guarded here");
  return "pack" in chosen ? chosen.pack : chosen.file;
}

function whyNot(cause: unknown): string {
  if (cause instanceof Failure) return cause.message;
  throw cause;
}
