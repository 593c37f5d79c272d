// The tools of the MCP server: each only reads, each input is checked, and no answer holds a secret or what is sealed in the log.
import * as v from "valibot";
import { editDistance } from "#base/edit-distance.ts";
import { Failure } from "#base/failure.ts";
import { lazily } from "#base/lazily.ts";
import { printable } from "#base/printable.ts";
import { cutText } from "#record/event/bounded.ts";
import { startDailyTally } from "#assure/activity/daily.ts";
import type { Finding } from "#assure/posture/report/report.ts";
import { scriptOf } from "#govern/recipe/script.ts";
import { askedCall } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import {
  loadCatalogue,
  loadControls,
  loadCrosswalks,
  loadRecipes,
} from "../../foundation/product/shipped-data.ts";
import { openJudgeHere } from "../explain/judge-here.ts";
import { modelFor, MODEL_TASKS } from "./models.ts";
import { exportMemory, memoryTimeline } from "./memory.ts";

/** Where the server answers from. */
export type Place = { readonly directory: string; readonly data: string | undefined };

/** A tool: what a client is told of it, and what answers. `run` throws a Failure that says what to ask instead. */
export type KnowledgeTool = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly [key: string]: Json };
  /** A value that JSON can hold. */
  run(input: unknown, place: Place): Promise<unknown>;
};

/** Characters of one argument. */
const WORD_CHARS_MAX = 200;
const COMMAND_CHARS_MAX = 64 * 1024;
/** Entries of one answer. */
const ROWS_MAX = 100;
/** Entries of the log that a summary reads. */
const EVENTS_MAX = 200_000;
/** Findings of one answer, places of one, and characters of one place. */
const FINDINGS_MAX = 25;
const PLACES_MAX = 4;
const PLACE_CHARS_MAX = 300;
const DAY_MS = 86_400_000;

const word = v.pipe(v.string(), v.maxLength(WORD_CHARS_MAX));
const text = { type: "string" } as const;

/** Makes a tool of a schema and what answers. */
function tool<Schema extends v.GenericSchema>(
  told: Pick<KnowledgeTool, "name" | "title" | "description">,
  properties: { readonly [key: string]: Json },
  {
    required = [],
    schema,
    answer,
  }: {
    readonly required?: readonly string[];
    readonly schema: Schema;
    readonly answer: (input: v.InferOutput<Schema>, place: Place) => unknown;
  },
): KnowledgeTool {
  return {
    ...told,
    inputSchema: { type: "object", properties, required, additionalProperties: false },
    run: async (input, place) => {
      const read = v.safeParse(schema, input ?? {});
      if (read.success) return answer(read.output, place);
      const [issue] = read.issues;
      const where = v.getDotPath(issue) ?? "the arguments";
      throw new Failure("usage", `\`${printable(where)}\`: ${printable(issue.message)}`);
    },
  };
}

/** The known name that was meant, in words. */
function unknownName(what: string, asked: string, known: readonly string[]): Failure<"usage"> {
  const near = known.find((name) => name.includes(asked) || editDistance(name, asked) <= 3);
  const advice =
    near === undefined ? `known are ${known.slice(0, 40).join(", ")}` : `did you mean \`${near}\`?`;
  return new Failure("usage", `there is no ${what} \`${printable(asked)}\`; ${advice}`);
}

const settingsSchema = tool(
  {
    name: "cc_docs_settings_schema",
    title: "Settings of Claude Code",
    description:
      "What the real client reads from settings files: each key with its type, the layers it counts in, and what it does; also keys that are often named and do not exist. Without `key` the names of all keys.",
  },
  {
    key: {
      ...text,
      description: "a key, or how it begins, such as `sandbox` or `permissions.deny`",
    },
  },
  {
    schema: v.strictObject({ key: v.optional(word) }),
    answer: ({ key }) => {
      const { client, keys, invented } = loadCatalogue();
      if (key === undefined) return { client, keys: keys.map((one) => one.key) };
      const found = keys.filter((one) => one.key === key || one.key.startsWith(`${key}.`));
      const wrong = invented.filter((one) => one.key === key);
      if (found.length === 0 && wrong.length === 0)
        throw unknownName(
          "settings key",
          key,
          keys.map((one) => one.key),
        );
      return { client, keys: found.slice(0, ROWS_MAX), notReal: wrong };
    },
  },
);

/** WHY once: what ships does not change while the server runs, and reading it takes longer than an answer may. */
const checklistData = lazily(async () => {
  const [{ loadChecklists }, { loadCheckFamilies }] = await Promise.all([
    import("../../services/posture/audit.ts"),
    import("../../services/posture/shipped-checks.ts"),
  ]);
  return {
    lists: loadChecklists(loadCheckFamilies().flatMap(({ checks }) => checks)),
    controls: [...loadControls(), ...loadCrosswalks().flatMap((walk) => walk.controls)],
  };
});

