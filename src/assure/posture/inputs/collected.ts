// Inputs of an audit from what was collected: settings are parsed and linted, hooks and servers found in them, files read as asked.
import { Failure } from "#base/failure.ts";
import { compileGlob } from "#base/glob.ts";
import { keptFor } from "#base/lazily.ts";
import { parseIgnoreFile } from "#govern/ignores/ignore-file.ts";
import type { Catalogue } from "#govern/settings/catalogue.ts";
import { isIgnoredFromRepository, releaseStanding } from "#govern/settings/client-releases.ts";
import { type JsonNode, parseJsonText } from "#govern/settings/json-text.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import { type LintSource, readSource } from "#govern/settings/lint/file.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";
import type { SeenFile, AuditInputs, SeenTree } from "./audit-inputs.ts";
import { withoutFixtures } from "./fixtures.ts";
import { sightsHooks } from "./hook-inputs.ts";
import { serverInputs } from "./server-inputs.ts";
import { readYaml, type YamlReading } from "./yaml-text.ts";

/** What was collected, from disk or from memory. */
export type Collected = Omit<
  AuditInputs,
  | ("settings" | "settingsFiles" | "lint" | "hooks" | "servers" | "below")
  | ("isIgnored" | "json" | "yaml" | "clientRelease" | "isIgnoredVariable")
> & {
  readonly catalogue: Catalogue;
  /** Settings that are no files, of device management. */
  readonly deviceSettings: readonly LintSource[];
  /** What lint says of what stands around settings files. */
  readonly around: readonly LintFinding[];
};

/** Bounds on other JSON than settings: the client's own file of state grows with each project. */
const JSON_CHARS_MAX = 16 * 1024 * 1024;

/** Projects inside the audited directory that are looked at. */
const PROJECTS_MAX = 20;
/** Settings of a project below the top. What tests, examples and packages hold is nobody's session. */
const BELOW = /^((?:(?!\.)[^/]+\/){1,4})\.claude\/settings(?:\.local)?\.json$/;
const NOBODYS =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|out|target|coverage|tests?|__tests__|spec|e2e|testdata|fixtures?|__fixtures__|snapshots?|mocks?|examples?|samples?|templates?|demos?|docs?|corpus|data)\//i;

/** The whole of what checks look at. */
export function sightsOf(given: Collected): AuditInputs {
  const { repository, fixtures } = withoutFixtures(given.repository);
  const collected = { ...given, repository };
  const auditInputs = sightsAt(collected);
  const below = projectsBelow(collected, auditInputs);
  return {
    ...auditInputs,
    ...(fixtures.length === 0 ? {} : { fixtures }),
    ...(below.length === 0 ? {} : { below }),
  };
}

/** The inputs of each project below the top that has settings of its own. A whole home or disk holds those of others. */
function projectsBelow(collected: Collected, whole: AuditInputs): readonly AuditInputs[] {
  const { repository, machine, git } = collected;
  if (machine.start.kind === "seen" && machine.start.value !== "scoped") return [];
  const folders = [...repository.files.keys()].flatMap((path) => BELOW.exec(path)?.[1] ?? []);
  return [...new Set(folders)]
    .filter((folder) => !NOBODYS.test(folder))
    .toSorted()
    .slice(0, PROJECTS_MAX)
    .map((folder) => {
      const files = [...repository.files.values()].flatMap((file): [string, SeenFile][] => {
        const path = file.path.slice(folder.length);
        return file.path.startsWith(folder) ? [[path, { ...file, path }]] : [];
      });
      const own = sightsAt({
        ...collected,
        repository: { ...repository, files: new Map(files), entries: files.length },
        git:
          git.kind === "unseen"
            ? git
            : {
                ...git,
                value: { ...git.value, tracked: (path) => git.value.tracked(`${folder}${path}`) },
              },
        around: [],
      });
      return { ...own, isIgnored: (path) => whole.isIgnored(`${folder}${path}`) };
    });
}

