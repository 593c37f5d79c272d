// A writer that is killed at any moment loses no acknowledged entry and leaves a log that verifies.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { peekId } from "#record/log/leaf.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { verifyDirectory, withLog, withLogDirectories } from "../record/store/temporary-log.ts";

const ROUNDS = 12;

/** Runs the child until `delayMs` after it is ready, kills it, and returns what it said that the log had taken. */
async function runAndKill(
  script: string,
  options: LogOptions,
  delayMs: number,
): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [script, options.log, options.keys], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.startsWith("ready\n")) timer ??= setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  const signal = await new Promise((resolve) => child.on("close", (_, how) => resolve(how)));
  expect(signal).toBe("SIGKILL");
  // The last line may be torn: it ends in a newline only when it was written whole.
  const lines = output.slice(0, output.lastIndexOf("\n")).split("\n").slice(1);
  return new Map(lines.map((line) => [Number(line.split(" ")[0]), line.split(" ")[1] ?? ""]));
}

describe("kill -9 while writing", () => {
  it("acknowledged-entries-survive-and-the-log-verifies-before-and-after-recovery", async () => {
    await withLogDirectories(async (options, root) => {
      const script = join(root, "child.mjs");
      await build({
        entryPoints: [join(import.meta.dirname, "log-kill-child.ts")],
        outfile: script,
        bundle: true,
        platform: "node",
        format: "esm",
        conditions: ["source"],
        logLevel: "error",
      });
      const acknowledged = new Map<number, string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        // Spread over the phases of the writer: before the first flush, between publications, and in the midst of one.
        const taken = await runAndKill(
          script,
          options,
          [0, 3, 30, 150, 390, 405, 420, 450, 800, 830, 900, 1_250][round] ?? 100,
        );
        for (const [index, id] of taken) {
          expect(acknowledged.get(index) ?? id).toBe(id);
          acknowledged.set(index, id);
        }
        expect((await verifyDirectory(options)).faults, `after kill ${round}`).toEqual([]);
      }
      expect(acknowledged.size).toBeGreaterThan(100);
      await withLog(options, () => Promise.resolve());
      const report = await verifyDirectory(options);
      expect(report.faults).toEqual([]);
      const ids = new Map<number, string | undefined>();
      const size = report.checkpoint?.size ?? 0;
      for await (const { index, bytes } of readEntries(openLogFiles(options.log), size, 0, size))
        ids.set(index, peekId(bytes));
      const lost = [...acknowledged].filter(([index, id]) => ids.get(index) !== id);
      expect(lost).toEqual([]);
    });
  });
});
