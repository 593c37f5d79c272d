// How checks look at settings and files: where a value stands, what of it is shown, and what was looked at without a finding.
import type { Layer } from "#govern/settings/catalogue.ts";
import { type JsonNode, memberOf, placeIn } from "#govern/settings/json-text.ts";
import type { CheckId as LintId } from "#govern/settings/lint/checks.ts";
import type { LintDocument, LintFinding } from "#govern/settings/lint/document.ts";
import { type Fault, type Look, notApplicable, unseen, verdict } from "./check.ts";
import { lineOf, redactedLine } from "./redacted-line.ts";
import { isMissed } from "./inputs/read-inputs.ts";
import type { SeenFile, SeenTree, AuditInputs } from "./inputs/audit-inputs.ts";

/** A value of a settings file and where it stands. */
export type Spot = { readonly document: LintDocument; readonly node: JsonNode };

/** Where a value stands at a path of keys, in each settings file that has it; only files of `layers` where they are given. */
export function spotsAt(
  { settings }: Pick<AuditInputs, "settings">,
  path: readonly string[],
  layers?: readonly Layer[],
): readonly Spot[] {
  return settings.flatMap((document) => {
    if (layers !== undefined && !layers.includes(document.layer)) return [];
    const node = path.reduce<JsonNode | undefined>(
      (inner, key) => memberOf(inner, key),
      document.root,
    );
    return node === undefined ? [] : [{ document, node }];
  });
}

/** The values of a list at a path of keys, one by one. */
export function itemsAt(
  auditInputs: Pick<AuditInputs, "settings">,
  path: readonly string[],
  layers?: readonly Layer[],
): readonly Spot[] {
  return spotsAt(auditInputs, path, layers).flatMap(({ document, node }) =>
    node.kind === "array" ? node.elements.map((element) => ({ document, node: element })) : [],
  );
}

/** Texts of a list, or of a single text. */
export function textsIn(node: JsonNode | undefined): readonly string[] {
  if (node?.kind === "array") return node.elements.flatMap(textsIn);
  return node?.kind === "scalar" && typeof node.value === "string" ? [node.value] : [];
}

/** The plain value of a scalar. */
export function scalarOf(node: JsonNode | undefined): string | number | boolean | null | undefined {
  return node?.kind === "scalar" ? node.value : undefined;
}

/** Whether some settings file has this very value there. */
export function isSet(
  auditInputs: Pick<AuditInputs, "settings">,
  path: readonly string[],
  wanted: string | boolean = true,
  layers?: readonly Layer[],
): boolean {
  return spotsAt(auditInputs, path, layers).some(({ node }) => scalarOf(node) === wanted);
}

/** The first of faults that say the same and are as bad, which tells how many there are. `least`: fewer are told each by itself. */
export function firstOfAlike(faults: readonly Fault[], least = 2): readonly Fault[] {
  const alike = new Map<string, Fault[]>();
  for (const fault of faults) {
    const key = `${fault.severity ?? ""} ${fault.message}`;
    alike.set(key, [...(alike.get(key) ?? []), fault]);
  }
  return [...alike.values()].flatMap((same) => {
    const [first, ...others] = same;
    return first === undefined || same.length < least
      ? same
      : [{ ...first, message: `${first.message}, and ${others.length} more are like it` }];
  });
}

/** A fault at a value of settings. `hidden`: the line may hold a secret. */
export function spotFault(
  { document, node }: Spot,
  message: string,
  more: { readonly fix?: string | undefined; readonly hidden?: boolean } = {},
): Fault {
  const at = placeIn(document.text, node.start);
  const evidence = more.hidden === true ? "" : lineOf(document.text, at.line);
  const fix = more.fix === undefined ? {} : { fix: more.fix };
  return { file: document.file, ...at, evidence, message, ...fix };
}

/** A fault at a line of a file. */
export function lineFault(file: SeenFile, line: number, message: string, fix?: string): Fault {
  const evidence = lineOf(file.text, line);
  return { file: file.shown, line, evidence, message, ...(fix === undefined ? {} : { fix }) };
}

/** A fault of a file as such. */
export function fileFault(file: SeenFile, message: string, fix?: string): Fault {
  const evidence =
    file.mode === undefined ? "" : `mode ${file.mode.toString(8).padStart(4, "0").slice(-4)}`;
  return { file: file.shown, evidence, message, ...(fix === undefined ? {} : { fix }) };
}

/** A fault of something that is not there. */
export function absence(message: string, fix?: string): Fault {
  return { evidence: "", message, ...(fix === undefined ? {} : { fix }) };
}

/** Lines of a file that are looked at one by one. */
const LINES_MAX = 20_000;
const LINE_CHARS_MAX = 4_000;

/** The lines that a pattern fits, counted from 1. Comments of scripts count only where `comments` is set. */
export function linesLike(
  file: Pick<SeenFile, "text">,
  pattern: RegExp,
  { comments = false }: { readonly comments?: boolean } = {},
): readonly number[] {
  return linesOf(file).flatMap(({ line, text }) =>
    pattern.test(text) && (comments || !/^\s*(?:#(?!!)|\/\/|rem\b|--\s)/i.test(text)) ? [line] : [],
  );
}

/** The lines of a file; a line that ends in a backslash is told together with the next, at its first. */
export function linesOf({
  text = "",
}: Pick<SeenFile, "text">): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of (text ?? "").split(/\r?\n/, LINES_MAX).entries()) {
    const piece = raw.slice(0, LINE_CHARS_MAX);
    open =
      open === undefined ? { line: index + 1, text: piece } : { ...open, text: open.text + piece };
    if (open.text.endsWith("\\") && open.text.length < LINE_CHARS_MAX) {
      open = { ...open, text: open.text.replace(/\\$/, " ") };
      continue;
    }
    found.push(open);
    open = undefined;
  }
  return open === undefined ? found : [...found, open];
}

