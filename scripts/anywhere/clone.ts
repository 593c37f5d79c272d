// The working tree as a fresh clone has it: the files of git and new ones, committed, nothing that was installed or built.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Copies the clone to `folder`; gives the digest of its files, by which two runs are known to be of one state. */
export function copyClone(folder: string): string {
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const digest = createHash("sha256");
  const paths = listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
  for (const path of paths.toSorted()) {
    digest.update(`${path}\0`).update(readFileSync(join(root, path)));
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=clone", "-c", "user.email=clone@example.test"];
    execFileSync("git", ["-C", folder, ...identity, ...args], { stdio: "ignore" });
  };
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "The state that is tried");
  return digest.digest("hex");
}
