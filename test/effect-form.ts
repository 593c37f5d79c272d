// The form that each effect has to have: words of closed lists, clean absolute paths, hosts in lower case. What the judging tests make is held against it.
import * as v from "valibot";
import { cleanPath } from "#base/path.ts";
import { LOCK_FORMATS } from "#guard/facts/facts.ts";
import type { DataSource, Effect, Target, UnknownReason } from "#guard/vocabulary/effect.ts";
import type { Text } from "#guard/shell/values/text.ts";

const absolute = v.pipe(v.string(), v.startsWith("/"));
const clean = v.pipe(
  absolute,
  v.check((path) => path === cleanPath(path), "is not clean"),
);
const word = v.pipe(v.string(), v.minLength(1));
const words = v.array(word);
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const reach = v.picklist(["entry", "tree"]);
const shows = v.exactOptional(v.strictObject({ words: v.array(v.string()), changed: words }));

const TargetForm = v.variant("kind", [
  v.strictObject({
    kind: v.literal("path"),
    path: clean,
    real: clean,
    reach,
    isPublic: v.exactOptional(v.literal(true)),
    isKey: v.exactOptional(v.literal(true)),
    usedTo: v.exactOptional(v.string()),
    isLoaded: v.exactOptional(v.literal(true)),
    picks: v.exactOptional(v.array(v.string())),
    isServed: v.exactOptional(v.literal(true)),
    skips: v.exactOptional(v.picklist(["hidden", "hidden-and-ignored", "ignored", "untracked"])),
    leaves: v.exactOptional(v.strictObject({ files: words, directories: words })),
    copies: v.exactOptional(
      v.strictObject({
        gitDirectory: clean,
        workTree: clean,
        shown: v.any(),
        only: words,
        except: words,
      }),
    ),
    shows,
  }),
  v.strictObject({
    kind: v.literal("pattern"),
    path: absolute,
    reach,
    isNew: v.exactOptional(v.literal(true)),
    shows,
  }),
  v.strictObject({
    kind: v.literal("unresolved"),
    within: v.union([absolute, v.undefined()]),
    reach,
  }),
]) satisfies v.GenericSchema<Target>;

const DestinationForm = v.strictObject({
  host: v.union([v.pipe(v.string(), v.regex(/^[^A-Z[\]]+$/)), v.undefined()]),
  port: v.union([v.pipe(v.number(), v.integer(), v.minValue(0)), v.undefined()]),
  scheme: v.union([word, v.undefined()]),
  known: v.exactOptional(v.picklist(["remote", "account"])),
  path: v.exactOptional(word),
});

const DataSourceForm = v.variant("kind", [
  v.strictObject({
    kind: v.literal("file"),
    target: TargetForm,
    isUnshown: v.exactOptional(v.literal(true)),
    isView: v.exactOptional(v.literal(true)),
  }),
  v.strictObject({ kind: v.literal("network"), destination: DestinationForm }),
  v.strictObject({ kind: v.literal("repository") }),
  v.strictObject({ kind: v.literal("argument") }),
  v.strictObject({ kind: v.literal("environment") }),
  v.strictObject({ kind: v.literal("variable") }),
  v.strictObject({ kind: v.literal("processes"), guard: v.boolean() }),
  v.strictObject({ kind: v.literal("unknown") }),
]) satisfies v.GenericSchema<DataSource>;

const reason = v.picklist([
  ...["budget", "syntax", "dialect", "dynamic-command", "dynamic-code", "dynamic-path"],
  ...["unknown-option", "unknown-tool", "malformed-input", "missing-fact", "unmodelled"],
] as readonly UnknownReason[]);

const place = {
  via: words,
  at: v.union([
    v.undefined(),
    v.pipe(
      v.strictObject({ start: v.number(), end: v.number() }),
      v.check(({ start, end }) => 0 <= start && start <= end, "ends before it starts"),
    ),
  ]),
};
const target = v.union([TargetForm, v.undefined()]);

