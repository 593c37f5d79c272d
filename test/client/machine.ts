// What this machine can do for client tests: the client itself, zsh, bubblewrap, private mount namespaces.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findClient } from "./client-binary.ts";

/** Things a client test may need beyond node. */
export type Need = "client" | "zsh" | "curl" | "sandbox" | "managed";

/** The directories on the client's PATH. */
export const clientPath = "/usr/local/bin:/usr/bin:/bin";

/** Why this machine lacks one of `needs`, as a sentence for `ctx.skip`, or undefined when it has them all. */
export async function whyMissing(needs: readonly Need[]): Promise<string | undefined> {
  for (const need of needs) {
    const reason = await whyLacks(need);
    if (reason !== undefined) {
      return reason;
    }
  }
  return undefined;
}

async function whyLacks(need: Need): Promise<string | undefined> {
  switch (need) {
    case "client": {
      const client = await findClient();
      return client.kind === "missing" ? client.reason : undefined;
    }
    case "zsh":
    case "curl":
      return (await onPath(need)) ? undefined : `${need} is not installed`;
    case "sandbox":
      for (const program of ["bwrap", "socat"]) {
        if (!(await onPath(program))) {
          return `${program} is not installed, the client's sandbox needs it`;
        }
      }
      return (await runs("bwrap", [
        "--ro-bind",
        "/",
        "/",
        "--unshare-pid",
        "--proc",
        "/proc",
        "true",
      ]))
        ? undefined
        : "bwrap cannot make namespaces on this machine";
    case "managed":
      if (process.getuid?.() !== 0) {
        return "managed settings need root: they are mounted over /etc/claude-code in a private namespace";
      }
      return (await runs("unshare", [
        "-m",
        "sh",
        "-c",
        "mount --make-rprivate / && mount --bind /etc /etc",
      ]))
        ? undefined
        : "this machine allows no private mount namespace";
    default:
      return need satisfies never;
  }
}

async function onPath(program: string): Promise<boolean> {
  for (const directory of clientPath.split(":")) {
    if (
      await access(join(directory, program), constants.X_OK).then(
        () => true,
        () => false,
      )
    ) {
      return true;
    }
  }
  return false;
}

async function runs(program: string, args: readonly string[]): Promise<boolean> {
  return promisify(execFile)(program, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
