// The labelled cases of the posture audit and the list of faults: how they are written, read and split into open and sealed ones.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";
import { FAMILIES, type Family, SEVERITIES } from "#assure/posture/check.ts";
import { fill } from "./fillings.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

const faultId = v.pipe(v.string(), v.regex(/^[a-z]+\/[a-z0-9-]+$/, "`family/name`"));
const faultSchema = v.strictObject({
  id: faultId,
  severity: v.picklist(SEVERITIES),
  /** `look`: something is there that should not be. `missing`: the other way round. `attest`: only a person can say. */
  kind: v.optional(v.picklist(["look", "missing", "attest"]), "look"),
  items: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^(?:M|X)\.?\d+(?:\.\d+)?(?:#\d+)?$/))),
    v.minLength(1),
  ),
  means: v.pipe(v.string(), v.minLength(20), v.maxLength(240)),
});
export type FaultEntry = v.InferOutput<typeof faultSchema>;

/** A text, or a value that is written as JSON. */
const content = v.union([
  v.string(),
  v.pipe(
    // WHY lists first: a record takes a list too, and makes an object of it.
    v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]),
    v.transform((value) => `${JSON.stringify(value, null, 2)}\n`),
  ),
]);
const texts = v.optional(v.record(v.string(), content), {});
const strings = v.optional(v.record(v.string(), v.string()), {});
const ids = v.optional(v.array(faultId), []);

const machineFacts = v.strictObject({
  platform: v.optional(v.picklist(["linux", "macos", "windows"])),
  clientVersion: v.optional(v.nullable(v.string())),
  diskEncryption: v.optional(v.picklist(["encrypted", "not-encrypted", "memory", "unknown"])),
  isAdministrator: v.optional(v.boolean()),
  isContainer: v.optional(v.boolean()),
  isCi: v.optional(v.boolean()),
  start: v.optional(v.picklist(["root", "home", "broad", "scoped"])),
  login: v.optional(
    v.strictObject({
      kind: v.picklist(["subscription", "console", "api-key", "bedrock", "vertex", "foundry", "none"]),
      hasOrganization: v.boolean(),
      plan: v.optional(v.string()),
    }),
  ),
});
const guardFacts = v.strictObject({
  isInstalled: v.optional(v.boolean(), true),
  isGuarded: v.optional(v.boolean(), true),
  isDaemonRunning: v.optional(v.boolean(), true),
  policy: v.optional(v.string()),
  logDirectory: v.optional(v.string()),
  isLogInRepository: v.optional(v.boolean(), false),
  isLogOpen: v.optional(v.boolean(), false),
  exportTargets: v.optional(v.number(), 0),
  hasManagedPolicy: v.optional(v.boolean(), false),
  lastEventDays: v.optional(v.number()),
  /** What the record tells of rules of a person's own policy: how many were asked about, and those that decided nothing. */
  idleRules: v.optional(v.strictObject({ asked: v.number(), rules: v.array(v.string()) })),
});
/** Code in the client, as a look at the disk found it. */
const modFacts = v.strictObject({
  name: v.string(),
  origin: v.picklist(["project", "home", "plugin", "session"]),
  file: v.string(),
  digest: v.string(),
  isLoaded: v.optional(v.boolean(), true),
  isAgreed: v.optional(v.boolean(), false),
  isTracked: v.optional(v.boolean(), false),
});
const statementFacts = v.strictObject({
  kind: v.optional(v.picklist(["waiver", "attestation"]), "waiver"),
  about: v.string(),
  owner: v.string(),
  until: v.string(),
  state: v.picklist(["in-force", "ends-soon", "expired", "withdrawn"]),
  isHere: v.optional(v.boolean(), true),
});

const caseSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z]+-[a-z0-9-]+$/, "`family-words`")),
  family: v.optional(v.picklist(FAMILIES)),
  files: texts,
  home: texts,
  managed: texts,
  environment: strings,
  modes: strings,
  tracked: v.optional(v.array(v.string()), []),
  untracked: v.optional(v.array(v.string()), []),
  /** Paths that are links, or with where each leads; without that, the content is its target. */
  links: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []),
  machine: v.optional(machineFacts, {}),
  guard: v.optional(guardFacts),
  statements: v.optional(v.array(statementFacts), []),
  mods: v.optional(v.array(modFacts), []),
  faults: ids,
  maybe: ids,
  sound: ids,
});
const caseFile = v.strictObject({
  family: v.picklist(FAMILIES),
  /** Parts that cases refer to by YAML anchors. */
  parts: v.optional(v.unknown()),
  /** Ids that may be found or not in every case of the file. */
  maybe: ids,
  cases: v.pipe(v.array(caseSchema), v.minLength(1)),
});

const exampleSchema = v.array(
  v.strictObject({
    ...v.omit(caseSchema, ["id", "faults", "maybe", "sound"]).entries,
    id: v.string(),
    /** Document and lines, or `extension`. */
    source: v.string(),
    stands: v.pipe(v.array(v.string()), v.minLength(1)),
    finds: v.pipe(v.array(faultId), v.minLength(1)),
  }),
);

/** Which set a case is of. `second` to `fourth`: written when the checks were there, by people who had not read them. */
export const CASE_SETS = ["first", "second", "third", "fourth", "fifth"] as const;
export type CaseSet = (typeof CASE_SETS)[number];

/** A case with its secrets and characters filled in. */
export type PostureCase = v.InferOutput<typeof caseSchema> & {
  readonly family: Family;
  readonly side: "bad" | "good";
  readonly set: CaseSet;
  /** Only run and counted, never printed. */
  readonly sealed: boolean;
};