const EffectForm = v.variant("kind", [
  v.strictObject({ kind: v.literal("read"), target: TargetForm, ...place }),
  v.strictObject({
    kind: v.literal("write"),
    target: TargetForm,
    mode: v.picklist(["create", "append", "change", "tracked", "cache"]),
    worktree: v.exactOptional(v.union([v.literal(true), v.literal("removed"), v.literal("clean")])),
    copyOf: v.exactOptional(
      v.strictObject({ path: clean, keeps: v.exactOptional(v.literal(true)) }),
    ),
    ...place,
  }),
  v.strictObject({ kind: v.literal("delete"), target: TargetForm, ...place }),
  v.strictObject({
    kind: v.literal("egress"),
    destination: DestinationForm,
    carries: v.array(DataSourceForm),
    asks: v.exactOptional(v.literal(true)),
    verb: v.exactOptional(word),
    subjects: v.exactOptional(words),
    ...place,
  }),
  v.strictObject({
    kind: v.literal("execute"),
    program: v.union([word, v.undefined()]),
    origin: v.picklist(["system", "project", "generated", "download", "inline", "unknown"]),
    reach: v.picklist(["modelled", "unbounded"]),
    engine: v.exactOptional(
      v.strictObject({
        act: v.picklist([
          ...(["start", "restart", "stop", "kill", "pause", "remove"] as const),
          ...(["take-down", "bring", "make", "run", "enter"] as const),
        ]),
        of: v.picklist(["container", "image", "service"]),
        names: words,
        hosts: words,
      }),
    ),
    ...place,
  }),
  v.strictObject({
    kind: v.literal("history"),
    operation: v.picklist([
      ...(["force-push", "force-push-with-lease", "delete-ref"] as const),
      ...(["reset", "discard", "rewrite", "amend", "prune"] as const),
    ]),
    remote: v.union([word, v.undefined()]),
    refs: v.exactOptional(v.union([words, v.undefined()])),
    lost: v.exactOptional(
      v.strictObject({
        files: words,
        copied: v.exactOptional(words),
        commits: words,
        more: v.pipe(v.number(), v.minValue(0)),
      }),
    ),
    ...place,
  }),
  v.strictObject({
    kind: v.literal("publish"),
    channel: v.picklist(["git", "package", "release"]),
    destination: v.union([word, v.undefined()]),
    refs: v.union([words, v.undefined()]),
    forge: v.exactOptional(
      v.strictObject({
        verb: word,
        number: v.exactOptional(word),
        repository: v.exactOptional(word),
        options: words,
      }),
    ),
    verb: v.exactOptional(word),
    subjects: v.exactOptional(words),
    ...place,
  }),
  // What a call has no word for is empty.
  v.strictObject({
    kind: v.literal("deploy"),
    system: word,
    operation: v.string(),
    subjects: v.exactOptional(words),
    ...place,
  }),
  v.strictObject({
    kind: v.literal("install"),
    manager: word,
    packages: v.array(v.string()),
    runsScripts: v.boolean(),
    registry: v.exactOptional(word),
    locked: v.exactOptional(
      v.strictObject({ files: words, presumed: v.exactOptional(words), registries: words }),
    ),
    declared: v.exactOptional(
      v.strictObject({
        files: words,
        exact: v.exactOptional(
          v.strictObject({ path: clean, format: v.picklist(LOCK_FORMATS), digest }),
        ),
      }),
    ),
    ...place,
  }),
  v.strictObject({
    kind: v.literal("privilege"),
    means: word,
    user: v.union([v.string(), v.undefined()]),
    ...place,
  }),
  v.strictObject({ kind: v.literal("persist"), means: word, target, ...place }),
  v.strictObject({
    kind: v.literal("tamper"),
    control: word,
    target,
    isSwept: v.exactOptional(v.literal(true)),
    ...place,
  }),
  v.strictObject({ kind: v.literal("unknown"), reason, detail: word, ...place }),
]) satisfies v.GenericSchema<Effect>;

const pieceForm = v.variant("kind", [
  v.object({ kind: v.literal("text"), text: word }),
  v.object({ kind: v.literal("glob"), glob: word }),
  v.object({
    kind: v.literal("hole"),
    reason,
    splits: v.boolean(),
    like: v.union([v.string(), v.undefined()]),
    sources: v.array(DataSourceForm),
  }),
]);

/** Throws an Error that names what is wrong when an effect has not the form that all have. */
export function checkEffects(effects: readonly Effect[]): void {
  for (const effect of effects) check(EffectForm, effect);
}

/** The same for the words that a program is called with. */
export function checkTexts(texts: readonly Text[]): void {
  for (const text of texts) for (const piece of text) check(pieceForm, piece);
}

function check(form: v.GenericSchema, value: { readonly kind: string }): void {
  const found = v.safeParse(form, value);
  if (found.success) return;
  const places = found.issues.map((issue) => `${v.getDotPath(issue) ?? "?"}: ${issue.message}`);
  throw new Error(`a ${value.kind} without its form: ${places.join("; ")}`);
}
