// The accounts of this machine: who has one, whose a number is, and the numbers of groups.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { ADMINISTRATOR } from "./user.ts";

/** One account, as the user database has it. */
export type Account = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
};

const UID_MIN = 1_000;
const UID_MAX = 60_000;
/** The last number but one: the last is what the system calls use for none. */
const NUMBER_MAX = 0xffff_fffe;
const ANSWER_MS_MAX = 5_000;
const ACCOUNTS_MAX = 10_000;
const NO_LOGIN = /\/(?:nologin|false|sync|halt|shutdown)$/;

/**
 * The administrator and all who can log in by /etc/passwd, one for each number: of several names for one number the first. Accounts
 * of a directory service are not listed there; `accountOf` knows them.
 */
export function loginAccounts(files: { readonly passwd?: string; readonly defs?: string } = {}) {
  const defs = textOf(files.defs ?? "/etc/login.defs");
  const bound = (name: string, other: number) =>
    Number(new RegExp(`^${name}\\s+(\\d+)`, "m").exec(defs)?.[1] ?? other);
  const [least, most] = [bound("UID_MIN", UID_MIN), bound("UID_MAX", UID_MAX)];
  const known = new Map<number, Account>();
  for (const line of textOf(files.passwd ?? "/etc/passwd").split("\n")) {
    const found = parseAccount(line);
    if (found === undefined || known.has(found.account.uid) || known.size >= ACCOUNTS_MAX) continue;
    const { account, shell } = found;
    const isPerson = account.uid >= least && account.uid <= most && !NO_LOGIN.test(shell);
    if (account.uid === ADMINISTRATOR || isPerson) known.set(account.uid, account);
  }
  return [...known.values()];
}

/** The account of a number, or of a name, wherever the system keeps it; undefined where it knows none. */
export function accountOf(key: number | string): Account | undefined {
  if (typeof key === "number" ? !isUserNumber(key) : !/^[A-Za-z_][\w.@-]{0,63}\$?$/.test(key))
    return undefined;
  return parseAccount(asked("passwd", String(key)) ?? "")?.account;
}

/** The number of a group; undefined where there is no such group. */
export function groupNumber(name: string): number | undefined {
  const number = (asked("group", name) ?? "").split(":")[2] ?? "";
  return /^\d{1,10}$/.test(number) ? Number(number) : undefined;
}

/** Whether a number can be that of a user. */
export function isUserNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= NUMBER_MAX;
}

function parseAccount(line: string) {
  const [name = "", , uid = "", gid = "", , home = "", shell = ""] = line.trim().split(":");
  if (name === "" || !/^\d{1,10}$/.test(uid) || !/^\d{1,10}$/.test(gid)) return undefined;
  const account: Account = {
    name,
    uid: Number(uid),
    gid: Number(gid),
    home: home.startsWith("/") ? home : "/",
  };
  return isUserNumber(account.uid) && isUserNumber(account.gid) ? { account, shell } : undefined;
}

/** WHY getent: it asks directory services too. */
function asked(database: "passwd" | "group", key: string): string | undefined {
  try {
    const options = { encoding: "utf8", timeout: ANSWER_MS_MAX, env: {} } as const;
    const text = execFileSync("/usr/bin/getent", [database, key], {
      ...options,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.split("\n")[0];
  } catch {
    return undefined;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