const checklist = tool(
  {
    name: "cc_docs_checklist",
    title: "Checklists",
    description:
      "A security or compliance checklist, item by item, with the checks of `sallyport audit` that answer an item. `security` is the secure baseline; a framework or catalogue (soc2, hipaa, gdpr, iso27001, nist-800-53, nist-ai-rmf, owasp-llm, owasp-agentic, mitre-atlas) gives its controls. Without `name` the names.",
  },
  { name: { ...text, description: "a checklist or framework, such as `security` or `soc2`" } },
  {
    schema: v.strictObject({ name: v.optional(word) }),
    answer: async ({ name }) => {
      const { lists, controls } = await checklistData();
      const familyOf = ({ id }: { readonly id: string }) => id.split("/", 1)[0] ?? id;
      const frameworks = [...new Set(controls.map(familyOf))];
      const names = [...lists.map(({ id }) => id), ...frameworks];
      if (name === undefined) return { names };
      const asked = name === "security" ? "baseline" : name;
      const list = lists.find(({ id }) => id === asked);
      if (list !== undefined) return { id: list.id, title: list.title, items: list.items };
      const own = controls.filter((one) => familyOf(one) === asked);
      if (own.length === 0) throw unknownName("checklist", name, names);
      return {
        id: asked,
        items: own.map(({ id, reference, title, limits }) => ({ id, reference, title, limits })),
      };
    },
  },
);

const model = tool(
  {
    name: "cc_docs_model_recommend",
    title: "Which family of models",
    description:
      "Which family of models suits a task, with the reason: a family and no dated id, because ids go out of date.",
  },
  { task: { ...text, description: "such as `security review`" } },
  {
    required: ["task"],
    schema: v.strictObject({ task: word }),
    answer: ({ task }) => ({ ...modelFor(task), tasks: MODEL_TASKS }),
  },
);

const recipe = tool(
  {
    name: "cc_kb_hook_recipe",
    title: "Recipes for hooks",
    description:
      "A hook recipe: what it does, what does the same natively, its script. A person installs it with `sallyport recipe install NAME`. Without `name` the names.",
  },
  { name: { ...text, description: "a recipe, such as `protect-sensitive-files`" } },
  {
    schema: v.strictObject({ name: v.optional(word) }),
    answer: ({ name }) => {
      const recipes = loadRecipes();
      if (name === undefined) return { recipes: recipes.map(({ id, title }) => ({ id, title })) };
      const found = recipes.find(({ id }) => id === name);
      if (found === undefined)
        throw unknownName(
          "recipe",
          name,
          recipes.map(({ id }) => id),
        );
      return {
        ...found,
        script: scriptOf(found),
        install: `sallyport recipe install ${found.id}`,
      };
    },
  },
);

const explain = tool(
  {
    name: "sallyport_explain",
    title: "What a call would do",
    description:
      "Judges a call without running it: the verdict of the policy in force here, why, its effects, and what to do instead. Give `command` for Bash, or `tool` and `input`.",
  },
  {
    command: { ...text, description: "a Bash command" },
    tool: { ...text, description: "another tool, such as Read" },
    input: { type: "object", description: "that tool's input" },
  },
  {
    schema: v.strictObject({
      command: v.optional(v.pipe(v.string(), v.maxLength(COMMAND_CHARS_MAX))),
      tool: v.optional(word),
      input: v.optional(v.record(v.string(), v.unknown())),
    }),
    answer: async ({ command, tool: named, input }, { directory, data }) => {
      if ((command === undefined) === (named === undefined))
        throw new Failure("usage", "give `command`, or `tool` with `input`");
      const judge = await openJudgeHere(directory, data);
      const call = askedCall("asked", {
        tool: named ?? "Bash",
        cwd: directory,
        input: named === undefined ? { command: command ?? "" } : ((input ?? {}) as Json),
      });
      const { verdict, reasons, effects } = await judge.decide(call);
      return {
        verdict,
        policy: judge.policy.id,
        from: judge.from,
        reasons: reasons.slice(0, ROWS_MAX).map(({ rule, text: said, instead }) => ({
          rule,
          text: said,
          ...(instead === undefined ? {} : { instead }),
        })),
        effects: effects.slice(0, ROWS_MAX),
      };
    },
  },
);

