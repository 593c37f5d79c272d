// Controls from text: YAML becomes what is counted for one control of a framework. Text in, control out; no disk.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { FIELDS } from "#detect/detection/fields.ts";
import { readSearch } from "#detect/detection/search.ts";
import { COLLECTORS } from "./collector-ids.ts";
import { ALSO } from "./catalogues.ts";
import type { Control, Evidence } from "./control.ts";

const CONTROL_CHARS_MAX = 64 * 1024;
const text = (charsMax: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax, `at most ${charsMax} characters`));

const EvidenceSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, "lower case letters, digits, dashes")),
  title: text(200),
  /** A search of a detection, over the same fields. */
  events: v.unknown(),
  by: v.optional(v.picklist(FIELDS, "a field of an event")),
  expect: v.optional(v.picklist(["some", "none"], "`some` or `none`")),
  gap: v.optional(text(300)),
});
const ids = v.optional(v.pipe(v.array(text(100)), v.maxLength(64)), []);
const ControlSchema = v.strictObject({
  id: text(100),
  framework: text(200),
  reference: text(60),
  title: text(300),
  description: text(2_000),
  references: v.optional(v.array(text(500))),
  also: ids,
  evidence: v.optional(v.pipe(v.array(EvidenceSchema), v.maxLength(32)), []),
  collectors: v.optional(v.array(v.picklist(COLLECTORS, "a collector of evidence")), []),
  checks: ids,
  detections: ids,
  policies: ids,
  attestations: v.optional(
    v.pipe(v.array(v.strictObject({ about: text(100), needs: text(300) })), v.maxLength(16)),
    [],
  ),
  limits: v.pipe(v.array(text(500)), v.minLength(1), v.maxLength(32)),
});

/** Names of the fields of a control and of its evidence: the published JSON schema has the same. */
export const CONTROL_FIELDS = {
  control: Object.keys(ControlSchema.entries),
  evidence: Object.keys(EvidenceSchema.entries),
} as const;

/** Ids that exist: what a control names must be among them. `attested` are the checks that a person answers. */
export type KnownIds = {
  readonly checks: ReadonlySet<string>;
  readonly attested: ReadonlySet<string>;
  readonly detections: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
};

/** What the organisation attests beside the checks: nothing here looks at it. */
const OWN_ATTESTATION = /^organisation\/[a-z0-9][a-z0-9-]{0,60}$/;

/**
 * Compiles the control called `name` (`<framework>/<file>`). Throws Failure `control-syntax`, `control-invalid` or
 * `search-invalid` with the line and column of the fault. Ids are held against `known` where that is given.
 */
export function parseControl(
  source: string,
  file: string,
  name: string,
  known?: KnownIds,
): Control {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "control",
    schema: ControlSchema,
    charsMax: CONTROL_CHARS_MAX,
  });
  const refuse = (message: string, path: readonly (string | number)[]): never => {
    throw new Failure("control-invalid", message, { at: place(path) });
  };
  if (value.id !== name) refuse(`the id is not the control's path, \`${name}\``, ["id"]);
  const { id, framework, reference, title, description, limits, also, collectors } = value;
  const { checks, detections, policies, attestations } = value;
  if (value.evidence.length + collectors.length + attestations.length === 0)
    refuse("a control has evidence, a collector or an attestation", []);
  const evidence = value.evidence.map((one, index) => {
    const at = ["evidence", index] as const;
    if (value.evidence.findIndex((other) => other.id === one.id) < index)
      refuse(`the evidence \`${one.id}\` is there twice: name each once`, [...at, "id"]);
    if ((one.expect === "none") !== (one.gap !== undefined))
      refuse("`gap` says in words what `expect: none` finds: give both or neither", at);
    const { matches, kinds, requiresKey } = readSearch(
      one.events,
      (path) => place([...at, "events", ...path]),
      undefined,
    );
    if (requiresKey) refuse("sealed fields are not looked at here", [...at, "events"]);
    const { id: own, title: words, by, gap, events: query } = one;
    const expect: Evidence["expect"] = one.expect ?? "any";
    return { id: own, title: words, query, by, expect, gap, matches, kinds };
  });
  for (const [index, one] of also.entries()) {
    const pattern = ALSO[one.slice(0, one.indexOf(":"))]?.pattern;
    if (pattern?.test(one.slice(one.indexOf(":") + 1)) !== true)
      refuse(
        `\`${one}\` is no place of a catalogue: write \`<catalogue>:<id>\` with one of ${Object.keys(ALSO).join(", ")}`,
        ["also", index],
      );
  }
  for (const kind of ["checks", "detections", "policies"] as const)
    for (const [index, one] of value[kind].entries())
      if (known?.[kind].has(one) === false)
        refuse(`there is no \`${one}\` among the ${kind}`, [kind, index]);
  for (const [index, { about }] of attestations.entries())
    if (known?.attested.has(about) === false && !OWN_ATTESTATION.test(about))
      refuse(`\`${about}\` is neither a check that a person answers nor \`organisation/...\``, [
        "attestations",
        index,
        "about",
      ]);
  return {
    id,
    framework,
    reference,
    title,
    description,
    limits,
    also,
    collectors,
    evidence,
    checks,
    detections,
    policies,
    attestations,
  };
}
