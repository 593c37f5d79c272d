// Controls from text: YAML becomes what is counted for one control of a framework. Text in, control out; no disk.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { FIELDS } from "#detect/detection/fields.ts";
import { compileSearch } from "#detect/detection/search.ts";
import type { Control } from "./control.ts";

const CONTROL_CHARS_MAX = 64 * 1024;
const text = (charsMax: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax, `at most ${charsMax} characters`));

const EvidenceSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, "lower case letters, digits, dashes")),
  title: text(200),
  /** A search of a detection, over the same fields. */
  events: v.unknown(),
  by: v.optional(v.picklist(FIELDS, "a field of an event")),
});
const ControlSchema = v.strictObject({
  id: text(100),
  framework: text(200),
  reference: text(60),
  title: text(300),
  description: text(2_000),
  references: v.optional(v.array(text(500))),
  evidence: v.pipe(v.array(EvidenceSchema), v.minLength(1), v.maxLength(32)),
  limits: v.pipe(v.array(text(500)), v.minLength(1), v.maxLength(32)),
});

/** Names of the fields of a control and of its evidence: the published JSON schema has the same. */
export const CONTROL_FIELDS = {
  control: Object.keys(ControlSchema.entries),
  evidence: Object.keys(EvidenceSchema.entries),
} as const;

/**
 * Compiles the control called `name` (`<framework>/<file>`). Throws Failure `control-syntax`, `control-invalid` or
 * `search-invalid` with the line and column of the fault.
 */
export function parseControl(source: string, file: string, name: string): Control {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "control",
    schema: ControlSchema,
    charsMax: CONTROL_CHARS_MAX,
  });
  if (value.id !== name) {
    throw new Failure("control-invalid", `the id is not the control's path, \`${name}\``, {
      at: place(["id"]),
    });
  }
  const seen = new Set<string>();
  const evidence = value.evidence.map(({ id, title, events, by }, index) => {
    if (seen.has(id)) {
      throw new Failure(
        "control-invalid",
        `the evidence \`${id}\` is there twice: name each once`,
        {
          at: place(["evidence", index, "id"]),
        },
      );
    }
    seen.add(id);
    const inside = (path: readonly (string | number)[]) =>
      place(["evidence", index, "events", ...path]);
    return { id, title, by, matches: compileSearch(events, inside) };
  });
  const { id, framework, reference, title, description, limits } = value;
  return { id, framework, reference, title, description, evidence, limits };
}