const policy = tool(
  {
    name: "sallyport_policy",
    title: "The policy in force",
    description:
      "Which policy is in force here and where it comes from, and its rules: all by name, or those of one verdict.",
  },
  {
    verdict: { ...text, enum: ["deny", "ask", "allow"], description: "only rules of this verdict" },
  },
  {
    schema: v.strictObject({ verdict: v.optional(v.picklist(["deny", "ask", "allow"])) }),
    answer: async ({ verdict }, { directory, data }) => {
      const { policy: inForce, from } = await openJudgeHere(directory, data);
      const rules = inForce.rules.filter((one) => verdict === undefined || one.verdict === verdict);
      return {
        id: inForce.id,
        version: inForce.version,
        digest: inForce.digest,
        from,
        rules: rules
          .slice(0, ROWS_MAX)
          .map((one) => ({ id: one.id, verdict: one.verdict, why: one.reason })),
        more: Math.max(0, rules.length - ROWS_MAX),
      };
    },
  },
);

const audit = tool(
  {
    name: "sallyport_audit",
    title: "Audit of the configuration",
    description:
      "The findings of `sallyport audit` for this project, the worst first: what, where, why, what to do, and which controls it is about. Nothing is changed.",
  },
  { family: { ...text, description: "only this family of checks" } },
  {
    schema: v.strictObject({ family: v.optional(word) }),
    answer: async ({ family }, { directory, data }) => {
      const { runAudit } = await import("../../services/posture/audit.ts");
      const { report } = await runAudit({
        directory,
        families: family === undefined ? [] : [family],
        profile: undefined,
        environment: process.env,
        nowMs: Date.now(),
        onProgress: () => undefined,
        data,
      });
      const { score, counts, findings, attest, unseen } = report;
      return {
        target: report.target,
        score: score.value,
        counts,
        findings: findings.slice(0, FINDINGS_MAX).map(briefly),
        more: Math.max(0, findings.length - FINDINGS_MAX),
        // What no machine can see: a person says it.
        attest: attest.map(({ id, title }) => ({ id, title })),
        unseen: unseen.slice(0, FINDINGS_MAX).map(({ id, why }) => ({ id, why })),
      };
    },
  },
);

/** WHY not the whole report: a client puts an answer of hundreds of kilobytes into a file and shows the model its beginning. */
function briefly({ id, severity, title, why, fix, controls, faults }: Finding): object {
  const places = faults.slice(0, PLACES_MAX).map((fault) => ({
    at: [fault.file, fault.line].filter((one) => one !== undefined && one !== null).join(":"),
    message: cutText(fault.message, PLACE_CHARS_MAX),
  }));
  return { id, severity, title, why, fix, controls, places, placesInAll: faults.length };
}

const log = tool(
  {
    name: "sallyport_log",
    title: "The record in numbers",
    description:
      "Judged calls day by day: how many of each class and verdict. Numbers alone: no command, no path, no name of a person.",
  },
  { days: { type: "integer", minimum: 1, maximum: 90, description: "how many days back (7)" } },
  {
    schema: v.strictObject({
      days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(90)), 7),
    }),
    answer: async ({ days }, { data }) => {
      const { openView } = await import("../../services/log/opened-log.ts");
      const view = await openView(data);
      const size = await view.size();
      const sinceMs = Date.now() - days * DAY_MS;
      const tally = startDailyTally();
      for await (const { leaf } of view.leaves(Math.max(0, size - EVENTS_MAX), size))
        if (leaf.kind !== "fault" && leaf.timeMs >= sinceMs) tally.add(leaf.metadata, leaf.timeMs);
      return { days: tally.result(), isCut: size > EVENTS_MAX };
    },
  },
);

const timeline = tool(
  {
    name: "sallyport_memory_timeline",
    title: "When memory files changed",
    description:
      "Files that the client takes for memory and instructions here (CLAUDE.md, rules, its own memory of the project): where, how large, when they changed.",
  },
  {},
  {
    schema: v.strictObject({}),
    answer: (_input, { directory }) => ({ files: memoryTimeline(directory) }),
  },
);

const memory = tool(
  {
    name: "sallyport_memory_export",
    title: "Memory to take along",
    description:
      "The text of one memory file, or of all of them, with secrets, personal and health data replaced by placeholders.",
  },
  { path: { ...text, description: "a file that the timeline names" } },
  {
    schema: v.strictObject({ path: v.optional(v.pipe(v.string(), v.maxLength(4_096))) }),
    answer: ({ path }, { directory }) => ({ files: exportMemory(directory, path) }),
  },
);

/** All tools, in the order in which they are told. */
export const KNOWLEDGE_TOOLS: readonly KnowledgeTool[] = [
  ...[settingsSchema, checklist, model, recipe],
  ...[explain, policy, audit, log, timeline, memory],
];
