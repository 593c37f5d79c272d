// Where the gateway keeps its files, and folders of its own that only we can have written.
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { privacyProblem } from "#platform/ownership.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";

/** Every place of the gateway in a data directory. */
export type GatewayPlaces = {
  /** The folder of all others. */
  readonly root: string;
  /** Which process is the gateway, and on which port. */
  readonly stateFile: string;
  /** Held by the process that is the gateway or becomes it. */
  readonly lockFile: string;
  /** How many requests passed and were refused, by reason. */
  readonly countsFile: string;
  /** Certificates that programs in the sandbox trust; nothing in it is secret. */
  readonly trustFile: string;
  /** How registries are reached. WHY among the keys: a password of a proxy may stand in it, and the sandbox reads the other files. */
  readonly upstreamFile: string;
  /** What a detached gateway wrote to its standard error. */
  readonly outputFile: string;
  /** A file for each install that is running. */
  readonly open: string;
};

/** Names the places below a data directory without touching the disk. */
export function gatewayPlaces(data: string): GatewayPlaces {
  const { gateway: root, keys } = directoriesIn(data);
  return {
    root,
    stateFile: join(root, "state.json"),
    lockFile: join(root, "lock"),
    countsFile: join(root, "counts.json"),
    trustFile: join(root, "trust.pem"),
    upstreamFile: join(keys, "gateway-upstream.json"),
    outputFile: join(root, "gateway.out"),
    open: join(root, "open"),
  };
}

/** Whether a folder is a real one of ours that nobody else can write into; it need not be there. Never throws. */
export function isOwnFolder(path: string): boolean {
  try {
    const status = lstatSync(path);
    return status.isDirectory() && privacyProblem(status, "none") === undefined;
  } catch {
    return false;
  }
}

/** Makes a folder of mode 0700 unless it is there; whether it is ours then. Never throws. */
export function makeOwnFolder(path: string): boolean {
  try {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
  } catch {
    return false;
  }
  return isOwnFolder(path);
}
