// A playbook as data: what people do about one kind of incident, by phase, with the command of each step and what proves it.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import { LEVELS } from "../detection/detection.ts";

/** The phases in their order. */
export const PHASES = ["detection", "containment", "investigation", "recovery"] as const;

/** Who does a step: who works on the incident, who owns the key or the data, who answers for the repository, everybody of the team. */
export const ROLES = ["responder", "key-owner", "data-owner", "repository-owner", "team"] as const;

/** How a call of a drill is said to have come about. */
const CAME = ["ran", "asked, then ran", "refused"] as const;

const CHARS_MAX = 64 * 1024;
const STEPS_MAX = 48;
const words = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));
const slug = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,63}$/, "lower case letters, digits, dashes"),
);

const stepSchema = v.strictObject({
  id: slug,
  phase: v.picklist(PHASES),
  do: words(600),
  /** Commands as they are typed; words in capitals are filled in by the person. */
  run: v.optional(v.pipe(v.array(words(300)), v.maxLength(8)), []),
  by: v.picklist(ROLES),
  proof: words(300),
  /** The policy refuses it to the agent for good reasons: a person runs it, under an exception that ends. */
  breakGlass: v.optional(v.boolean(), false),
});

const callSchema = v.strictObject({
  command: words(400),
  came: v.picklist(CAME),
  /** What has to be said to it from now on. */
  expect: v.picklist(VERDICTS_BY_STRICTNESS),
});

const playbookSchema = v.strictObject({
  id: slug,
  title: words(200),
  description: words(2_000),
  /** Detections whose incidents it is for. */
  detections: v.pipe(v.array(words(128)), v.minLength(1), v.maxLength(64)),
  steps: v.pipe(v.array(stepSchema), v.minLength(PHASES.length), v.maxLength(STEPS_MAX)),
  /** A made-up incident to practise on. */
  drill: v.strictObject({
    title: words(200),
    level: v.picklist(LEVELS),
    calls: v.pipe(v.array(callSchema), v.minLength(1), v.maxLength(16)),
  }),
});

/** A playbook. Steps stand in the order of the phases, and each phase has one. */
export type Playbook = v.InferOutput<typeof playbookSchema>;
export type PlaybookStep = Playbook["steps"][number];
export type DrillCall = Playbook["drill"]["calls"][number];

/** Reads the playbook called `name`. Throws Failure `playbook-syntax` or `playbook-invalid` with the place of the fault. */
export function parsePlaybook(text: string, file: string, name: string): Playbook {
  const { value, place } = readDeclaration(text, {
    file,
    kind: "playbook",
    schema: playbookSchema,
    charsMax: CHARS_MAX,
  });
  const fault = (message: string, path: readonly (string | number)[]) =>
    new Failure("playbook-invalid", message, { at: place(path) });
  if (value.id !== name) throw fault(`the id is not the file's name, \`${name}\``, ["id"]);
  const seen = new Set<string>();
  let last = 0;
  for (const [at, { id, phase }] of value.steps.entries()) {
    if (seen.has(id)) throw fault(`the step \`${id}\` is there twice`, ["steps", at, "id"]);
    seen.add(id);
    const now = PHASES.indexOf(phase);
    if (now < last) throw fault("a step of an earlier phase stands behind", ["steps", at, "phase"]);
    last = now;
  }
  const missing = PHASES.find((phase) => !value.steps.some((step) => step.phase === phase));
  if (missing !== undefined) throw fault(`the phase \`${missing}\` has no step`, ["steps"]);
  return value;
}
