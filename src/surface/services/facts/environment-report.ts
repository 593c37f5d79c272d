// What a hook of ours tells of the environment that the client gives it: listed variables, bounded, without keys.
import * as v from "valibot";
import { isReported } from "#base/reported-variables.ts";

/** Variables that are told, by name, and names that are set to something that is not told. */
export type EnvironmentReport = {
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly withheld: readonly string[];
  /** Names that settings changed since. Of several values of one name the last is the newest, and none is certain. */
  readonly amended?: readonly string[];
  /** What the session's start found of the client's sandbox. */
  readonly containment?: ContainmentProof;
};

/**
 * What the client's sandbox was proven from when a session started, and in which directory; or why nothing was proven.
 */
export type ContainmentProof =
  | { readonly kind: "proven"; readonly digest: string; readonly directory: string }
  | { readonly kind: "unproven"; readonly why: string };

/** Listed variables of one environment; with more of them nothing is told, and so nothing is taken for unset. */
const NAMES_MAX = 256;
const NAME_CHARS_MAX = 128;
const VALUE_CHARS_MAX = 4_096;
/** Characters of all that is told. It travels in a header; the daemon takes 16 KiB of those. */
const REPORT_CHARS_MAX = 8_000;

/** Set by the client for a session-start hook alone: commands do not have them. */
const HOOKS_OWN = new Set(["CLAUDE_ENV_FILE"]);
/** Before the name of a variable that our shim took out of the environment of the program: how the client had it. */
export const SEEN_PREFIX = "SALLYPORT_SEEN_";

/** Of the families of settings those that name a place or a program: others may be keys. */
const PLAIN_SETTING =
  /^(?:NPM_CONFIG_(?:SCRIPT_SHELL|SHELL|GLOBALCONFIG|USERCONFIG|PREFIX|EDITOR|VIEWER|GIT|NODE_OPTIONS|NODE_GYP|IGNORE_SCRIPTS|INIT_MODULE|CACHE|ONLOAD_SCRIPT)|(?:YARN|PNPM)_(?:RC_FILENAME|YARN_PATH|IGNORE_PATH|HOME)|GIT_CONFIG_(?:COUNT|KEY_\d+|GLOBAL|SYSTEM|NOSYSTEM))$/;
const SETTING_FAMILY = /^(?:NPM_CONFIG_|YARN_|PNPM_|GIT_CONFIG)/;
/** Keys of git's configuration whose values are programs or places. */
const PLAIN_GIT_KEY =
  /^(?:core|alias|include|includeif|filter|diff|difftool|merge|mergetool|pager|sequence|interactive|gpg|init|safe|tar|trailer|uploadpack|hook|submodule|protocol)\./i;
/** Words beside which a value is likely to be a key. */
const KEY_WORD =
  /sshpass|(?:pass(?:word|wd|phrase)?|token|secret|api[_-]?key|authorization)["']?\s*[=: ]\s*\S/i;
/** Who logs in, in an address. */
const LOGIN = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*@/gi;

/** Tells of an environment; undefined when there is too much of it. */
export function reportEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentReport | undefined {
  const listed: (readonly [string, string])[] = [];
  for (const [given, value] of Object.entries(environment)) {
    const isSeen = given.startsWith(SEEN_PREFIX);
    const name = isSeen ? given.slice(SEEN_PREFIX.length) : given;
    if (value === undefined || HOOKS_OWN.has(name) || !isReported(name)) continue;
    // The shim leaves those empty that were not set, and takes all of them out of the environment.
    if (isSeen && (value === "" || environment[name] !== undefined)) continue;
    listed.push([name, value]);
  }
  if (listed.length > NAMES_MAX || listed.some(([name]) => name.length > NAME_CHARS_MAX))
    return undefined;
  // What matters most comes first, then as many as fit.
  listed.sort(([name, value], [other, more]) => rank(name, value) - rank(other, more));
  const variables: (readonly [string, string])[] = [];
  const withheld: string[] = [];
  let chars = 0;
  for (const [name, value] of listed) {
    const told = isTold(name, value, environment) ? value.replace(LOGIN, "$1") : undefined;
    chars += name.length + (told?.length ?? 0) + 6;
    if (told === undefined || chars > REPORT_CHARS_MAX) {
      withheld.push(name);
      chars -= told?.length ?? 0;
    } else variables.push([name, told]);
  }
  return { variables, withheld };
}

/** The client's name for itself in what it starts, such as `claude-code_2-1-332_agent`. */
const CLIENT_NAME = /^claude-code_(\d{1,4})-(\d{1,4})-(\d{1,6})(?:_|$)/;

/** The version of the client that started the hook; undefined where it does not say it. */
export function clientVersionIn(report: EnvironmentReport | undefined): string | undefined {
  const named = report?.variables.findLast(([key]) => key === "AI_AGENT")?.[1];
  return CLIENT_NAME.exec(named ?? "")
    ?.slice(1, 4)
    .join(".");
}

function rank(name: string, value: string): number {
  return name === "PATH" ? 0 : value.length;
}

function isTold(
  name: string,
  value: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const upper = name.toUpperCase();
  if (value.length > VALUE_CHARS_MAX || KEY_WORD.test(value)) return false;
  // WHY: compiled settings empty variables of these families, and a name without its value would make every call of git unknown.
  if (value === "") return true;
  const place = /^GIT_CONFIG_VALUE_(\d+)$/.exec(upper)?.[1];
  if (place !== undefined) return PLAIN_GIT_KEY.test(environment[`GIT_CONFIG_KEY_${place}`] ?? "");
  return !SETTING_FAMILY.test(upper) || PLAIN_SETTING.test(upper);
}

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_CHARS_MAX), v.check(isReported));
const value = v.pipe(v.string(), v.maxLength(VALUE_CHARS_MAX));

const names = v.pipe(v.array(name), v.maxLength(NAMES_MAX), v.readonly());
const pair = v.pipe(v.tuple([name, value]), v.readonly());

/** A report that comes from elsewhere: over the wire, or from disk. */
export const environmentReportSchema = v.strictObject({
  variables: v.pipe(v.array(pair), v.maxLength(NAMES_MAX), v.readonly()),
  withheld: names,
  amended: v.exactOptional(names),
  containment: v.exactOptional(
    v.variant("kind", [
      v.strictObject({
        kind: v.literal("proven"),
        digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
        directory: v.pipe(v.string(), v.maxLength(VALUE_CHARS_MAX)),
      }),
      v.strictObject({ kind: v.literal("unproven"), why: v.pipe(v.string(), v.maxLength(1_000)) }),
    ]),
  ),
});

/** A report after the client took over changed settings, which set these variables; the same one if they say nothing new. */
export function amendReport(
  report: EnvironmentReport,
  settings: Readonly<Record<string, string>>,
): EnvironmentReport | undefined {
  const added = reportEnvironment(settings);
  if (added === undefined) return undefined;
  const present = new Map(report.variables);
  const variables = added.variables.filter(([key, told]) => present.get(key) !== told);
  const withheld = added.withheld.filter((key) => !report.withheld.includes(key));
  if (variables.length === 0 && withheld.length === 0) return report;
  const all = [...report.variables, ...variables];
  if (all.length > NAMES_MAX) return undefined;
  const amended = [...(report.amended ?? []), ...variables.map(([key]) => key)];
  return {
    ...(report.containment === undefined ? {} : { containment: report.containment }),
    variables: all,
    withheld: [...report.withheld, ...withheld],
    amended: [...new Set(amended)],
  };
}
