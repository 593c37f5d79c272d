// Both verifiers over a log that another process writes as fast as it can: no look at it reports a fault, and a real one is found.
import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { withLog, withLogDirectories, appendMany } from "../record/store/temporary-log.ts";
import { FROM_SOURCE } from "../program.ts";
import { hasPython, startPython } from "../tamper/python-verifier.ts";

const CHILD = fileURLToPath(new URL("writing-child.ts", import.meta.url));
const ROUNDS = 24;
/** Checkpoints that must be met on the way; a busy machine writes few in as many rounds, so more are made. */
const SIZES_MIN = ROUNDS / 6;
const ROUNDS_MAX = 10 * ROUNDS;

it("finds nothing but what is there", { timeout: 240_000 }, async () => {
  await withLogDirectories(async (options) => {
    await withLog(options, (log) => appendMany(log, 700));
    const verifier = await readVerifier(options.keys);
    if (verifier === undefined) throw new Error("no verifier key");
    const child = spawn(process.execPath, [...FROM_SOURCE, CHILD], {
      env: { ...process.env, LOG: options.log, KEYS: options.keys },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const python = hasPython() ? startPython(verifier.text, []) : undefined;
    try {
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const check = { log: options.log, keys: options.keys, verifier };
      const head = join(options.keys, "log-head");
      const sizes = new Set<number>();
      const isEnough = (round: number) => round >= ROUNDS && sizes.size > SIZES_MIN;
      for (let round = 0; round < ROUNDS_MAX && !isEnough(round); round += 1) {
        const { faults, checkpoint } = await checkLog(check);
        expect(faults, `round ${round}`).toEqual([]);
        sizes.add(checkpoint?.size ?? 0);
        if (python !== undefined && round % 6 === 0)
          expect((await python.ask({ log: options.log, head })).faults, `python ${round}`).toEqual(
            [],
          );
      }
      expect(sizes.size).toBeGreaterThan(SIZES_MIN);
      // What somebody changes meanwhile is found all the same.
      const bundle = join(options.log, "tile/entries/001");
      const bytes = await readFile(bundle);
      bytes[700] = (bytes[700] ?? 0) ^ 1;
      await writeFile(bundle, bytes);
      expect((await checkLog(check)).faults.length).toBeGreaterThan(0);
      if (python !== undefined)
        expect((await python.ask({ log: options.log, head })).good).toBe(false);
      expect(await readdir(options.log)).toContain("lock");
    } finally {
      child.stdin.end("stop");
      await ended;
      python?.close();
    }
  });
});
