// `sallyport telemetry status`: sums that survive the daemon, and an exit code that tells whether anything was off.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { createUsageBook, emptyUsage } from "#surface/services/telemetry/usage.ts";
import { readUsage, writeUsage } from "#surface/services/telemetry/usage-file.ts";

let data = "";
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "sallyport-telemetry-"));
});
afterEach(() => {
  rmSync(data, { recursive: true, force: true });
  process.exitCode = undefined;
});

/** Runs the command; what it prints, and its exit code. */
async function status(...args: readonly string[]) {
  const printed: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
  try {
    const terminal = {
      print: (text: string) => void printed.push(text),
      warn: (text: string) => void printed.push(text),
      isInteractive: false,
      hasColour: false,
      confirm: async () => false,
    };
    const line = ["telemetry", "status", "--data", data, ...args];
    const code = await runCommandLine(line, terminal, {});
    const exit = code ?? process.exitCode ?? 0;
    process.exitCode = undefined;
    return { text: printed.join(""), exit };
  } finally {
    process.stdout.write = write;
  }
}

it("says that nothing came in", async () => {
  const { text, exit } = await status();
  expect(exit).toBe(0);
  expect(text).toContain("nothing came in yet");
  expect(text).toContain("nothing in it does not fit the record");
});

it("shows what was kept, and fails where something did not fit the record", async () => {
  const book = createUsageBook();
  for (let count = 0; count < 3; count++) book.countEvent("tool_result");
  book.countDiscrepancy("call-without-hook");
  book.touch(1_795_243_331_547);
  writeUsage(join(data, "telemetry.json"), book.usage());
  expect(readUsage(join(data, "telemetry.json"))).toEqual(book.usage());
  const { text, exit } = await status();
  expect(exit).toBe(1);
  expect(text).toContain("last came in 2026-11-21T06:42:11.547Z");
  expect(text).toMatch(/3 {2}tool_result/);
  expect(text).toContain("call-without-hook 1");
  const json: unknown = JSON.parse((await status("--json")).text);
  expect(json).toMatchObject({ events: { tool_result: 3 }, lastMs: 1_795_243_331_547 });
});

it.each(["", "{", '{"version":2}', '{"version":1,"days":{"x":1}}'])(
  "begins anew with a file that holds %j, and says so",
  async (content) => {
    writeFileSync(join(data, "telemetry.json"), content);
    expect(readUsage(join(data, "telemetry.json"))).toEqual(emptyUsage());
    expect((await status()).text).toContain("cannot be read");
  },
);
