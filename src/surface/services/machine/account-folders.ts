// The folders of the machine's guard, made with their rights or found with exactly those: a wrong owner is a failure.
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { ADMINISTRATOR } from "#platform/user.ts";
import type { Account } from "#platform/accounts.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import {
  accountFolder,
  holdFolder,
  knockFolder,
  type MachineFolders,
  socketFolder,
} from "./places.ts";

type Rights = { readonly uid: number; readonly gid: number; readonly mode: number };

const root = (mode: number): Rights => ({ uid: ADMINISTRATOR, gid: ADMINISTRATOR, mode });

/** Makes what all accounts share. `group` is the number of the group of judges. Throws a Failure `machine`. */
export function prepareMachine(folders: MachineFolders, group: number): void {
  makeFolder(folders.run, root(0o755));
  makeFolder(join(folders.run, "accounts"), root(0o755));
  // Anybody makes a file there and nobody lists them; what is in it belongs to who made it.
  makeFolder(knockFolder(folders), root(0o1733));
  makeFolder(join(folders.run, "trash"), root(0o700));
  makeFolder(folders.state, root(0o711));
  makeFolder(join(folders.state, "accounts"), { ...root(0o710), gid: group });
  makeFolder(join(folders.state, "hold"), root(0o711));
}

/** Makes the folder of an account's socket. */
export function prepareSocketFolder(folders: MachineFolders, uid: number): void {
  makeFolder(socketFolder(folders, uid), root(0o755));
}

/**
 * Makes the data directory of an account's judge, in a folder that is closed to the account, and the folder of what holds its calls,
 * which is its own. WHY what was another account's is set
 * aside: a system gives numbers again, and nobody goes on with the keys and the log of somebody else. `aside`: where that lies now.
 */
export function prepareData(
  folders: MachineFolders,
  { uid, gid, name }: Account,
  group: number,
): { readonly data: string; readonly aside?: string } {
  const folder = accountFolder(folders, uid);
  const rights = { ...root(0o710), gid: group };
  makeFolder(folder, rights);
  const before = readTextSync(join(folder, OWNER));
  let aside: string | undefined;
  // The administrator's number is nobody else's, whatever it is called.
  if (before !== undefined && before !== name && uid !== ADMINISTRATOR) {
    aside = `${folder}-${/^[\w.@-]{1,64}$/.test(before) ? before : "other"}-${randomBytes(4).toString("hex")}`;
    renameSync(folder, aside);
    chmodSync(aside, 0o700);
    makeFolder(folder, rights);
    putAway(holdFolder(folders, uid), join(aside, "hold"));
  }
  // WHY whole or not at all: half a name would be somebody else's.
  if (before !== name) keepName(folder, OWNER, name);
  if (readTextSync(join(folder, NAME)) === undefined)
    keepName(folder, NAME, randomBytes(16).toString("hex"));
  const data = accountData(folders, uid);
  makeFolder(data, { uid, gid: group, mode: 0o700 });
  makeFolder(holdFolder(folders, uid), { uid, gid, mode: 0o700 });
  return aside === undefined ? { data } : { data, aside };
}

function keepName(folder: string, file: string, name: string): void {
  try {
    writeOwnFile(join(folder, file), name, 0o600);
  } catch (cause) {
    throw new Failure(
      "machine",
      `\`${folder}\` takes no more: make room on its disk, or in the account's quota (${errorCode(cause) ?? "unknown"})`,
      { cause },
    );
  }
}

function putAway(path: string, to: string): void {
  try {
    renameSync(path, to);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT") throw cause;
  }
}

/**
 * The data directory of an account's judge, which only the administrator can tell. WHY a name that nobody guesses: the judge works in
 * places of the account too, where the account puts links and records that could lead it to its own keys. Throws a Failure `machine`.
 */
export function accountData(folders: MachineFolders, uid: number): string {
  const folder = accountFolder(folders, uid);
  const name = readTextSync(join(folder, NAME)) ?? "";
  if (/^[0-9a-f]{32}$/.test(name)) return join(folder, name);
  throw new Failure("machine", `the guard of this machine has no data of user ${uid}`);
}

/** Have the names of the account and of the data directory; nobody but the administrator reads them. */
const OWNER = "account";
const NAME = "name";

/**
 * WHY no change of what is found with another owner: above it all is the administrator's, so somebody with those rights put it there,
 * and taking it over might hand out what is in it.
 */
function makeFolder(path: string, { uid, gid, mode }: Rights): void {
  try {
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, uid, gid);
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST")
      throw new Failure("machine", `\`${path}\` cannot be made; check the disk and its rights`, {
        cause,
      });
  }
  const status = lstatSync(path);
  if (!status.isDirectory() || status.uid !== uid)
    throw new Failure(
      "machine",
      `\`${path}\` is no folder of user ${uid}; an administrator moves it away and starts the service again`,
    );
  if (status.gid !== gid) chownSync(path, uid, gid);
  if ((status.mode & 0o7777) !== mode) chmodSync(path, mode);
}
