// Bytes of one file or blob brought before the detectors, window by window.
import { createHash } from "node:crypto";
import { ARCHIVE_BYTES_MAX, SCAN_WINDOW_FINDINGS_MAX } from "#base/limits.ts";
import { lazily } from "#base/lazily.ts";
import type { Collector, RawFinding, WindowPlace } from "#assure/scan/collector.ts";
import { type WrittenSecret, writtenSecrets } from "#assure/scan/client-settings.ts";
import { isArchive, isClientSettings, isEnvFile, isKeyStore } from "#assure/scan/file-kinds.ts";
import { generatedAs } from "#assure/scan/generated-file.ts";
import { type ReadAs, type TextWindow, windowCutter } from "#assure/scan/text-windows.ts";
import { isByForm } from "#guard/content/detection/detector.ts";
import type { Family } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import {
  type ArchiveKind,
  archiveKind,
  isPackedOtherwise,
  KIND_BYTES,
  openArchive,
} from "./archive/open-archive.ts";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import { withoutPixels } from "./picture-bytes.ts";

/** Which file, and what it is to the scan. */
export type LookedAt = Omit<WindowPlace, "line" | "column">;

/** What of a collector is told of a file that is looked at. */
export type LookCollector = Pick<
  Collector,
  "families" | "found" | "notLookedAt" | "readAs" | "generated" | "count"
>;

/** Takes bytes; `end` says what of them could not be seen. */
export type Look = { push(bytes: Buffer): void; end(): void };

/** Why nobody saw what is in a file that is packed in a way that is not opened. */
export const PACKED = "what is in it is compressed";
const STEP_CHARS = 16;
const STEPS_AT_LEAST = 1_000_000;
/** WHY by a table of their places: a title is loaded with its detector, and few are found. */
const placesById = lazily(() => new Map(DETECTORS.map(({ id }, place) => [id, place])));

/** By its name alone: a password in settings may look like any word. */
const SETTINGS_SECRET = {
  rule: "settings-secret",
  title: "a secret written out in settings of the client",
  family: "secret",
  tier: "high",
} as const;

/**
 * What the detectors find in a text that belongs to `path`; of families that are not asked for, some or nothing. `isGenerated`: no
 * secrets that only a name or a command beside them tells.
 */
function detect(
  text: string,
  { path, isGenerated }: { readonly path: string; readonly isGenerated: boolean },
  families?: readonly Family[],
): { readonly findings: readonly RawFinding[]; readonly isTruncated: boolean } {
  // WHY more steps than a call gets: nobody waits for an answer here, so every detector may see the whole text.
  const steps = Math.ceil((text.length * DETECTORS.length) / STEP_CHARS) + STEPS_AT_LEAST;
  const found = scanText(text, path, {
    max: SCAN_WINDOW_FINDINGS_MAX,
    path,
    steps,
    // WHY all for settings: a finding of any family keeps its place from what the block says.
    ...(families === undefined || isClientSettings(path) ? {} : { families }),
  });
  const detected: readonly RawFinding[] = found.findings.flatMap(
    ({ detector, family, tier, start, end }) => {
      const known = DETECTORS[placesById().get(detector) ?? -1];
      const isGuess = family === "secret" && known !== undefined && !isByForm(known);
      return isGenerated && isGuess
        ? []
        : [{ rule: detector, title: known?.title ?? detector, family, tier, start, end }];
    },
  );
  const findings = isClientSettings(path) ? withWritten(detected, text) : detected;
  const isFull = findings.length >= SCAN_WINDOW_FINDINGS_MAX;
  return { findings, isTruncated: found.isTruncated || isFull };
}

