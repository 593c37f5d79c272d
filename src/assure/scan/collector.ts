// Gathers what a scan finds: grades each finding by its place, asks annotations and baseline, and keeps lists bounded.
import { createHash } from "node:crypto";
import { SIGHTINGS_MAX, SCAN_PLACES_MAX } from "#base/limits.ts";
import { type Allowance, allowanceFor, LINE_CHARS_MAX } from "./allowance.ts";
import type { BaselineReading } from "./baseline.ts";
import type { GeneratedAs } from "./generated-file.ts";
import type { ReadAs } from "./text-windows.ts";
import { gravityOf, rightPlace } from "./right-place.ts";
import { phoneAtRest } from "./phone-at-rest.ts";
import type { Acceptance, ScanReport, ScanFinding, Unseen } from "./scan-finding.ts";
import { personalAtRest } from "./personal-at-rest.ts";
import { tierAtRest } from "./tier-at-rest.ts";
import { type Family, isAtLeast, type Tier } from "#guard/content/detection/finding.ts";

/** A finding as a detector gives it, in a window of text. */
export type RawFinding = {
  readonly rule: string;
  readonly title: string;
  readonly family: Family;
  readonly tier: Tier;
  readonly start: number;
  readonly end: number;
};

/** Where a window stands, and what becomes of what is found in it. `belongs`: the file is there for secrets. */
export type WindowPlace = {
  readonly file: string;
  /** The file's path as rules look at it; `file` where nothing else is known. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly commit?: string | undefined;
  readonly belongs?: boolean | undefined;
  /** Whether a value was there before, so that it is not told again. */
  readonly isKnown?: ((rule: string, value: string) => boolean) | undefined;
};

/** Files that were generated, of which a list is kept. */
const GENERATED_MAX = 10_000;

/** What stands around and above the scan. `today`: `YYYY-MM-DD`, UTC. */
export type CollectorOptions = {
  readonly scope: string;
  readonly today: string;
  /** A keyed digest of a value, under which nobody without the key finds it by trying. */
  readonly digest: (value: string) => string;
  readonly baseline?: BaselineReading | undefined;
  readonly honoursAnnotations: boolean;
  /** The least sure findings that count. */
  readonly leastTier: Tier;
  readonly families: readonly Family[];
  /** Asked for each finding that counts, as long as its value is at hand. */
  readonly onCounted?: (sighting: ScanFinding, value: string) => void;
};

/** A finding about a file as such, or about one line of it. */
export type AboutFile = Omit<
  ScanFinding,
  "fingerprint" | "line" | "column" | "length" | "endLine" | "endColumn"
> & { readonly line?: number };

/** What scans write to. */
export type Collector = {
  /** Families of findings that count here; it takes others, and forgets them. */
  readonly families: readonly Family[];
  /** Takes what was found in one window of text. */
  found(text: string, from: number, place: WindowPlace, findings: readonly RawFinding[]): void;
  /** Takes a finding about a file as such. */
  about(sighting: AboutFile): void;
  notLookedAt(what: string, why: string): void;
  leftOut(what: string, why: string): void;
  readAs(file: string, as: ReadAs): void;
  /** Takes a file in which, of secrets, only keys of a known form were looked for. */
  generated(file: string, as: GeneratedAs): void;
  count(what: "files" | "blobs" | "commits" | "bytes", by: number): void;
  counts(): ScanReport["looked"];
  report(): ScanReport;
};

/** An empty collector. */
export function createCollector(options: CollectorOptions): Collector {
  const collection = new Collection(options);
  return {
    families: options.families,
    found: (text, from, place, raw) => collection.found(text, from, place, raw),
    about: (sighting) => collection.about(sighting),
    notLookedAt: (what, why) => collection.notLookedAt(what, why),
    leftOut: (what, why) => collection.leftOut(what, why),
    readAs: (file, as) => collection.readAs(file, as),
    generated: (file, as) => collection.generated(file, as),
    count: (what, by) => collection.count(what, by),
    counts: () => collection.counts(),
    report: () => collection.report(),
  };
}

