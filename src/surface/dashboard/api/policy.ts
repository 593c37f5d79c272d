// Endpoints of the policy: what is in force where, what it would say to a command, how two policies differ, exceptions, drift.
import * as v from "valibot";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readAnswer } from "../context/own-command.ts";
import { sameAnswer } from "../context/same-answers.ts";
import { revokeException } from "../../services/inbox/decisions.ts";
import type { DashboardParts } from "../context/parts.ts";
import { deskOf } from "./access.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, folderText, nameText, nothing } from "./fields.ts";

const COMMAND_CHARS_MAX = 16_384;
const EXPLAIN_MS_MAX = 20_000;

const rule = v.object({
  id: v.string(),
  verdict: v.string(),
  reason: v.string(),
  from: v.string(),
  instead: v.optional(v.nullable(v.string())),
  when: v.unknown(),
  layers: v.optional(
    v.array(v.object({ layer: v.string(), extent: v.string(), how: v.optional(v.string()) })),
  ),
});
/** `used`: calls of the last 30 days, of every project, that it stopped or asked about; null where that is not known. */
const usedRule = v.object({ ...rule.entries, used: v.nullable(v.number()) });
const shownPolicy = v.object({
  id: v.string(),
  version: v.string(),
  digest: v.string(),
  from: v.string(),
  rules: v.array(rule),
});
const named = v.object({ name: v.string(), title: v.string(), kind: v.string() });

const explained = v.object({
  verdict: v.string(),
  class: v.optional(v.string()),
  reasons: v.array(
    v.object({
      verdict: v.string(),
      rule: v.string(),
      text: v.string(),
      instead: v.optional(v.nullable(v.string())),
    }),
  ),
  effects: v.array(v.object({ kind: v.string(), text: v.string() })),
  native: v.optional(
    v.object({
      answer: v.optional(v.object({ verdict: v.string(), why: v.optional(v.string()) })),
    }),
  ),
  kernel: v.optional(v.object({ held: v.boolean(), why: v.optional(v.string()) })),
  alternatives: v.optional(v.array(v.object({ command: v.string() }))),
});

const diffed = v.object({
  answer: v.string(),
  stricter: v.number(),
  milder: v.number(),
  differences: v.array(
    v.object({
      change: v.string(),
      what: v.string(),
      before: v.string(),
      after: v.string(),
      rules: v.array(v.string()),
      witness: v.optional(v.nullable(v.object({ command: v.optional(v.string()) }))),
    }),
  ),
  unproven: v.array(v.object({ what: v.string() })),
});

/** What is shown of an exception; `state` is where it stands in the project that was asked about. */
const exception = v.object({
  id: v.string(),
  state: v.string(),
  rules: v.array(v.string()),
  verdict: v.string(),
  /** Null: in every project. */
  project: v.nullable(v.string()),
  reason: v.string(),
  owner: v.string(),
  approver: v.string(),
  createdMs: v.number(),
  expiresMs: v.number(),
  uses: v.number(),
  used: v.number(),
  /** The effects that it is about, as a condition of the language of rules. */
  scope: v.optional(v.unknown()),
});

const drifted = v.object({
  findings: v.array(
    v.object({
      id: v.string(),
      severity: v.string(),
      message: v.string(),
      file: v.optional(v.nullable(v.string())),
      fix: v.optional(v.nullable(v.string())),
    }),
  ),
});

/** One difference of two policies. */
const difference = v.object({
  change: v.string(),
  what: v.string(),
  before: v.string(),
  after: v.string(),
  rules: v.array(v.string()),
  /** A call that the two answer otherwise. */
  witness: v.nullable(v.string()),
});

/** The folder of a guarded project; no other folder's files are read for a page. */
export function guardedRoot({ directories }: DashboardParts, root: string): string {
  const entry = readProjectRegister(directories.projectsFile).find((one) => one.root === root);
  if (entry === undefined) throw new ApiFault("not-found", "no such project is guarded here");
  return entry.root;
}

/** By rule, how many calls of the last 30 days it stopped or asked about; undefined where the log cannot be asked. */
async function usesOf({
  ask,
  clock,
}: DashboardParts): Promise<ReadonlyMap<string, number> | undefined> {
  const filter = "kind:decision canary:false time:-30d verdict:deny,ask";
  const counted = await ask({
    ask: "group",
    filter,
    by: ["rule"],
    limit: 1_000,
    inOrder: false,
    nowMs: clock.nowMs(),
  }).catch(() => undefined);
  if (counted?.kind !== "table") return undefined;
  return new Map(counted.rows.map(([rule, count]) => [String(rule), Number(count)]));
}