/** A secret of settings that a detector is sure of keeps its name; a guess gives way to what the block says. */
function withWritten(detected: readonly RawFinding[], text: string): readonly RawFinding[] {
  const isSame = (one: RawFinding, { start, end }: WrittenSecret) =>
    one.start < end && start < one.end;
  const written = writtenSecrets(text).filter(
    (secret) => !detected.some((one) => one.tier === "high" && isSame(one, secret)),
  );
  const kept = detected.filter((one) => !written.some((secret) => isSame(one, secret)));
  return [...kept, ...written.map(({ start, end }) => ({ ...SETTINGS_SECRET, start, end }))];
}

/** Looks at one file or blob as its bytes come, and tells the collector everything. */
export function lookAt(collector: LookCollector, place: LookedAt): Look {
  sayGenerated(collector, place);
  const through = lookThrough(place.path, {
    families: collector.families,
    onFindings: (inner, window, findings) => {
      const { text, from, line, column } = window;
      const file = innerName(place.file, inner);
      collector.found(
        text,
        from,
        { ...place, file, path: pathOf(place.path, inner), line, column },
        findings,
      );
    },
    onEnd: (inner, { readAs, isTruncated, isPacked }) => {
      const file = innerName(place.file, inner);
      if (readAs !== "utf-8") collector.readAs(file, readAs);
      if (isPacked || (readAs === "bytes" && isArchive(pathOf(place.path, inner))))
        collector.notLookedAt(file, PACKED);
      if (isTruncated)
        collector.notLookedAt(file, "a bound was reached before all of it was looked through");
    },
    onUnseen: (inner, why) => collector.notLookedAt(innerName(place.file, inner), why),
  });
  return {
    push(bytes) {
      collector.count("bytes", bytes.length);
      through.push(bytes);
    },
    end: through.end,
  };
}

/** Says of a file that no person wrote line by line what was looked for in it. */
export function sayGenerated(
  collector: Pick<Collector, "generated">,
  { file, path }: Pick<LookedAt, "file" | "path">,
): void {
  const as = generatedAs(path);
  if (as !== undefined) collector.generated(file, as);
}

/** The same for a version of a file that is only compared with: how often each value is in it, by `valueKey`. */
export function countValues(path: string, counts: Map<string, number>): Look {
  return lookThrough(path, {
    onFindings: (_, { text }, findings) => {
      for (const { rule, start, end } of findings) {
        const key = valueKey(rule, text.slice(start, end));
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    },
    onEnd: () => undefined,
    onUnseen: () => undefined,
  });
}

/** `a.zip!inner/path`, and so on for archives in it. */
function innerName(file: string, inner: readonly string[]): string {
  return [file, ...inner].join("!");
}

/** What rules look at: a file of an archive is what its own path says. */
function pathOf(path: string, inner: readonly string[]): string {
  return [path, ...inner].join("!/");
}

/** What stands for a value while versions are compared; it leaves the process nowhere. */
export function valueKey(rule: string, value: string): string {
  return createHash("sha256").update(rule).update("\0").update(value).digest("base64");
}

/** `inner` are the names from an archive to the file in it; none for the file itself. */
type Sink = {
  /** Families of findings that are wanted; all where it is not given. */
  readonly families?: readonly Family[];
  onFindings(inner: readonly string[], window: TextWindow, findings: readonly RawFinding[]): void;
  onEnd(
    inner: readonly string[],
    how: { readonly readAs: ReadAs; readonly isTruncated: boolean; readonly isPacked: boolean },
  ): void;
  onUnseen(inner: readonly string[], why: string): void;
};

/** A file as it comes: text at once, an archive when it is whole. */
function lookThrough(path: string, sink: Sink): Look {
  let begun: Buffer[] | undefined = [];
  let length = 0;
  let kind: ArchiveKind | undefined;
  let plain: Look | undefined;
  const asText = (): Look => {
    const text = lookThroughText(path, [], sink);
    plain = text;
    for (const bytes of begun ?? []) text.push(bytes);
    begun = undefined;
    return text;
  };
  return {
    push(bytes) {
      if (plain !== undefined) return plain.push(bytes);
      // WHY: most files come in one piece, and are none that would have to be kept.
      const isPlain = length === 0 && bytes.length >= KIND_BYTES;
      if (isPlain && archiveKind(bytes.subarray(0, KIND_BYTES)) === undefined)
        return asText().push(bytes);
      begun?.push(Buffer.from(bytes));
      length += bytes.length;
      if (kind === undefined && length >= KIND_BYTES) {
        kind = archiveKind(Buffer.concat(begun ?? []).subarray(0, KIND_BYTES));
        if (kind === undefined) asText();
      }
      if (length <= ARCHIVE_BYTES_MAX || plain !== undefined) return;
      sink.onUnseen([], `it is an archive of more than ${ARCHIVE_BYTES_MAX} bytes`);
      asText();
    },
    end() {
      if (plain === undefined) {
        const bytes = Buffer.concat(begun ?? []);
        kind ??= archiveKind(bytes.subarray(0, KIND_BYTES));
        if (kind !== undefined) return lookInside({ bytes, kind, path }, sink);
        asText();
      }
      plain?.end();
    },
  };
}

function lookInside(
  {
    bytes,
    kind,
    path,
  }: { readonly bytes: Buffer; readonly kind: ArchiveKind; readonly path: string },
  sink: Sink,
): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  openArchive(
    { bytes, kind, name },
    {
      file(inner, content) {
        const look = lookThroughText(path, inner, sink);
        look.push(content);
        look.end();
      },
      notLookedAt: sink.onUnseen,
    },
  );
}