/** A short piece of text as evidence. */
export function shownText(text: string): string {
  return redactedLine(text);
}

/** A check of the settings. A file that could not be read is no pass. */
export function ofSettings(
  find: (auditInputs: AuditInputs) => readonly Fault[],
  layers?: readonly Layer[],
): Look {
  return (auditInputs) => {
    const { settingsFiles, settings } = auditInputs;
    const place =
      layers?.includes("managed") === true && layers.length === 1 ? "managed" : undefined;
    const files = settingsFiles.filter((file) => place === undefined || file.place === place);
    const documents = settings.filter(
      ({ layer }) => layers === undefined || layers.includes(layer),
    );
    if (files.length === 0 && documents.length === 0)
      return notApplicable(`there are no ${place === undefined ? "" : "managed "}settings here`);
    const lookedAt = [
      ...new Set([...files.map(({ shown }) => shown), ...documents.map(({ file }) => file)]),
    ];
    const faults = find(auditInputs);
    const read = new Set(settings.map(({ file }) => file));
    const unread = files.filter(({ shown }) => !read.has(shown));
    if (faults.length === 0 && unread.length > 0)
      return unseen(`${unread.map(({ shown }) => shown).join(", ")} could not be read`, lookedAt);
    return verdict(lookedAt, faults);
  };
}

/** A check of files. Where there are none it is about nothing, unless the walk left something out. */
export function ofFiles(
  select: (auditInputs: AuditInputs) => readonly SeenFile[],
  about: string,
  find: (file: SeenFile, auditInputs: AuditInputs) => readonly Fault[],
): Look {
  return (auditInputs) => {
    const files = select(auditInputs);
    const lookedAt = files.map(({ shown }) => shown);
    const faults = files.flatMap((file) => find(file, auditInputs));
    if (faults.length > 0) return verdict(lookedAt, faults);
    if (!auditInputs.repository.isWhole)
      return unseen("not all of the repository was walked", lookedAt);
    const hasOthers = files.some(({ text }) => text !== undefined);
    const unread = files.filter((file) => isMissed(file, hasOthers));
    if (unread.length > 0)
      return unseen(`${unread.map(({ shown }) => shown).join(", ")} could not be read`, lookedAt);
    return files.length === 0 ? notApplicable(`there is no ${about} here`) : verdict(lookedAt, []);
  };
}

/** A check for something that has to be there. `find` gives what was seen of it; nothing is a fault. */
export function expecting(
  find: (auditInputs: AuditInputs) => readonly string[],
  missing: { readonly message: string; readonly fix?: string },
  { applies }: { readonly applies?: (auditInputs: AuditInputs) => string | undefined } = {},
): Look {
  return (auditInputs) => {
    const why = applies?.(auditInputs);
    if (why !== undefined) return notApplicable(why);
    const found = find(auditInputs);
    if (found.length > 0) return verdict(found, []);
    if (!auditInputs.repository.isWhole)
      return unseen("it was not seen, and not all of the repository was walked");
    return verdict(
      ["settings and files of the repository"],
      [absence(missing.message, missing.fix)],
    );
  };
}

/** A check by findings of settings lint. `wanted`: only those that it takes. */
export function ofLint(
  ids: readonly LintId[],
  wanted: (finding: LintFinding, auditInputs: AuditInputs) => boolean = () => true,
): Look {
  return (auditInputs) => {
    const { lint, settings, settingsFiles } = auditInputs;
    const lookedAt = settingsFiles.map(({ shown }) => shown);
    const texts = new Map(settings.map(({ file, text }) => [file, text]));
    const found = lint.filter(
      (finding) => ids.includes(finding.id) && wanted(finding, auditInputs),
    );
    if (found.length === 0 && lookedAt.length === 0)
      return notApplicable("there are no settings here");
    const faults = found.map(({ file, line, column, message, fix }) => ({
      file,
      line,
      column,
      message,
      fix,
      evidence: lineOf(texts.get(file), line),
    }));
    return verdict(lookedAt, faults);
  };
}

/** The layer of the settings file that a finding of lint is about. */
export function layerOf({ file }: LintFinding, { settings, settingsFiles }: AuditInputs): string {
  const layer = settings.find((document) => document.file === file)?.layer;
  if (layer !== undefined) return layer;
  const place = settingsFiles.find(({ shown }) => shown === file)?.place;
  return place === "managed" ? "managed" : place === "home" ? "user" : "project";
}

/** Files of several trees whose path matches, in the order of trees and paths. */
export function filesIn(trees: readonly SeenTree[], pattern: RegExp): readonly SeenFile[] {
  return trees.flatMap(({ files }) =>
    [...files.values()]
      .filter(({ path }) => pattern.test(path))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

/** Whether the guard holds here, so that its policy stands beside the client's rules. */
export function isGuarded({ guard }: Pick<AuditInputs, "guard">): boolean {
  return guard.kind === "seen" && guard.value.isGuarded;
}

/** The key or name that a finding of lint is about, as it says it first. */
export function namedIn({ message }: LintFinding): string {
  return /`([^`]+)`/.exec(message)?.[1] ?? "";
}

/** A look that tells the first of what is alike, and how many there are: one cause, one thing to do. */
export function alike(look: Look): Look {
  return (auditInputs) => {
    const result = look(auditInputs);
    return { ...result, faults: firstOfAlike(result.faults, 4) };
  };
}
