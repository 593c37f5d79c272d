// One process that runs tests, watched: what it says, and an end to it when it says nothing more.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { RUNS_VARIABLE } from "../oracle/kept-runs.ts";
import { cachePlace } from "./instrument.ts";
import type { Order, Said } from "./run-tests.ts";

/** How an order ended: with its last word, because the process was silent for too long, or because it fell over. */
export type Ending = "ended" | "silent" | "crashed";

const LAST_WORDS: readonly Said["kind"][] = ["loaded", "passed", "failed", "endless", "spoilt"];

type Waiting = { readonly hear: (said: Said) => void; readonly end: (ending: Ending) => void };

/** A bundled program that takes one order after another. What its tests made is removed when it is over. */
export class TestProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #closed: Promise<void>;
  readonly #silentMsMax: number;
  #timer: NodeJS.Timeout | undefined;
  #waiting: Waiting | undefined;
  #isOver = false;

  constructor(program: string, silentMsMax: number) {
    this.#silentMsMax = silentMsMax;
    this.#child = spawn(process.execPath, ["--max-old-space-size=1500", program], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        ...process.env,
        NODE_ENV: "test",
        VITEST: "true",
        [RUNS_VARIABLE]: join(cachePlace, "shell-runs"),
      },
    });
    const made: string[] = [];
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      // The line comes from our own program.
      const said = JSON.parse(line) as Said;
      if (said.kind === "made") made.push(said.path);
      else this.#hear(said);
    });
    // A process that fell over before it read: its end says so.
    this.#child.stdin.on("error", () => undefined);
    this.#closed = new Promise((resolve) => {
      this.#child.on("close", () => {
        this.#isOver = true;
        this.#end("crashed");
        for (const path of made) rmSync(path, { recursive: true, force: true });
        resolve();
      });
    });
  }

  /** Whether it takes no more orders. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives an order and hands on what is said until it ended; one at a time. A silent process is killed. */
  run(order: Order, hear: (said: Said) => void): Promise<Ending> {
    if (this.#isOver) return Promise.resolve("crashed");
    return new Promise((end) => {
      this.#waiting = { hear, end };
      this.#watch();
      this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    });
  }

  /** Lets it end. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), this.#silentMsMax);
    await this.#closed;
    clearTimeout(timer);
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#end("silent");
      this.#child.kill("SIGKILL");
    }, this.#silentMsMax);
  }

  #hear(said: Said): void {
    this.#watch();
    this.#waiting?.hear(said);
    if (LAST_WORDS.includes(said.kind)) this.#end("ended");
  }

  #end(ending: Ending): void {
    clearTimeout(this.#timer);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.end(ending);
  }
}
