// What stands beside a deployment and weakens it: other managed files, and settings of people and repositories.
import { isDeepStrictEqual } from "node:util";
import type { Catalogue } from "#govern/settings/catalogue.ts";
import { parseJsonText } from "#govern/settings/json-text.ts";
import { FIXED_SWITCHES } from "#govern/settings/fixed-entries.ts";
import type { CheckId } from "#govern/settings/lint/checks.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";
import { obstacles } from "#govern/settings/settings-check.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { drift, type DriftFinding, type DriftId, leaves, parsed } from "./drift.ts";

/** What lint says of any file in force that makes it hold less than it says, or stops the client. */
const BROKEN: ReadonlySet<CheckId> = new Set<CheckId>([
  ...(["file/empty", "file/too-large", "file/unreadable", "file/link"] as const),
  ...(["json/syntax", "json/comment", "json/trailing-comma", "json/not-an-object"] as const),
  ...(["json/repeated-key", "stack/dropped-denies", "stack/open-mcp-list"] as const),
]);
/** What lint says of a layer below the managed one that opens something. */
const OPENING: ReadonlySet<CheckId> = new Set<CheckId>([
  ...(["allow/runs-anything", "allow/leading-wildcard", "allow/secret"] as const),
  ...(["variable/redirects", "key/repository-runs-code"] as const),
]);
/** Modes that leave no more to the client than asking. */
const STRICT_MODES: readonly Json[] = ["default", "plan", "dontAsk", "manual"];

/**
 * Findings about files in force that no deployment wrote. `deployed`: the texts of the managed files that one did, by path.
 * `overruled`: managed settings that the client does not read because of others. `dead`: files at places where the client does not look.
 */
export function besideFindings(
  sources: readonly LintSource[],
  {
    deployed,
    overruled,
    dead,
    catalogue,
    isOurs = () => false,
  }: {
    readonly deployed: ReadonlyMap<string, string>;
    /** Whether we wrote a managed file in another way than by a deployment. */
    readonly isOurs?: (source: LintSource) => boolean;
    readonly overruled: readonly LintSource[];
    readonly dead: readonly LintSource[];
    readonly catalogue: Catalogue;
  },
): readonly DriftFinding[] {
  const all = lintSettings(sources, catalogue);
  const managed = sources.filter(({ layer }) => layer === "managed");
  const lower = sources.filter(({ layer }) => layer !== "managed");
  const lowerFiles = new Set(lower.map(({ file }) => file));
  return unique([
    ...managed.flatMap((source) => (isOurs(source) ? [] : tierFindings(source, deployed))),
    ...overruled.flatMap((source) => overruledFinding(source, { deployed, by: managed[0] })),
    ...all.flatMap((finding) => brokenFinding(finding)),
    ...all.flatMap((finding) =>
      lowerFiles.has(finding.file) && OPENING.has(finding.id)
        ? [fromLint("layer/weakens", finding)]
        : [],
    ),
    ...lower.flatMap((source) =>
      weakeningKeys(source, { catalogue, managed: mergedManaged(managed) }),
    ),
    ...lintSettings(dead, catalogue)
      .filter(({ id }) => id === "file/dead-place")
      .map((finding) => fromLint("file/dead-place", finding)),
  ]);
}

/** WHY a managed file without a byte is its own finding: it is no policy for the client, without a word. */
function brokenFinding(finding: LintFinding): readonly DriftFinding[] {
  if (!BROKEN.has(finding.id)) return [];
  return [fromLint(finding.id === "file/empty" ? "tier/zeroed" : "layer/broken", finding)];
}

/** A file that we deployed and that counts for nothing: another source of managed settings stands alone. */
function overruledFinding(
  { file }: LintSource,
  {
    deployed,
    by,
  }: { readonly deployed: ReadonlyMap<string, string>; readonly by: LintSource | undefined },
): readonly DriftFinding[] {
  if (!deployed.has(file)) return [];
  const message = `the client does not read it: managed settings stand in \`${by?.file ?? "another source"}\`, and the first source counts alone`;
  const fix =
    "deploy this policy there (`sallyport policy compile` writes the files), or set `managedSourcesBehavior` to `merge` there";
  return [drift("tier/shadowed", file, message, fix)];
}

