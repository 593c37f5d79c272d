// Checks from data: the YAML of a family, held against its schema and joined with the functions that look.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { placeIn } from "#govern/settings/json-text.ts";
import { CHECKS, type CheckId } from "#govern/settings/lint/checks.ts";
import type { LintDocument } from "#govern/settings/lint/document.ts";
import { rulesOf } from "#govern/settings/lint/rule-text.ts";
import { attested } from "./attested.ts";
import {
  type Check,
  type CheckEntry,
  FAMILIES,
  type Family,
  type Look,
  type Looks,
  REPAIRS,
  SEVERITIES,
  type Fault,
  notApplicable,
  verdict,
} from "./check.ts";
import { lineOf } from "./redacted-line.ts";

const FAMILY_CHARS_MAX = 256 * 1024;
const text = (charsMax: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax, `at most ${charsMax} characters`));
const list = <Item extends v.GenericSchema>(item: Item) =>
  v.optional(v.pipe(v.array(item), v.maxLength(64)), []);
const lintIds = Object.keys(CHECKS) as (keyof typeof CHECKS)[];

const EntrySchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z]+\/[a-z0-9][a-z0-9-]{0,60}$/, "`family/fault-name`")),
  title: text(160),
  severity: v.picklist(SEVERITIES, "a severity"),
  why: text(800),
  fix: text(800),
  references: v.pipe(v.array(text(60)), v.minLength(1), v.maxLength(32)),
  controls: list(text(60)),
  profiles: list(v.pipe(v.string(), v.regex(/^[a-z-]+\/[a-z0-9-]+$/, "`checklist/item`"))),
  lint: v.optional(v.pipe(v.array(v.picklist(lintIds, "a check of lint")), v.minLength(1))),
  attest: v.optional(
    v.strictObject({
      days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366)),
    }),
  ),
  repair: v.optional(v.picklist(REPAIRS, "a repair")),
  mend: v.optional(text(60)),
  scope: v.optional(v.literal("around", "`around` or nothing")),
});
/** A family of checks as a file has it. */
export const FamilySchema = v.strictObject({
  id: v.picklist(FAMILIES, "a family of checks"),
  title: text(200),
  checks: v.pipe(v.array(EntrySchema), v.minLength(1), v.maxLength(200)),
});

/** Names of the fields of a family and of a check: the published JSON schema has the same. */
export const CHECK_FIELDS = {
  family: Object.keys(FamilySchema.entries),
  check: Object.keys(EntrySchema.entries),
} as const;

/** A family of checks with its title. */
export type CheckFamily = {
  readonly id: Family;
  readonly title: string;
  readonly checks: readonly Check[];
};

/**
 * The family called `name`, each entry with what looks: `lint`, `attest`, or the function of the same name in `looks`. Throws
 * Failure `check-syntax` or `check-invalid` at the place of a fault: an entry that nothing or more than one thing looks at,
 * and a function without an entry.
 */
export function parseFamily(
  source: string,
  from: {
    readonly file: string;
    readonly name: string;
    readonly looks: Looks;
    /** What the schema gave for this very text, where it was asked before. */
    readonly parsed?: unknown;
  },
): CheckFamily {
  const { file, name, looks, parsed } = from;
  const { value, place } = readDeclaration(source, {
    file,
    kind: "check",
    schema: FamilySchema,
    charsMax: FAMILY_CHARS_MAX,
    parsed: hasChecks(parsed) ? parsed : undefined,
  });
  const stop = (message: string, path: readonly (string | number)[]): never => {
    throw new Failure("check-invalid", message, { at: place(path) });
  };
  if (value.id !== name) stop(`the id is not the family's file, \`${name}\``, ["id"]);
  const seen = new Set<string>();
  const checks = value.checks.map((written, index): Check => {
    const entry = written as CheckEntry;
    const [family, fault = ""] = entry.id.split("/");
    if (family !== name) stop(`\`${entry.id}\` is of another family`, ["checks", index, "id"]);
    if (seen.has(fault)) stop(`\`${entry.id}\` is there twice`, ["checks", index, "id"]);
    seen.add(fault);
    const found = waysOf(entry, Object.hasOwn(looks, fault) ? looks[fault] : undefined);
    const [look] = found;
    if (look === undefined || found.length > 1)
      return stop(
        `\`${entry.id}\` needs one of \`lint\`, \`attest\` and a function in checks/${name}.ts, and has ${found.length}`,
        ["checks", index],
      );
    return { ...entry, family: value.id, look };
  });
  const idle = Object.keys(looks).find((fault) => !seen.has(fault));
  if (idle !== undefined) stop(`the function \`${idle}\` has no entry`, ["checks"]);
  return { id: value.id, title: value.title, checks };
}

function waysOf(entry: CheckEntry, own: Look | undefined): readonly Look[] {
  return [
    ...(own === undefined ? [] : [own]),
    ...(entry.lint === undefined ? [] : [lintLook(entry.lint)]),
    ...(entry.attest === undefined ? [] : [attested(entry.id)]),
  ];
}

/** Whether what the build parsed has the form of a family; otherwise the file is read. */
function hasChecks(parsed: unknown): boolean {
  return (
    typeof parsed === "object" &&
    parsed !== null &&
    "checks" in parsed &&
    Array.isArray(parsed.checks)
  );
}

// Checks that settings lint makes already: its findings of some ids are the faults.

/** A check that fails where lint has one of these findings. */
function lintLook(ids: readonly CheckId[]): Look {
  const wanted = new Set<string>(ids);
  return ({ lint, settings, settingsFiles }) => {
    const lookedAt = settingsFiles.map(({ shown }) => shown);
    const texts = new Map(settings.map(({ file, text }) => [file, text]));
    const found = lint.filter(({ id }) => wanted.has(id));
    const allowed = new Set(settings.flatMap(allowPlaces));
    if (found.length === 0 && lookedAt.length === 0)
      return notApplicable("there are no settings here");
    const faults = found.map(
      ({ id, file, line, column, message, fix }): Fault => ({
        file,
        line,
        column,
        message,
        fix,
        // WHY: a variable in settings may be a secret, so that its line is never shown.
        evidence: id.startsWith("variable/") ? "" : lineOf(texts.get(file), line),
        // An allow that matches nothing opens nothing: people are asked, and that is all.
        ...(IDLE.test(id) && allowed.has(`${file}:${line}:${column}`) ? LOW : {}),
      }),
    );
    // Leftovers that no rule was meant by are dropped by the client, and open nothing.
    const kept = faults.filter(
      ({ severity }, at) => !LEFTOVER.test(found[at]?.id ?? "") || severity === undefined,
    );
    return verdict(lookedAt, kept);
  };
}

const LOW = { severity: "low" } as const;
/** What lint says of rules that match nothing. */
const IDLE = /^rule\/(?:path-of-wrong-tool|alternation|url|no-domain|malformed|spaces)$/;
/** Of those, what an agreed call leaves behind and the client cannot read again. */
const LEFTOVER = /^rule\/(?:malformed|spaces)$/;

/** Places of the allow rules of a file, as lint gives them. */
function allowPlaces(document: LintDocument): readonly string[] {
  return rulesOf(document).rules.flatMap(({ list, start }) => {
    if (list !== "allow") return [];
    const { line, column } = placeIn(document.text, start);
    return [`${document.file}:${line}:${column}`];
  });
}
