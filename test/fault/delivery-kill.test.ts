// Killing a delivery between what it sends and what it writes down: nothing is lost, and what comes twice has the same id and the same bytes.
import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import { appendMany, withLog, withLogDirectories } from "../record/store/temporary-log.ts";
import { openTargetStand, type Play } from "../surface/services/export/target-stand.ts";
import { FROM_SOURCE } from "../program.ts";

const CHILD = fileURLToPath(new URL("delivery-child.ts", import.meta.url));
const ENTRIES = 200;

/** At which request of a life the process dies: before the answer, right after it, or a moment later. */
const DEATHS = [
  { at: 2, when: "before" },
  { at: 3, when: "after" },
  { at: 1, when: "later" },
  { at: 4, when: "after" },
] as const;

it("loses nothing and doubles nothing but whole entries with their ids", async () => {
  await withLogDirectories(async (options, root) => {
    await withLog(options, (log) => appendMany(log, ENTRIES));
    let child: ChildProcess | undefined;
    let requests = 0;
    let life = 0;
    const kill = () => void child?.kill("SIGKILL");
    const target = await openTargetStand(async (): Promise<Play> => {
      requests += 1;
      const death = DEATHS[life];
      if (death !== undefined && requests === death.at) {
        if (death.when === "before") {
          kill();
          return "cut";
        }
        setTimeout(kill, death.when === "after" ? 0 : 3);
      }
      return { status: 200, body: { code: 0 } };
    });
    await writeFile(
      join(root, "exports.yaml"),
      `targets: [{ name: siem, to: splunk-hec, url: "${target.url}", token: "vault:secret/a#b", acknowledge: false, batch: { entries: 20, seconds: 0 } }]\n`,
      { mode: 0o600 },
    );
    const store = openDeliveryStore(join(root, "exports", "siem"));
    try {
      for (; life <= DEATHS.length; life += 1) {
        requests = 0;
        const started = spawn(process.execPath, [...FROM_SOURCE, CHILD], {
          env: { PATH: "/usr/bin:/bin", DELIVERY_ROOT: root },
          stdio: "ignore",
        });
        child = started;
        const ended = new Promise((resolve) => started.once("close", resolve));
        if (life < DEATHS.length) {
          await ended;
          continue;
        }
        await expect
          .poll(async () => (await store.read())?.next, { timeout: 40_000, interval: 50 })
          .toBe(ENTRIES);
        kill();
        await ended;
      }
    } finally {
      kill();
      await target.close();
    }
    const bytesById = new Map<string, string>();
    let doubled = 0;
    for (const { body } of target.seen)
      for (const line of body.toString("utf8").split("\n")) {
        const { event } = JSON.parse(line) as { readonly event: { readonly id: string } };
        const known = bytesById.get(event.id);
        if (known !== undefined) doubled += 1;
        expect(known ?? line).toBe(line);
        bytesById.set(event.id, line);
      }
    expect(bytesById.size).toBe(ENTRIES);
    // The deaths before the answer and right after it leave a batch that has to come again.
    expect(doubled).toBeGreaterThan(0);
    expect(await store.deadLetters()).toEqual([]);
  });
});