function lookThroughText(path: string, inner: readonly string[], sink: Sink): Look {
  let isTruncated = false;
  const file = pathOf(path, inner);
  const isGenerated = generatedAs(file) !== undefined;
  const cutter = windowCutter((window) => {
    const seen = detect(window.text, { path: file, isGenerated }, sink.families);
    isTruncated ||= seen.isTruncated;
    const own = seen.findings.filter(({ start }) => start >= window.from && start < window.to);
    if (own.length > 0) sink.onFindings(inner, window, own);
  });
  let start = Buffer.alloc(0);
  const filtered = withoutPixels((bytes) => cutter.push(bytes));
  return {
    push(bytes) {
      if (start.length < KIND_BYTES)
        start = Buffer.concat([start, bytes.subarray(0, KIND_BYTES - start.length)]);
      filtered(bytes);
    },
    end: () =>
      sink.onEnd(inner, { readAs: cutter.end(), isTruncated, isPacked: isPackedOtherwise(start) }),
  };
}

/** A file of variables that nothing keeps out of the next commit. */
export function judgeOpenName(collector: Collector, { file, path }: LookedAt): void {
  if (!isEnvFile(path)) return;
  collector.about({
    rule: "env-file-open",
    title: "an `.env` file that git does not ignore: the next `git add .` takes it",
    family: "secret",
    tier: "medium",
    gravity: "medium",
    file,
    goesTo: "ignored by git: add `.env` to `.gitignore`",
  });
}

/** Findings about a file as such that is committed, or about to be. */
export function judgeName(
  collector: Collector,
  { file, path, commit }: Pick<LookedAt, "file" | "path" | "commit">,
): void {
  const about = { family: "secret", file, ...(commit === undefined ? {} : { commit }) } as const;
  if (isEnvFile(path)) {
    collector.about({
      ...about,
      rule: "env-file",
      title: "an `.env` file in the repository",
      tier: "high",
      gravity: "high",
      goesTo:
        "ignored by git (`.env` in `.gitignore`), with an `.env.example` of placeholders beside it",
    });
  } else if (isKeyStore(path)) {
    collector.about({
      ...about,
      rule: "key-store",
      title: "a store of private keys in the repository",
      tier: "high",
      gravity: "high",
      goesTo: "a secret manager or the keychain of the system; no detector sees into it",
    });
  }
}
