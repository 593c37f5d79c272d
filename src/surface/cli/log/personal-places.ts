// Where the commands about people look: the places of this user and system, and the folders that were named.
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { commaList } from "#base/comma-list.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory, temporaryDirectory, userName } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import type { ErasureRequest } from "../../services/privacy/erasure.ts";

/** Options of the commands that look for a person. */
export const personOptions = {
  subject: {
    type: "positional",
    required: true,
    description: "user name, e-mail address, session id or pseudonym",
  },
  also: {
    type: "string",
    valueHint: "NAMES",
    description: "other names and addresses of the same person, separated by commas",
  },
  folder: {
    type: "string",
    valueHint: "DIRS",
    description: "folders to search as well, separated by commas: exports, notes, copies",
  },
} as const;

/** The request that such options make. A Failure `usage` where a folder is not there. */
export function personRequest(
  args: {
    readonly subject: string;
    readonly also?: string | undefined;
    readonly folder?: string | undefined;
    readonly data?: string | undefined;
  },
  environment: NodeJS.ProcessEnv = process.env,
): ErasureRequest {
  return {
    subject: args.subject,
    also: commaList(args.also),
    where: placesOf(args, environment),
    homeUser: userName(),
  };
}

/** Where to look. */
export function placesOf(
  args: { readonly folder?: string | undefined; readonly data?: string | undefined },
  environment: NodeJS.ProcessEnv = process.env,
): ErasureRequest["where"] {
  const home = homeDirectory();
  const configured = environment["CLAUDE_CONFIG_DIR"];
  return {
    home,
    client: configured ? resolve(configured) : join(home, ".claude"),
    temporary: temporaryDirectory(),
    directories: directoriesIn(args.data ?? dataDirectory(environment)),
    folders: commaList(args.folder).map(folderOf),
  };
}

function folderOf(given: string): string {
  const path = resolve(given);
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new Failure("usage", `there is nothing at \`${printable(given)}\`: name what exists`);
  return path;
}