/** What was found so far, and what was looked at for it. */
class Collection {
  readonly #options: CollectorOptions;
  readonly #looked = { files: 0, blobs: 0, commits: 0, bytes: 0 };
  readonly #findings: ScanFinding[] = [];
  readonly #accepted: (ScanFinding & { acceptance: Acceptance })[] = [];
  readonly #belongs = new Map<string, number>();
  readonly #unseen: Unseen[] = [];
  readonly #leftOut: Unseen[] = [];
  readonly #readAs: { file: string; as: string }[] = [];
  readonly #generated = new Map<string, GeneratedAs>();
  readonly #unlisted = { findings: 0, places: 0 };
  readonly #ordinals = new Map<string, number>();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  found(text: string, from: number, place: WindowPlace, raw: readonly RawFinding[]): void {
    const position = positions(text, from, place);
    const wanted = wantedAtRest(raw, { text, path: place.path }, this.#options);
    for (const found of wanted.toSorted((a, b) => a.start - b.start)) {
      if (place.belongs === true) {
        this.#belongs.set(place.file, (this.#belongs.get(place.file) ?? 0) + 1);
        continue;
      }
      const value = text.slice(found.start, found.end);
      if (place.isKnown?.(found.rule, value) === true) continue;
      const { line, above, name } = lineAround(text, found);
      const sighting: ScanFinding = {
        rule: found.rule,
        title: found.title,
        family: found.family,
        tier: found.tier,
        gravity: gravityOf(found, place.path),
        file: place.file,
        ...region(position(found.start), value),
        digest: this.#options.digest(value),
        ...(place.commit === undefined ? {} : { commit: place.commit }),
        goesTo: rightPlace(found, place.path),
        fingerprint: this.#fingerprintOf([found.rule, place.path, name]),
      };
      const { acceptance, note } = standing(
        this.#options,
        { line, above },
        { sighting, place, value },
      );
      const told = note === undefined ? sighting : { ...sighting, note };
      if (acceptance === undefined) this.#options.onCounted?.(told, value);
      this.#keep(told, acceptance);
    }
  }

