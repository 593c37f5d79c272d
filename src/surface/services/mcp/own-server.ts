// Whether a server of the client's files is `sallyport mcp-server`, and which of its tools only read.
import { realpathSync, statSync } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { isWithin } from "#base/path.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import type { ConfiguredServer } from "./configured-servers.ts";

/** The tools of `sallyport mcp-server`: each answers, and none changes anything. */
export const OWN_TOOLS: readonly string[] = [
  "cc_docs_checklist",
  "cc_docs_model_recommend",
  "cc_docs_settings_schema",
  "cc_kb_hook_recipe",
  "sallyport_audit",
  "sallyport_explain",
  "sallyport_log",
  "sallyport_memory_export",
  "sallyport_memory_timeline",
  "sallyport_policy",
];

const MANIFEST_BYTES_MAX = 256 * 1024;

/** Where the session stands: its project, the data directory, and the path of its programs. */
export type OwnPlace = {
  readonly root: string;
  readonly data: string;
  readonly path: string | undefined;
};

/**
 * Whether the client starts this program for it: by its name or its path, with no words and no variables that make it another one.
 * WHY not from the project: a repository may bring a program of any name. Never throws.
 */
export function isOwnServer({ identity, given }: ConfiguredServer, place: OwnPlace): boolean {
  if (identity.kind !== "command" || given.length > 0) return false;
  const { command, args } = identity;
  if (basename(command) !== "sallyport" || args[0] !== "mcp-server" || !areKnown(args.slice(1)))
    return false;
  const file = isAbsolute(command) ? realFile(command) : onPath(command, place.path);
  if (file === undefined) return false;
  if (file === realFile(join(place.data, "bin", "sallyport"))) return true;
  return !isWithin(place.root, file) && isOfOurPackage(file);
}

/** Whether a file is the program of a package of our name. */
function isOfOurPackage(file: string): boolean {
  const root = /^(.+)\/dist\/surface\/cli\/main\.js$/.exec(file)?.[1];
  const text =
    root === undefined
      ? undefined
      : readRegularFileNow(join(root, "package.json"), MANIFEST_BYTES_MAX);
  if (text === undefined) return false;
  try {
    return Object(JSON.parse(Buffer.from(text.bytes).toString("utf8"))).name === "sallyport";
  } catch {
    return false;
  }
}

function areKnown(args: readonly string[]): boolean {
  return args.every((word, at) =>
    at % 2 === 0 ? /^--(?:project|data)$/.test(word) : !word.startsWith("-"),
  );
}

/** The program that a name without a folder starts, as the system finds it. */
function onPath(name: string, path: string | undefined): string | undefined {
  if (name.includes("/")) return undefined;
  for (const folder of (path ?? "").split(delimiter)) {
    // WHY: a relative folder is another one for each program that looks.
    if (!isAbsolute(folder)) return undefined;
    const file = realFile(join(folder, name));
    if (file !== undefined) return file;
  }
  return undefined;
}

function realFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}
