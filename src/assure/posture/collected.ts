// Sights from what was collected: settings are parsed and linted, hooks and servers found in them, files read as asked.
import { sightsHooks } from "./hook-sights.ts";
import { ignoredBy } from "./ignored.ts";
import { serverSights } from "./server-sights.ts";
import type { SeenFile, Sights } from "./sights.ts";
import { readYaml, type YamlReading } from "./yaml-text.ts";
import { Failure } from "#base/failure.ts";
import type { Catalogue } from "#govern/settings/catalogue.ts";
import { type JsonNode, parseJsonText } from "#govern/settings/json-text.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import { type LintSource, readSource } from "#govern/settings/lint/file.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";

/** What was collected, from disk or from memory. */
export type Collected = Omit<
  Sights,
  ("settings" | "settingsFiles" | "lint" | "hooks" | "servers") | ("isIgnored" | "json" | "yaml")
> & {
  readonly catalogue: Catalogue;
  /** Settings that are no files, of device management. */
  readonly deviceSettings: readonly LintSource[];
  /** What lint says of what stands around settings files. */
  readonly around: readonly LintFinding[];
};

/** Bounds on other JSON than settings: the client's own file of state grows with each project. */
const JSON_CHARS_MAX = 16 * 1024 * 1024;

/** The whole of what checks look at. */
export function sightsOf({ catalogue, deviceSettings, around, ...seen }: Collected): Sights {
  const files = settingsFiles(seen);
  const sources = [
    ...deviceSettings,
    ...files.map(({ file, layer }): LintSource => {
      const { shown, text, bytes, isLink } = file;
      return { file: shown, layer, text, bytes, isLink };
    }),
  ];
  const json = remembered((file: SeenFile): JsonNode | undefined => jsonOf(file));
  const base = {
    ...seen,
    settings: sources.flatMap((source) => readSource(source).document ?? []),
    settingsFiles: files.map(({ file }) => file),
    lint: [...lintSettings(sources, catalogue), ...around],
    isIgnored: ignoredBy(seen.repository),
    json,
    yaml: remembered((file: SeenFile): YamlReading => yamlOf(file)),
  };
  return { ...base, hooks: sightsHooks(base), servers: serverSights(base) };
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

function remembered<Value>(read: (file: SeenFile) => Value): (file: SeenFile) => Value {
  const known = new WeakMap<SeenFile, { readonly value: Value }>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before.value;
    const value = read(file);
    known.set(file, { value });
    return value;
  };
}
