// The operator's file of people, as a directory exports it: who of them may log in, and in which groups they are.
import { fstatSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Failure } from "#base/failure.ts";
import { ownValue } from "#base/own-value.ts";
import {
  type DirectoryRead,
  type PersonFound,
  personFinder,
} from "#govern/identity/directory-user.ts";
import { readDirectory } from "#govern/identity/read-directory.ts";
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { type Claims, groupsIn } from "./person-claims.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import { LoginRefused } from "./refusal.ts";

/** Bytes of a file; fifty thousand people take some fifteen megabytes. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Reads a file. Rejects with a Failure `users` that says what is wrong, and repeats nothing of the file. */
export async function readUsersFile(
  file: string,
): Promise<Extract<DirectoryRead, { kind: "read" }> & { readonly mark: string }> {
  const wrong = (why: string, cause?: unknown): Failure =>
    new Failure("users", `\`${file}\` is not taken: ${why}`, { cause });
  const handle = await open(file, openFlags.read).catch((cause: unknown) => {
    throw wrong("it cannot be read; check its path, its owner and its rights", cause);
  });
  try {
    const status = fstatSync(handle.fd, { bigint: true });
    if (!status.isFile() || status.size > BigInt(FILE_BYTES_MAX))
      throw wrong("it has to be a plain file of at most 16 MiB");
    const owner = { uid: Number(status.uid), mode: Number(status.mode) };
    // WHY not only that others cannot write: names and addresses of people stand in it.
    if (privacyProblem(owner, "none") !== undefined)
      throw wrong("it has to be yours, and nobody else may read or write it (`chmod 600`)");
    const read = readDirectory(await handle.readFile("utf8"));
    if (read.kind === "fault") throw wrong(read.why);
    return { ...read, mark: `${status.ino}:${status.size}:${status.mtimeNs}:${status.ctimeNs}` };
  } finally {
    await handle.close();
  }
}

/** Claims of somebody with the groups that the directory gives them. Rejects with LoginRefused who may not be here. */
export type DirectoryCheck = (claims: Claims, settings: OidcSettings) => Promise<Claims>;

/** Builds the question. The file is read again when it changed; `say` hears what is wrong with it. */
export function createDirectoryCheck(say: (line: string) => void): DirectoryCheck {
  type Known = { readonly file: string; readonly mark: string; readonly find: Finder };
  let known: Known | undefined;
  const finderOf = async (file: string): Promise<Finder> => {
    const mark = await markOf(file);
    if (known?.file === file && known.mark === mark) return known.find;
    known = undefined;
    const read = await readUsersFile(file);
    known = { file, mark: read.mark, find: personFinder(read.users) };
    return known.find;
  };
  return async (claims, settings) => {
    const { users, groupsClaim } = settings;
    if (users === undefined) return claims;
    let find: Finder;
    try {
      find = await finderOf(users);
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      say(`login by a provider: ${cause.message}`);
      throw new LoginRefused("directory", "", { cause });
    }
    const found = find(identityIn(claims));
    switch (found.kind) {
      case "locked":
        throw new LoginRefused("locked");
      case "nobody":
      case "several":
        throw new LoginRefused("unknown", found.kind);
      case "found":
        return { ...claims, [groupsClaim]: found.user.groups ?? groupsIn(claims, groupsClaim) };
      default:
        return found satisfies never;
    }
  };
}

type Finder = (login: ReturnType<typeof identityIn>) => PersonFound;

async function markOf(file: string): Promise<string> {
  const status = await stat(file, { bigint: true }).catch(() => undefined);
  if (status === undefined) return "";
  return `${status.ino}:${status.size}:${status.mtimeNs}:${status.ctimeNs}`;
}

/** Who a login says it is. WHY `oid`: the subject of Entra differs with each application, and its directory exports this. */
function identityIn(claims: Claims) {
  const texts = (...names: readonly string[]): readonly string[] =>
    names
      .map((name) => ownValue(claims, name))
      .filter((one): one is string => typeof one === "string" && one !== "");
  const emails = claims["email_verified"] === false ? [] : texts("email");
  return {
    ids: texts("sub", "oid"),
    names: [...texts("preferred_username", "upn"), ...emails],
    emails,
  };
}
