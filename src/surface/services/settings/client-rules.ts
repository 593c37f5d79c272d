// The client's own mode and rules in a directory, each rule with the file that it came from.
import { openSession } from "#guard/native/session.ts";
import type { NativeMode, NativeRule } from "#guard/native/stack.ts";
import { nativeSettings } from "./native-settings.ts";

/** What the client goes by in a directory. `mode`: the one without a flag on its command line. */
export type ClientRules = {
  readonly mode: NativeMode;
  readonly isTrusted: boolean;
  readonly directories: readonly string[];
  readonly files: readonly string[];
  /** Files that the client passes over whole. */
  readonly broken: readonly string[];
  /** In the order in which the client asks them: deny, ask, allow; the highest layer first. */
  readonly rules: readonly NativeRule[];
  /** Rules that stand in a file and do not count: malformed, of a directory that is not trusted, or not managed where only those do. */
  readonly ignored: readonly NativeRule[];
};

const LISTS = ["deny", "ask", "allow"] as const;

/** Reads them as the client does. */
export async function clientRules(directory: string, home: string): Promise<ClientRules> {
  const { stack, broken } = await nativeSettings(directory, home);
  const session = openSession(stack);
  const rules = LISTS.flatMap((list) => session.lists[list].all.map(({ rule }) => rule));
  const counted = new Set(rules.map(keyOf));
  const written = stack.layers.flatMap(({ source, file, settings }) =>
    LISTS.flatMap((list) =>
      (settings.permissions?.[list] ?? []).map((text) => ({ list, text, source, file })),
    ),
  );
  return {
    mode: session.mode,
    isTrusted: stack.isTrusted,
    directories: session.directories,
    files: stack.layers.map(({ file }) => file),
    broken,
    rules,
    ignored: written.filter((rule) => !counted.has(keyOf(rule))),
  };
}

function keyOf({ list, text, file }: NativeRule): string {
  return [list, file, text].join("\0");
}

/** The same as lines for people. */
export function clientLines(client: ClientRules): readonly string[] {
  const { mode, isTrusted, directories, files, broken, rules, ignored } = client;
  const line = ({ list, text, source, file }: NativeRule) =>
    `  ${list.padEnd(5)} ${text}  ${source}: ${file}`;
  return [
    `the client's own rules: mode ${mode} where its command line names none, ${isTrusted ? "directory trusted" : "directory not trusted, so allow rules of the project do not count"}`,
    ...directories.slice(1).map((directory) => `  works in ${directory} too`),
    ...broken.map((file) => `  ${file} cannot be read: the client passes over all of it`),
    ...rules.map(line),
    ...(ignored.length === 0 ? [] : ["  written and not counted:", ...ignored.map(line)]),
    rules.length + ignored.length === 0 ? `  no rules in ${files.length} files` : FIRM,
  ];
}

/** What a person can leave out (X.48). */
const FIRM =
  "  only managed rules are firm: another directory, or `--setting-sources`, leaves the others out";