/** A third of the cases, by the digest of the id. */
export function isSealed(id: string): boolean {
  return createHash("sha256").update(`posture ${id}`).digest().readUInt32LE(0) % 3 === 0;
}

/** Every fault that the audit should know. Throws where an entry is not well formed. */
export function faultList(): readonly FaultEntry[] {
  return v.parse(v.array(faultSchema), parse(readFileSync(join(FOLDER, "faults.yaml"), "utf8")));
}

/** Read once: several tests of a run look at the same ones, and parsing takes longer than judging. */
const known: { cases?: readonly PostureCase[]; examples?: readonly SourceExample[]; trees?: readonly BenignTree[] } = {};

/** All cases of both sides, in the order of files. Throws where a case is not well formed. */
export function postureCases(): readonly PostureCase[] {
  return (known.cases ??= readCases());
}

function readCases(): readonly PostureCase[] {
  return (["bad", "good"] as const).flatMap((side) =>
    readdirSync(join(FOLDER, side))
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .flatMap((name) => casesOf(side, name)),
  );
}

/** An example of the sources, rebuilt: what it stands for and what the audit has to find. */
export type SourceExample = PostureCase & {
  readonly source: string;
  readonly stands: readonly string[];
  readonly finds: readonly string[];
};

/** The faulty examples of the sources. Throws where one is not well formed. */
export function sourceExamples(): readonly SourceExample[] {
  return (known.examples ??= readExamples());
}

function readExamples(): readonly SourceExample[] {
  const text = readFileSync(join(FOLDER, "sources/examples.yaml"), "utf8");
  return v.parse(exampleSchema, parse(text)).map((one) => ({
    ...filledIn({ ...one, faults: one.finds, maybe: [], sound: [] }),
    source: one.source, stands: one.stands, finds: one.finds,
    family: "settings", side: "bad", set: "first", sealed: false,
  }));
}

const treeSchema = v.array(
  v.strictObject({
    id: v.string(),
    /** What kind of repository it is. */
    about: v.string(),
    files: texts,
    /** Ids whose findings a reasonable owner would accept. */
    accepts: ids,
  }),
);

/** A repository as popular ones are, in which nothing should be found that its owner would reject. */
export type BenignTree = PostureCase & { readonly about: string; readonly accepts: readonly string[] };

/** The benign trees, in the order of files. Throws where one is not well formed. */
export function benignTrees(): readonly BenignTree[] {
  return (known.trees ??= readTrees());
}

function readTrees(): readonly BenignTree[] {
  const folder = join(FOLDER, "trees");
  return readdirSync(folder)
    .sort()
    .flatMap((name) => v.parse(treeSchema, parse(readFileSync(join(folder, name), "utf8"))))
    .map(({ id, about, files, accepts }) => ({
      ...filledIn({ ...v.parse(caseSchema, { id: `tree-${id}` }), files }),
      family: "settings", side: "good", set: "first", sealed: false,
      about, accepts,
    }));
}

const acceptedSchema = v.array(
  v.strictObject({
    id: faultId,
    /** In how many of the benign trees it is found. */
    most: v.pipe(v.number(), v.integer(), v.minValue(1)),
    /** Why an owner does not reject it. */
    why: v.pipe(v.string(), v.minLength(20)),
  }),
);

/** What may be missing in a benign tree without its owner rejecting the finding. Throws where an entry is not well formed. */
export function acceptedMissing(): v.InferOutput<typeof acceptedSchema> {
  return v.parse(acceptedSchema, parse(readFileSync(join(FOLDER, "accepted.yaml"), "utf8")));
}

function casesOf(side: "bad" | "good", name: string): readonly PostureCase[] {
  const text = readFileSync(join(FOLDER, side, name), "utf8");
  const read = v.safeParse(caseFile, parse(text, { maxAliasCount: 1_000 }));
  if (!read.success)
    throw new Error(`${side}/${basename(name)}: ${v.getDotPath(read.issues[0]) ?? ""} ${read.issues[0].message}`);
  const { family, maybe, cases } = read.output;
  const set = CASE_SETS.find((one) => new RegExp(`-${one}(?:-[a-z0-9-]+)?\\.yaml$`).test(name)) ?? "first";
  return cases.map((one) => ({
    ...filledIn(one),
    family: one.family ?? family, side, set, sealed: set !== "fifth" && isSealed(one.id),
    maybe: [...maybe, ...one.maybe],
  }));
}

/** One case by itself, as it is written. Throws where it is not well formed. */
export function caseOf(written: unknown): PostureCase {
  const one = filledIn(v.parse(caseSchema, written));
  return { ...one, family: one.family ?? "settings", side: "good", set: "first", sealed: false };
}

/** The texts with their placeholders filled, and a mode for each. */
function filledIn(one: v.InferOutput<typeof caseSchema>): v.InferOutput<typeof caseSchema> {
  const filled = (all: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).map(([path, value]) => [path, fill(value, one.id)]));
  const { files, home, managed, environment } = one;
  return {
    ...one,
    files: filled(files), home: filled(home), managed: filled(managed),
    environment: filled(environment), modes: modesOf(one),
  };
}

/** Scripts of hooks can be run and other files not, where a case says nothing else. */
function modesOf({ files, home, managed, modes }: v.InferOutput<typeof caseSchema>): Record<string, string> {
  const paths = [...Object.keys(files), ...Object.keys(home).map((path) => `~/${path}`), ...Object.keys(managed)];
  const usual = (path: string): string => (/(?:^|\/)(?:hooks|scripts|\.husky)\/[^/]+$/.test(path) && !path.endsWith(".json") ? "0755" : "0644");
  return Object.fromEntries(paths.map((path) => [path, modes[path] ?? usual(path)]));
}
