// The daemon delivers by itself: what it records reaches the file of a target, with an id that `log show` finds.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

it("delivers what the daemon records, and the record of it survives the daemon", async () => {
  const { path, remove } = freshDirectory();
  try {
    const install = await installOn(path);
    const { directories } = install;
    const file = join(path, "shipped.jsonl");
    await writeFile(
      directories.exportsFile,
      `targets: [{ name: here, to: file, path: "${file}", batch: { seconds: 0 } }]\n`,
      { mode: 0o600 },
    );
    const said: string[] = [];
    const run = await runDaemon(
      install,
      composeDaemon(install, (line) => said.push(line), path),
    );
    if (run.kind !== "running") throw new Error("the daemon did not start");
    await run.ready();
    let lines: readonly string[] = [];
    await expect
      .poll(
        async () => {
          lines = (await readFile(file, "utf8").catch(() => "")).split("\n").filter(Boolean);
          return lines.length;
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBeGreaterThan(0);
    await run.stop();
    const [first] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ index: 0, metadata: { kind: "daemon" } });
    expect(String(Reflect.get(first?.["join"] ?? {}, "host"))).toMatch(/^h:[\w-]{22}$/);
    const record = JSON.parse(
      await readFile(join(directories.exports, "here", "delivery.json"), "utf8"),
    ) as { readonly next: number };
    expect(record.next).toBeGreaterThan(0);
    expect(said.join("\n")).not.toContain("not exported");
  } finally {
    remove();
  }
});