export const policyEndpoints = [
  endpoint({
    method: "GET",
    path: "/projects",
    about: "The guarded projects, and the packs that ship.",
    role: "viewer",
    input: nothing,
    answer: v.object({
      command,
      items: v.array(v.object({ id: v.string(), root: v.string(), mode: v.string() })),
      packs: v.array(named),
    }),
    async work(parts) {
      const items = readProjectRegister(parts.directories.projectsFile).map(
        ({ id, root, mode }) => ({
          id,
          root,
          mode,
        }),
      );
      // What ships stays the same while this program runs.
      const packs = await sameAnswer(parts, { key: "packs" }, async () =>
        readAnswer(await parts.run(["policy", "list", "--json"]), v.array(named)),
      );
      return { command: "sallyport policy list", items, packs };
    },
  }),
  endpoint({
    method: "GET",
    path: "/policy",
    about:
      "The policy in force in a project, rule by rule, with the layer that holds each and how often it was used.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      policy: v.object({ ...shownPolicy.entries, rules: v.array(usedRule) }),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const [ran, uses] = await Promise.all([
        parts.run(["policy", "show", "--json"], { cwd, signal }),
        usesOf(parts),
      ]);
      const { rules, ...policy } = readAnswer(ran, shownPolicy);
      const used = ({ id, from }: (typeof rules)[number]) =>
        uses === undefined ? null : (uses.get(`${from}/${id}`) ?? 0);
      return {
        command: `sallyport policy show --cwd ${shellWord(cwd)}`,
        policy: { ...policy, rules: rules.map((one) => ({ ...one, used: used(one) })) },
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/policy/try",
    about: "What a command would do in a project and how it is judged; nothing of it is run.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({
      project: folderText,
      command: v.pipe(v.string(), v.minLength(1, "give a command"), v.maxLength(COMMAND_CHARS_MAX)),
    }),
    answer: v.object({
      command,
      verdict: v.string(),
      class: v.string(),
      reasons: v.array(
        v.object({
          verdict: v.string(),
          rule: v.string(),
          text: v.string(),
          instead: v.optional(v.nullable(v.string())),
        }),
      ),
      effects: v.array(v.object({ kind: v.string(), text: v.string() })),
      native: v.nullable(v.object({ verdict: v.string(), why: v.optional(v.string()) })),
      kernel: v.nullable(v.object({ held: v.boolean(), why: v.optional(v.string()) })),
      alternatives: v.array(v.string()),
    }),
    async work(parts, { input: { project, command: text }, signal }) {
      const cwd = guardedRoot(parts, project);
      const ran = await parts.run(["explain", "--json", "--", text], {
        cwd,
        signal,
        timeoutMs: EXPLAIN_MS_MAX,
      });
      const told = readAnswer(ran, explained);
      return {
        command: `sallyport explain --cwd ${shellWord(cwd)} ${shellWord(text)}`,
        verdict: told.verdict,
        class: told.class ?? "unknown",
        reasons: told.reasons,
        effects: told.effects,
        native: told.native?.answer ?? null,
        kernel: told.kernel ?? null,
        alternatives: (told.alternatives ?? []).map((one) => one.command),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/policy/diff",
    about:
      "How the policy of a project and a pack differ in what they answer, with a call for each difference.",
    role: "viewer",
    input: v.strictObject({ project: folderText, pack: nameText }),
    answer: v.object({
      command,
      answer: v.string(),
      stricter: v.number(),
      milder: v.number(),
      differences: v.array(difference),
      unproven: v.array(v.string()),
    }),
    async work(parts, { input: { project, pack }, signal }) {
      const cwd = guardedRoot(parts, project);
      const shown = readAnswer(
        await parts.run(["policy", "show", "--json"], { cwd, signal }),
        shownPolicy,
      );
      // WHY only packs: what is in force in a project may be a file of its own, which the command compares by its path.
      const ran = await parts.run(["policy", "diff", shown.id, pack, "--json"], { cwd, signal });
      const told = readAnswer(ran, diffed);
      return {
        command: `sallyport policy diff ${shown.id} ${pack}`,
        answer: told.answer,
        stricter: told.stricter,
        milder: told.milder,
        differences: told.differences.map(({ change, what, before, after, rules, witness }) => ({
          change,
          what,
          before,
          after,
          rules,
          witness: witness?.command ?? null,
        })),
        unproven: told.unproven.map(({ what }) => what),
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/policy/exceptions",
    about:
      "What a person approved as an exception, whether it counts in a project, until when, and how often it may be used.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ project: folderText }),
    answer: v.object({ command, project: v.string(), items: v.array(exception) }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const ran = await parts.run(["policy", "exception", "list", "--json"], { cwd, signal });
      return {
        command: `sallyport policy exception list --cwd ${shellWord(cwd)}`,
        project: cwd,
        items: readAnswer(ran, v.array(exception)),
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/policy/exceptions/:id/revoke",
    about: "Ends an exception at once.",
    role: "administrator",
    confirms: true,
    input: v.strictObject({ id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) }),
    answer: v.object({ command, isKnown: v.boolean() }),
    async work(parts, asked) {
      const { id } = asked.input;
      const isKnown = await revokeException(deskOf(parts, asked), id);
      parts.live.publish({ event: "changed", data: { what: "exceptions" } });
      return { command: `sallyport policy exception revoke ${id}`, isKnown };
    },
  }),
  endpoint({
    method: "GET",
    path: "/policy/drift",
    about: "Where what lies on the disk is not what was deployed or guarded.",
    role: "viewer",
    input: v.strictObject({ project: folderText }),
    answer: v.object({
      command,
      findings: v.array(
        v.object({
          id: v.string(),
          severity: v.string(),
          message: v.string(),
          file: v.nullable(v.string()),
          fix: v.nullable(v.string()),
        }),
      ),
    }),
    async work(parts, { input: { project }, signal }) {
      const cwd = guardedRoot(parts, project);
      const told = readAnswer(
        await parts.run(["policy", "drift", "--json"], { cwd, signal }),
        drifted,
      );
      return {
        command: `sallyport policy drift --project ${shellWord(cwd)}`,
        findings: told.findings.map(({ id, severity, message, file, fix }) => ({
          id,
          severity,
          message,
          file: file ?? null,
          fix: fix ?? null,
        })),
      };
    },
  }),
];