/** A managed file that no deployment wrote: it may set in its own way what ours sets. */
function tierFindings(
  { file, text = "" }: LintSource,
  deployed: ReadonlyMap<string, string>,
): readonly DriftFinding[] {
  if (deployed.size === 0 || deployed.has(file)) return [];
  const theirs = leaves(parsed(text) ?? {});
  const ours = [...deployed].flatMap(([path, written]) =>
    [...leaves(parsed(written) ?? {})].map(([key, value]) => ({ path, key, value })),
  );
  const shadowed = [...theirs].flatMap(([key, value]) => {
    const one = ours.find((other) => other.key === key);
    // Lists of all managed files are united; of other values the last file's counts.
    if (one === undefined || Array.isArray(value) || isDeepStrictEqual(one.value, value)) return [];
    return [
      {
        ...drift(
          "tier/shadowed",
          file,
          `\`${key}\` is set here too, with another value than in \`${one.path}\`: the file whose name comes last counts`,
          "take it out of the one or the other",
        ),
        key,
      },
    ];
  });
  const keys = [...new Set([...theirs.keys()].map((key) => key.split(".")[0] ?? ""))].filter(
    Boolean,
  );
  const more = drift(
    "tier/unexpected",
    file,
    `nobody deployed this managed file${keys.length === 0 ? "" : `; it sets ${keys.slice(0, 10).join(", ")}`}`,
    "put what it says into the policy's site parameters, or remove it",
  );
  return [more, ...shadowed];
}

/** Keys that widen what may be done, by the catalogue, where no managed file says the same. */
function weakeningKeys(
  { file, layer, text = "" }: LintSource,
  {
    catalogue,
    managed,
  }: { readonly catalogue: Catalogue; readonly managed: ReadonlyMap<string, Json> },
): readonly DriftFinding[] {
  const json = parsed(text);
  if (json === undefined) return [];
  // WHY not those of the layer `local`: guarding a project puts the trust of our own certificate there.
  const document = { file, text, root: parseJsonText(text, file) };
  const hooksOff = obstacles(document, layer === "project").map(({ message }) =>
    drift("layer/weakens", file, message, "take it out"),
  );
  const keys = [...leaves(json)].flatMap(([key, value]) => {
    const known = catalogue.keys.find((one) => one.key === key);
    if (known === undefined || key === "disableAllHooks" || isHarmless(key, value)) return [];
    const { security, strictest } = known;
    const opens = security === "widens" && !isDeepStrictEqual(value, strictest);
    const lifts = security === "limits" && strictest !== undefined && value !== strictest;
    if (!opens && !lifts) return [];
    const counts = managed.has(key) && !Array.isArray(value) ? "note" : severityOf(key);
    const why =
      counts === "note" && managed.has(key)
        ? `\`${key}\` would widen what may be done; managed settings set it, so it does not count`
        : `\`${key}\` widens what may be done: ${known.does}`;
    return [{ ...drift("layer/weakens", file, why, "take it out"), key, severity: counts }];
  });
  return [...hooksOff, ...keys];
}

/** WHY a note for allow rules: everybody has some, no deny gives way to them, and lint tells the open ones itself. */
function severityOf(key: string): DriftFinding["severity"] {
  return key === "permissions.allow" ? "note" : "drift";
}

function isHarmless(key: string, value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  // What guarding a project writes there closes what the key could open.
  if (FIXED_SWITCHES.some((one) => one.key === key && one.value === value)) return true;
  return key === "permissions.defaultMode" && STRICT_MODES.includes(value);
}

function mergedManaged(managed: readonly LintSource[]): ReadonlyMap<string, Json> {
  return new Map(managed.flatMap(({ text = "" }) => [...leaves(parsed(text) ?? {})]));
}

function fromLint(
  id: DriftId,
  { file, message, fix, line, column, id: check }: LintFinding,
): DriftFinding {
  return drift(id, file, `${message} (line ${line}, column ${column}: ${check})`, fix);
}

/** What two checks say of one key of a file is told once. */
function unique(findings: readonly DriftFinding[]): readonly DriftFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ id, file, key, message }) => {
    const word = JSON.stringify([id, file, key, key === null ? message : ""]);
    if (seen.has(word)) return false;
    seen.add(word);
    return true;
  });
}
