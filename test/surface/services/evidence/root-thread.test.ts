// Hashing a log in a thread: the same root as here, bounded, and a thread that is lost is told.
import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { takeHere } from "#surface/services/evidence/entry-root.ts";
import type { ToRoot } from "#surface/services/evidence/root-messages.ts";
import { type RootPort, takeInThread } from "#surface/services/evidence/root-thread.ts";
import { startThread } from "#surface/services/threads/start-thread.ts";

const entries = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, place) => Buffer.from(`entry ${place} ${"x".repeat(place)}`));

class FakeThread extends EventEmitter {
  readonly given: ToRoot[] = [];
  postMessage(message: ToRoot): void {
    this.given.push(message);
  }
  terminate(): Promise<number> {
    return Promise.resolve(0);
  }
}

const asPort = (thread: FakeThread): RootPort => thread as unknown as RootPort;

describe("hashing in a thread", () => {
  it.each([0, 1, 255, 256, 257, 700])(
    "makes the root of %i entries that is made here",
    async (count) => {
      const here = takeHere();
      const there = takeInThread(startThread("root", undefined, { young: 8, old: 64 }));
      try {
        for (let at = 0; at < count; at += 256) {
          const some = entries(count).slice(at, at + 256);
          here.add(some);
          await there.add(some);
        }
        const made = await there.end();
        expect({ size: made.size, root: Buffer.from(made.root).toString("hex") }).toEqual({
          size: count,
          root: Buffer.from(here.end().root).toString("hex"),
        });
      } finally {
        there.close();
      }
    },
  );

  it("waits once much is not hashed yet", async () => {
    const thread = new FakeThread();
    const taker = takeInThread(asPort(thread));
    for (let lot = 0; lot < 32; lot += 1) await taker.add(entries(2));
    let isIn = false;
    const next = Promise.resolve(taker.add(entries(2))).then(() => {
      isIn = true;
    });
    await Promise.resolve();
    expect({ isIn, given: thread.given.length }).toEqual({ isIn: false, given: 32 });
    thread.emit("message", { isTaken: true });
    await next;
    expect(thread.given).toHaveLength(33);
  });

  it.each([
    ["an error", (thread: FakeThread) => thread.emit("error", new Error("out of memory"))],
    ["its end", (thread: FakeThread) => thread.emit("exit", 1)],
  ])("tells of a thread that is lost by %s", async (_, lose) => {
    const thread = new FakeThread();
    const taker = takeInThread(asPort(thread));
    await taker.add(entries(1));
    const ended = taker.end();
    lose(thread);
    await expect(ended).rejects.toMatchObject({ code: "log" });
    expect(thread.given.at(-1)).toEqual({ isEnd: true });
  });

  it("hands over the bytes as they were read", async () => {
    const thread = new FakeThread();
    const taker = takeInThread(asPort(thread));
    await taker.add(entries(3));
    const [lot] = thread.given;
    expect(
      lot !== undefined && "bytes" in lot ? [Buffer.from(lot.bytes).toString(), lot.ends] : [],
    ).toEqual(["entry 0 entry 1 xentry 2 xx", [8, 17, 27]]);
  });
});
