// The files of a tree with threads: what is said of them, and in which order, is what one thread says; lost threads lose nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanFile, type Wanted } from "#surface/services/scan/clean-file.ts";
import { fileQueue, type QueueOptions, type Thread } from "#surface/services/scan/file-queue.ts";
import type { FromScanThread, ScanThread } from "#surface/services/scan/scan-messages.ts";

const WANTED: Wanted = { leastTier: "medium", families: ["secret"] };
const SECRET = `DB_PASSWORD=${["x9", "Kq2", "vLm", "7Rt4"].join("")}\n`;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "queue-"));
  writeFileSync(join(folder, "clean.txt"), "nothing here\n");
  writeFileSync(join(folder, "found.env"), SECRET);
  writeFileSync(join(folder, "plain.yml"), "db:\n  password: summerhouse\n");
  writeFileSync(
    join(folder, "made-up.test.ts"),
    `const secret = "${["x9Kq2v", "Lm7Rt4"].join("")}";\n`,
  );
  writeFileSync(join(folder, "bytes.bin"), Buffer.from([1, 0, 2, 0, 3, 200]));
  writeFileSync(join(folder, "packed.7z"), Buffer.from("377abcaf271c0004", "hex"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const asked = (name: string) => ({ name: Buffer.from(join(folder, name)), path: name });

/** A thread that answers as the built one does, some time later; it is lost when it has answered `answers` times. */
function fakeThread({ wanted }: ScanThread, answers: number): Thread {
  let onMessage: ((message: FromScanThread) => void) | undefined;
  const onLost: (() => void)[] = [];
  let left = answers;
  return {
    postMessage: ({ files }) =>
      setImmediate(() => {
        if (left-- > 0) onMessage?.({ clean: files.map((file) => cleanFile(file, wanted)) });
        else for (const lost of onLost.splice(0)) lost();
      }),
    on(event: string, listener: unknown) {
      if (event === "message") onMessage = listener as typeof onMessage;
      else onLost.push(listener as () => void);
    },
    terminate: () => undefined,
  };
}

/** What is said of files and between them, in order, and which of the files were passed over. */
async function told(names: readonly string[], options: Omit<QueueOptions, "wanted">) {
  const said: string[] = [];
  let passed = 0;
  const queue = fileQueue({ wanted: WANTED, ...options });
  for (const [at, name] of names.entries()) {
    if (name === "say") queue.say(() => said.push(`${at} said`));
    else
      await queue.file({
        asked: asked(name === "known" ? "clean.txt" : name),
        known: name === "known" ? { bytes: 13, readAs: "utf-8", isPacked: false } : undefined,
        look: () => said.push(`${at} ${name}`),
        pass: () => {
          passed += 1;
          said.push(`${at} ${name}`);
        },
      });
  }
  await queue.end();
  queue.close();
  return { said, passed };
}

describe("a file is clean", () => {
  it("where nothing is found in it, with what has to be said of it", () => {
    const text = { readAs: "utf-8", isPacked: false };
    expect(cleanFile(asked("clean.txt"), WANTED)).toEqual({ bytes: 13, ...text });
    for (const name of ["found.env", "not-there"])
      expect([name, cleanFile(asked(name), WANTED)]).toEqual([name, undefined]);
    // What has to be said of a clean file goes with it.
    expect(cleanFile(asked("bytes.bin"), WANTED)).toEqual({ bytes: 6, ...text, readAs: "bytes" });
    expect(cleanFile(asked("packed.7z"), WANTED)?.isPacked).toBe(true);
    // What lies in settings weighs more at rest than its detector says, and what lies in tests less.
    expect(cleanFile(asked("plain.yml"), WANTED)).toBeUndefined();
    expect(cleanFile(asked("made-up.test.ts"), WANTED)?.bytes).toBeGreaterThan(0);
    const health: Wanted = { leastTier: "medium", families: ["health"] };
    expect(cleanFile(asked("found.env"), health)?.bytes).toBe(SECRET.length);
  });
});

describe("a tree with threads", () => {
  const kinds = fc.constantFrom(
    "clean.txt",
    "clean.txt",
    "clean.txt",
    "found.env",
    "known",
    "say",
    "gone",
  );
  it("property.is told in its order, with any threads and whichever of them are lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(kinds, { maxLength: 400 }),
        fc.array(fc.nat(12), { maxLength: 3 }),
        async (names, lives) => {
          const starts = [...lives];
          const start = (data: ScanThread): Thread => fakeThread(data, starts.shift() ?? 0);
          const options = { threadsMax: lives.length, after: 10, start };
          const { said } = await told(names, options);
          expect(said).toEqual((await told(names, { threadsMax: 0 })).said);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("passes over what a thread found clean, and starts none for a few files", async () => {
    let started = 0;
    const start = (data: ScanThread): Thread => {
      started += 1;
      return fakeThread(data, Number.POSITIVE_INFINITY);
    };
    const names = Array.from({ length: 600 }, (_, at) =>
      at % 50 === 0 ? "found.env" : "clean.txt",
    );
    const { passed, said } = await told(names, { threadsMax: 2, after: 10, start });
    expect(started).toBe(2);
    expect(passed).toBeGreaterThan(100);
    expect(said.length).toBe(600);
    expect((await told(names.slice(0, 10), { threadsMax: 2, after: 10, start })).passed).toBe(0);
    expect(started).toBe(2);
  });
});
