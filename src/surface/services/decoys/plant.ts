// Plants decoys: made-up secrets in folders for credentials, under names that nothing uses, never over a file that is there.
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { errorCode } from "../../foundation/files/private-file.ts";
import { type Decoy, readDecoys, writeDecoys } from "./register.ts";

/** Where decoys are planted below a home, and what each looks like. None of these names is read by a program. */
const KINDS: Readonly<Record<string, () => string>> = {
  ".aws/credentials.old": () =>
    `[production]\naws_access_key_id = AKIA${letters(16)}\naws_secret_access_key = ${random(30)}\n`,
  ".ssh/id_ed25519.old": () =>
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${(random(240).match(/.{1,70}/g) ?? []).join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`,
  ".config/gcloud/service-account-old.json": () =>
    `${JSON.stringify({ type: "service_account", project_id: "backup", private_key_id: randomBytes(20).toString("hex") }, undefined, 2)}\n`,
  ".netrc.old": () => `machine backup.example login admin password ${random(18)}\n`,
};

const random = (bytes: number) => randomBytes(bytes).toString("base64");
const letters = (count: number) =>
  [...randomBytes(count)].map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32]).join("");
const digestOf = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

/** Where decoys of a home would lie. */
export function decoyPaths(home: string): readonly string[] {
  return Object.keys(KINDS).map((path) => join(realpathSync(home), path));
}

/** Plants what is missing; gives what is new. A file that is there already stays and is named in `taken`. */
export function plantDecoys(
  home: string,
  data: string,
  nowMs: number,
): { readonly planted: readonly string[]; readonly taken: readonly string[] } {
  const before = readDecoys(data);
  const planted: Decoy[] = [];
  const taken: string[] = [];
  for (const [name, make] of Object.entries(KINDS)) {
    const path = join(realpathSync(home), name);
    if (before.some((decoy) => decoy.path === path)) continue;
    const text = make();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, text, { flag: "wx", mode: 0o600 });
      chmodSync(path, 0o600);
      // WHY the real path: calls are judged by where a path leads in the end.
      const real = join(realpathSync(dirname(path)), basename(path));
      const plantedAt = new Date(nowMs).toISOString();
      planted.push({ path: real, digest: digestOf(text), plantedAt });
      writeDecoys(data, [...before, ...planted]);
    } catch (cause) {
      if (errorCode(cause) === "EEXIST") taken.push(path);
      else if (cause instanceof Failure) throw cause;
      else throw new Failure("decoys", `cannot write \`${path}\`; check the folder`, { cause });
    }
  }
  return { planted: planted.map(({ path }) => path), taken };
}

/** How a decoy stands. `changed`: somebody wrote to it, so that it is no longer ours to remove. */
export type DecoyState = Decoy & { readonly state: "planted" | "changed" | "gone" };

/** Every decoy of a data directory as it stands. */
export function decoyStates(data: string): readonly DecoyState[] {
  return readDecoys(data).map((decoy) => {
    try {
      const isOurs = digestOf(readFileSync(decoy.path)) === decoy.digest;
      return { ...decoy, state: isOurs ? ("planted" as const) : ("changed" as const) };
    } catch {
      return { ...decoy, state: "gone" as const };
    }
  });
}

/** Removes decoys that are as they were planted, and forgets all. Gives those that were changed and so left. */
export function removeDecoys(data: string): {
  readonly removed: number;
  readonly left: readonly string[];
} {
  const states = decoyStates(data);
  for (const { path, state } of states) {
    if (state !== "planted") continue;
    rmSync(path);
    try {
      rmdirSync(dirname(path));
    } catch {
      // The folder holds something else.
    }
  }
  writeDecoys(data, []);
  return {
    removed: states.filter(({ state }) => state === "planted").length,
    left: states.flatMap(({ path, state }) => (state === "changed" ? [path] : [])),
  };
}
