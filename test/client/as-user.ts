// Runs the same measurement as an ordinary user: with nothing of root, a home of its own and copies of the clients that are in the cache.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { testCacheDirectory } from "../../scripts/pinned-package.ts";
import { buildProgram } from "./built-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a script with these words, without `--as`, as `user`; needs root and setpriv. Ends with its exit code. Where the words name a
 * `--client`, no other client is copied. With `--write` the user may write the `page` meanwhile, which lies in a tree of another's.
 */
export async function runAs(
  user: string,
  script: string,
  words: readonly string[],
  page: string,
): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("`--as` needs root");
  const [uid, gid] = ["-u", "-g"].map((option) =>
    Number(spawnSync("id", [option, user], { encoding: "utf8" }).stdout.trim() || "x"),
  );
  if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid) || uid === 0)
    throw new Error(`there is no ordinary user \`${user}\` on this machine: make one with useradd`);
  // WHY not the folder for temporary files: nobody works there, and a held call sees another one.
  const room = mkdtempSync("/srv/sallyport-as-");
  try {
    chmodSync(room, 0o755);
    const cache = join(room, "cache");
    mkdirSync(cache);
    const version = words.indexOf("--client") < 0 ? "" : words[words.indexOf("--client") + 1];
    for (const name of existsSync(testCacheDirectory()) ? readdirSync(testCacheDirectory()) : []) {
      // WHY no tarballs: what is unpacked is enough, and large.
      if (name.startsWith(`claude-code-${version}`))
        cpSync(join(testCacheDirectory(), name), join(cache, name), { recursive: true });
    }
    for (const name of ["home", "tmp"]) {
      mkdirSync(join(room, name), { mode: 0o700 });
      chownSync(join(room, name), uid, gid);
    }
    const owned = spawnSync("chown", ["-R", `${uid}:${gid}`, cache], { encoding: "utf8" });
    if (owned.status !== 0) throw new Error(owned.stderr);
    const built = buildProgram(room);
    if (built.status !== 0) throw new Error(built.stderr);
    if (words.includes("--write")) {
      writeFileSync(page, "", { flag: "a" });
      chownSync(page, uid, gid);
    }
    const { status, error } = spawnSync(
      "setpriv",
      [
        ...["--reuid", String(uid), "--regid", String(gid), "--clear-groups", "--"],
        ...[process.execPath, "-C", "source", "--import", join(root, "scripts/plain-sources.mjs")],
        ...[script, ...withoutAs(words)],
      ],
      {
        cwd: root,
        stdio: "inherit",
        env: {
          PATH: process.env["PATH"],
          HOME: join(room, "home"),
          TMPDIR: join(room, "tmp"),
          SALLYPORT_TEST_CACHE: cache,
          LANG: "C.UTF-8",
        },
      },
    );
    if (error !== undefined) throw error;
    process.exitCode = status ?? 1;
  } finally {
    if (existsSync(page)) chownSync(page, 0, 0);
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

function withoutAs(words: readonly string[]): readonly string[] {
  return words.filter(
    (word, at) => word !== "--as" && words[at - 1] !== "--as" && !word.startsWith("--as="),
  );
}