function sightsAt({ catalogue, deviceSettings, around, ...seen }: Collected): AuditInputs {
  const files = settingsFiles(seen);
  const sources = [
    ...deviceSettings,
    ...files.map(({ file, layer }): LintSource => {
      const { shown, text, bytes, isLink } = file;
      return { file: shown, layer, text, bytes, isLink };
    }),
  ];
  const { clientVersion } = seen.machine;
  const version = clientVersion.kind === "seen" ? (clientVersion.value ?? undefined) : undefined;
  const json = keptFor((file: SeenFile): JsonNode | undefined => jsonOf(file));
  const base = {
    ...seen,
    settings: sources.flatMap((source) => readSource(source).document ?? []),
    settingsFiles: files.map(({ file }) => file),
    lint: [...lintSettings(sources, catalogue), ...around],
    isIgnored: ignoredBy(seen.repository),
    clientRelease: version === undefined ? undefined : releaseStanding(catalogue, version),
    isIgnoredVariable: (name: string) => isIgnoredFromRepository(catalogue, name, version),
    json,
    yaml: keptFor((file: SeenFile): YamlReading => yamlOf(file)),
  };
  return { ...base, hooks: sightsHooks(base), servers: serverInputs(base) };
}

/** The places of settings, the highest layer first. Managed drop-ins come after the file, in the order of their names. */
function settingsFiles({
  repository,
  home,
  managed,
}: Pick<Collected, "repository" | "home" | "managed">) {
  const dropIns = [...managed.files.values()]
    .filter(({ path }) => /^managed-settings\.d\/[^./][^/]*\.json$/.test(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const at = (file: SeenFile | undefined, layer: "managed" | "local" | "project" | "user") =>
    file === undefined ? [] : [{ file, layer }];
  return [
    ...at(managed.files.get("managed-settings.json"), "managed"),
    ...dropIns.flatMap((file) => at(file, "managed")),
    ...at(repository.files.get(".claude/settings.local.json"), "local"),
    ...at(repository.files.get(".claude/settings.json"), "project"),
    ...at(home.files.get(".claude/settings.json"), "user"),
  ];
}

function jsonOf({ text, shown }: SeenFile): JsonNode | undefined {
  if (text === undefined) return undefined;
  try {
    return parseJsonText(text.replace(/^\uFEFF/, " "), shown, JSON_CHARS_MAX);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function yamlOf({ text, why }: SeenFile): YamlReading {
  if (text !== undefined) return readYaml(text);
  return { kind: "fault", why: why ?? "it could not be read", line: 1 };
}

// Whether git would ignore a path, by the ignore files of a repository (gitignore(5)); global ignore files of a person do not count.

type Line = {
  readonly base: string;
  readonly isNegated: boolean;
  readonly isDirectory: boolean;
  readonly matches: (path: string) => boolean;
};

/** A question about paths from the repository's root. A path that ends in `/` is a folder. */
function ignoredBy(tree: SeenTree): (path: string) => boolean {
  const lines = [...tree.files.values()]
    .filter(({ path, text }) => /(?:^|\/)\.gitignore$/.test(path) && text !== undefined)
    .toSorted((a, b) => a.path.length - b.path.length)
    .flatMap(({ path, text = "" }) => linesOf(path.replace(/\.gitignore$/, ""), text));
  return (path) => {
    const parts = path.replace(/\/$/, "").split("/");
    // WHY from the top: below a folder that is ignored nothing can be taken back.
    return parts.some((_, index) => {
      const isDirectory = index < parts.length - 1 || path.endsWith("/");
      return lastWord(lines, parts.slice(0, index + 1).join("/"), isDirectory);
    });
  };
}

function lastWord(lines: readonly Line[], path: string, isDirectory: boolean): boolean {
  const last = lines.findLast(
    (line) =>
      path.startsWith(line.base) &&
      (isDirectory || !line.isDirectory) &&
      line.matches(path.slice(line.base.length)),
  );
  return last !== undefined && !last.isNegated;
}

function linesOf(base: string, text: string): readonly Line[] {
  return parseIgnoreFile(text.replace(/^\uFEFF/, "")).map(
    ({ pattern, isNegated, isAnchored, isDirectory, text: written }) => {
      const isRooted = isAnchored || /^!?\//.test(written);
      const glob = isRooted || pattern.startsWith("**/") ? pattern : `**/${pattern}`;
      return { base, isNegated, isDirectory, matches: compileGlob(glob) };
    },
  );
}