  about(sighting: AboutFile): void {
    if (!isWanted({ family: sighting.family, tier: sighting.tier }, this.#options)) return;
    const whole: ScanFinding = {
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      length: 0,
      ...sighting,
      ...(sighting.line === undefined ? {} : { endLine: sighting.line }),
      fingerprint: this.#fingerprintOf([sighting.rule, sighting.file, sighting.title]),
    };
    const said = this.#options.baseline?.acceptance(sighting.rule, sighting.file, "");
    if (said === undefined) this.#options.onCounted?.(whole, "");
    this.#keep(
      said !== undefined && "ended" in said ? { ...whole, note: endedNote(said) } : whole,
      said !== undefined && "by" in said ? said : undefined,
    );
  }

  notLookedAt(what: string, why: string): void {
    if (this.#options.baseline?.acceptsUnseen(what) === true) {
      this.#addPlace(this.#leftOut, what, `${why}; the baseline says that this is known`, false);
    } else this.#addPlace(this.#unseen, what, why, true);
  }

  leftOut(what: string, why: string): void {
    return this.#addPlace(this.#leftOut, what, why, false);
  }

  readAs(file: string, as: string): void {
    if (this.#readAs.length < SCAN_PLACES_MAX) this.#readAs.push({ file, as });
  }

  /** A history has a file in many versions. */
  generated(file: string, as: GeneratedAs): void {
    if (this.#generated.size < GENERATED_MAX) this.#generated.set(file, as);
  }

  count(what: "files" | "blobs" | "commits" | "bytes", by: number): void {
    this.#looked[what] += by;
  }

  counts(): ScanReport["looked"] {
    return this.#looked;
  }

  report(): ScanReport {
    return {
      scope: this.#options.scope,
      looked: { ...this.#looked },
      findings: this.#byEvidence(),
      accepted: this.#accepted,
      belongs: [...this.#belongs].map(([file, count]) => ({ file, count })),
      notLookedAt: this.#unseen,
      leftOut: this.#leftOut,
      readAs: this.#readAs,
      generated: [...this.#generated].map(([file, as]) => ({ file, as })),
      unlisted: { ...this.#unlisted },
    };
  }

  /** A name is no evidence: an `.env` file is as grave as the worst secret that was found in it. */
  #byEvidence(): readonly ScanFinding[] {
    const worst = new Map<string, Tier>();
    for (const { file, family, tier, digest } of this.#findings) {
      const known = worst.get(file) ?? "low";
      if (family === "secret" && digest !== undefined && isAtLeast(tier, known))
        worst.set(file, tier);
    }
    return this.#findings.flatMap((one) => {
      if (one.rule !== "env-file") return [one];
      const least = /(?:^|\/)\.env[^/]*$/i.test(one.file) ? "medium" : "low";
      const found = worst.get(one.file);
      const tier = found !== undefined && isAtLeast(found, least) ? found : least;
      return isWanted({ family: one.family, tier }, this.#options)
        ? [{ ...one, tier, gravity: tier }]
        : [];
    });
  }

  #fingerprintOf(parts: readonly string[]): string {
    const base = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
    const count = (this.#ordinals.get(base) ?? 0) + 1;
    if (this.#ordinals.size < SIGHTINGS_MAX) this.#ordinals.set(base, count);
    return `${base}:${count}`;
  }

  #keep(sighting: ScanFinding, acceptance: Acceptance | undefined) {
    if (this.#findings.length + this.#accepted.length >= SIGHTINGS_MAX)
      this.#unlisted.findings += 1;
    else if (acceptance === undefined) this.#findings.push(sighting);
    else this.#accepted.push({ ...sighting, acceptance });
  }

  #addPlace(list: Unseen[], what: string, why: string, counts: boolean) {
    if (list.length < SCAN_PLACES_MAX) list.push({ what, why });
    else if (counts) this.#unlisted.places += 1;
  }
}

/** What a scan asks for. */
type Asked = Pick<CollectorOptions, "leastTier" | "families">;

/** The findings of a text that count for who asks, each with the tier that it has in a file at rest. */
export function wantedAtRest(
  raw: readonly RawFinding[],
  { text, path }: { readonly text: string; readonly path: string },
  asked: Asked,
): readonly RawFinding[] {
  return raw.map((one) => atRest(text, one, path)).filter((one) => isWanted(one, asked));
}

function isWanted(
  { family, tier }: Pick<RawFinding, "family" | "tier">,
  { leastTier, families }: Asked,
): boolean {
  return families.includes(family) && isAtLeast(tier, leastTier);
}

function standing(
  { baseline, honoursAnnotations, today }: CollectorOptions,
  lines: { readonly line: string; readonly above: string | undefined },
  { sighting, place, value }: { sighting: ScanFinding; place: WindowPlace; value: string },
): { readonly acceptance?: Acceptance; readonly note?: string } {
  const said = baseline?.acceptance(sighting.rule, place.path, value);
  if (said !== undefined && "by" in said) return { acceptance: said };
  const allowance = honoursAnnotations ? allowanceFor(sighting.rule, lines, today) : undefined;
  if (allowance?.kind === "given") return { acceptance: allowance.acceptance };
  if (allowance !== undefined) return { note: allowanceNote(allowance) };
  return said === undefined ? {} : { note: endedNote(said) };
}

function allowanceNote(allowance: Exclude<Allowance, { kind: "given" }>): string {
  return allowance.kind === "ended"
    ? `the allowance of ${allowance.owner} ended on ${allowance.until}`
    : `the annotation beside it allows nothing: ${allowance.fault}`;
}

function endedNote({ owner, ended }: { owner: string; ended: string }): string {
  return `its place in the baseline, by ${owner}, ended on ${ended}`;
}

/** Line and column of ascending places in a window; each character is looked at once. */
function positions(text: string, from: number, place: WindowPlace) {
  let { line, column } = place;
  let at = from;
  return (start: number): { readonly line: number; readonly column: number } => {
    while (at < start) {
      const newline = text.indexOf("\n", at);
      if (newline === -1 || newline >= start) {
        column += start - at;
        at = start;
      } else {
        line += 1;
        column = 1;
        at = newline + 1;
      }
    }
    return { line, column };
  };
}

function region({ line, column }: { line: number; column: number }, value: string) {
  const lines = value.split("\n");
  const last = lines.at(-1)?.length ?? 0;
  return {
    line,
    column,
    length: value.length,
    endLine: line + lines.length - 1,
    endColumn: lines.length === 1 ? column + last : last + 1,
  };
}

/** Characters behind a value that say where it leads. */
const AFTER_CHARS = 80;

/** Characters above a value that are looked through for the module of tests that it is in. */
const MODULE_CHARS = 40_000;
const TEST_MARKS = ["#[cfg(test)]", "#[test]", "::test]", "::test("] as const;
/** Characters above a value that are looked through for the text that it is in. */
const DOCSTRING_CHARS = 8_000;

/** Whether a value stands in the text for people at the beginning of a module, class or function of Python. */
function isInDocstring(text: string, at: number, path: string): boolean {
  if (!path.endsWith(".py")) return false;
  const above = text.slice(Math.max(0, at - DOCSTRING_CHARS), at);
  const opener = Math.max(above.lastIndexOf('"""'), above.lastIndexOf("'''"));
  if (opener === -1) return false;
  const before = above.slice(Math.max(0, opener - 200), opener);
  // What such a text begins behind ends with a colon: a closing one stands behind the text itself.
  return /(?:^|:[ \t]{0,8}(?:#[^\n]{0,80})?\r?\n\s{0,80})[rRuU]?$/.test(before);
}

/** Whether a value stands in the tests that a source of Rust holds itself. */
function isInTest(text: string, at: number, path: string): boolean {
  if (!path.endsWith(".rs")) return false;
  const above = text.slice(Math.max(0, at - MODULE_CHARS), at);
  return TEST_MARKS.some((mark) => above.includes(mark));
}

/** A finding with the tier that it has in a file at rest. */
function atRest(text: string, found: RawFinding, path: string): RawFinding {
  if (found.family === "health") return found;
  const lineStart = text.lastIndexOf("\n", found.start - 1) + 1;
  const newline = text.indexOf("\n", found.end);
  const one = {
    rule: found.rule,
    tier: found.tier,
    path,
    value: text.slice(found.start, Math.min(found.end, found.start + LINE_CHARS_MAX)),
    before: text.slice(Math.max(lineStart, found.start - LINE_CHARS_MAX), found.start),
    after: text.slice(found.end, found.end + AFTER_CHARS),
    lineLength: (newline === -1 ? text.length : newline) - lineStart,
    isInTest: isInTest(text, found.start, path),
    isTold: isInDocstring(text, found.start, path),
  };
  const tier =
    found.family === "personal"
      ? personalAtRest({ ...one, tier: phoneAtRest(one) })
      : tierAtRest(one);
  return tier === found.tier ? found : { ...found, tier };
}

/** The line of a finding without the value and within bounds, the one above it, and the name right before the value. */
function lineAround(text: string, { start, end }: { start: number; end: number }) {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", end);
  const lineEnd = newline === -1 ? text.length : newline;
  const before = text.slice(Math.max(lineStart, start - LINE_CHARS_MAX), start);
  const after = text.slice(end, Math.min(lineEnd, end + LINE_CHARS_MAX));
  const aboveStart = lineStart < 2 ? 0 : text.lastIndexOf("\n", lineStart - 2) + 1;
  const above = lineStart === 0 ? undefined : text.slice(aboveStart, lineStart - 1);
  return {
    line: `${before} ${after}`,
    above: above?.slice(0, LINE_CHARS_MAX),
    // WHY no more of the line: it goes into a digest that is published, and there may be another secret in it.
    name: /[A-Za-z_][\w.-]{0,60}\W{0,6}$/.exec(before.slice(-80))?.[0] ?? "",
  };
}
