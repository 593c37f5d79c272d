// Places of other catalogues as controls: each takes the evidence of controls that speak of the same, and says what that does not show there.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { ALSO } from "./catalogues.ts";
import type { KnownIds } from "./compile.ts";
import type { Control, Evidence } from "./control.ts";

const CHARS_MAX = 64 * 1024;
/** Evidence of one place, and lists of ids. */
const EVIDENCE_MAX = 64;
const text = (charsMax: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax, `at most ${charsMax} characters`));
const ids = v.pipe(v.array(text(100)), v.minLength(1), v.maxLength(16));

const PlaceSchema = v.strictObject({
  reference: text(60),
  title: text(300),
  /** Controls whose evidence counts here. */
  controls: ids,
  /** In place of the detections of those controls. */
  detections: v.optional(ids),
  limit: text(500),
});
const CrosswalkSchema = v.strictObject({
  id: text(60),
  title: text(200),
  places: v.pipe(v.array(PlaceSchema), v.minLength(1), v.maxLength(200)),
  notCovered: v.pipe(
    v.array(v.strictObject({ references: text(400), why: text(400) })),
    v.minLength(1),
    v.maxLength(32),
  ),
});

/** Names of the fields of a crosswalk and of its places: the published JSON schema has the same. */
export const CROSSWALK_FIELDS = {
  crosswalk: Object.keys(CrosswalkSchema.entries),
  place: Object.keys(PlaceSchema.entries),
} as const;

/** A catalogue: its places as controls, and which of its places nothing here speaks of. */
export type Crosswalk = {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly Control[];
  readonly notCovered: readonly { readonly references: string; readonly why: string }[];
};

/**
 * Compiles the crosswalk called `name` over `controls`. Throws Failure `control-syntax` or `control-invalid` with the line and
 * column of the fault: a catalogue or place that does not exist, one that is there twice, a control or detection that is none.
 */
export function parseCrosswalk(
  source: string,
  file: string,
  {
    name,
    controls,
    known,
  }: {
    readonly name: string;
    readonly controls: readonly Control[];
    readonly known?: KnownIds | undefined;
  },
): Crosswalk {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "control",
    schema: CrosswalkSchema,
    charsMax: CHARS_MAX,
  });
  const refuse = (message: string, path: readonly (string | number)[]): never => {
    throw new Failure("control-invalid", message, { at: place(path) });
  };
  const catalogue = ALSO[value.id];
  if (value.id !== name) refuse(`the id is not the file's name, \`${name}\``, ["id"]);
  if (catalogue === undefined) return refuse(`there is no catalogue \`${value.id}\``, ["id"]);
  const byId = new Map(controls.map((one) => [one.id, one]));
  const seen = new Set<string>();
  const made = value.places.map((one, index): Control => {
    const at = (...path: readonly (string | number)[]) => ["places", index, ...path];
    const { reference, title, detections, limit } = one;
    if (!catalogue.pattern.test(reference))
      refuse(`\`${reference}\` is no place of ${catalogue.title}`, at("reference"));
    if (seen.has(reference)) refuse(`\`${reference}\` is there twice`, at("reference"));
    seen.add(reference);
    const from = one.controls.map((id, number): Control => {
      const found = byId.get(id);
      return found ?? refuse(`there is no control \`${id}\``, at("controls", number));
    });
    for (const [number, id] of (detections ?? []).entries())
      if (known?.detections.has(id) === false)
        refuse(`there is no \`${id}\` among the detections`, at("detections", number));
    const united = <Item>(of: (control: Control) => readonly Item[]): readonly Item[] => [
      ...new Set(from.flatMap(of)),
    ];
    const evidence = unitedEvidence(from);
    if (evidence.length > EVIDENCE_MAX)
      refuse(`the controls have more than ${EVIDENCE_MAX} counts together`, at("controls"));
    return {
      id: `${value.id}/${reference
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replace(/-$/, "")}`,
      framework: value.title,
      reference,
      title,
      evidence,
      description: `What the record holds for ${from.map((control) => `${control.reference} (${control.title})`).join("; ")}.`,
      also: one.controls,
      collectors: united((control) => control.collectors),
      checks: united((control) => control.checks),
      detections: detections ?? united((control) => control.detections),
      policies: united((control) => control.policies),
      attestations: [
        ...new Map(
          from.flatMap((control) => control.attestations).map((needed) => [needed.about, needed]),
        ).values(),
      ],
      limits: [limit, ...united((control) => control.limits)],
    };
  });
  const { id, title, notCovered } = value;
  return { id, title, controls: made, notCovered };
}

/** The counts of several controls, each query once. WHY names of their own for what is called alike: a pack tells counts apart by them. */
function unitedEvidence(from: readonly Control[]): readonly Evidence[] {
  const byQuery = new Map<string, Evidence>();
  const taken = new Set<string>();
  for (const control of from)
    for (const one of control.evidence) {
      const key = JSON.stringify([one.query, one.by ?? null, one.expect]);
      if (byQuery.has(key)) continue;
      const own = control.id.slice(control.id.indexOf("/") + 1);
      const id = taken.has(one.id) ? `${one.id}-of-${own}` : one.id;
      taken.add(id);
      byQuery.set(key, { ...one, id });
    }
  return [...byQuery.values()];
}
