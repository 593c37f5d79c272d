// Where the guard of a machine lies: its sockets, its data, its hook, the same on every machine.
import { join } from "node:path";

/** The group that opens the data of judges, and in which no account is. */
export const MACHINE_GROUP = "sallyport";

/** Folders of the guard. Tests name their own. */
export type MachineFolders = {
  /** Sockets, gone with the service. */
  readonly run: string;
  /** Keys and logs. */
  readonly state: string;
};

/** The folders of this machine. */
export const MACHINE_FOLDERS: MachineFolders = {
  run: "/run/sallyport",
  state: "/var/lib/sallyport",
};

/** Where the service itself listens: for nothing but that a second one finds it there. */
export function servicePath({ run }: MachineFolders): string {
  return join(run, "service");
}

/** Where an account without a socket asks for one. */
export function knockFolder({ run }: MachineFolders): string {
  return join(run, "knock");
}

/** The folder of an account's socket: the administrator's, so that nobody puts another socket there. */
export function socketFolder({ run }: MachineFolders, uid: number): string {
  return join(run, "accounts", String(uid));
}

/** The socket of an account, which alone may connect. */
export function socketPath(folders: MachineFolders, uid: number): string {
  return join(socketFolder(folders, uid), "socket");
}

/** The folder that is closed to the account, with the data directory of its judge. */
export function accountFolder({ state }: MachineFolders, uid: number): string {
  return join(state, "accounts", String(uid));
}

/** The folder of what holds an account's calls: the account's own, because its shell and its sandboxes read it. */
export function holdFolder({ state }: MachineFolders, uid: number): string {
  return join(state, "hold", String(uid));
}

/** Tells the judge in which directory the client was started, as base64url. */
export const DIRECTORY_HEADER = "x-sallyport-directory";

/** Tells it of the file that the client gives a session's start for what each Bash call begins with, as base64url. */
export const SHELL_FILE_HEADER = "x-sallyport-shell-file";

/** Tells it of the process that started the hook: the client, which is running then. */
export const CLIENT_HEADER = "x-sallyport-client";
