// Jobs of a pipeline by `ci run` with the real client: honest ones run, hostile ones come to nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sampled } from "../sampled.ts";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram } from "./built-program.ts";
import { type Job, HONEST, HOSTILE } from "./ci-jobs.ts";
import { whyMissing } from "./machine.ts";
import { runJob } from "./run-job.ts";

let missing: string | undefined;
beforeAll(async () => {
  missing = await whyMissing(["client", "managed", "sandbox"]);
  if (missing !== undefined) return;
  const home = mkdtempSync(join(tmpdir(), "sallyport-jobs-"));
  expect(buildProgram(home)).toMatchObject({ status: 0 });
  rmSync(home, { recursive: true, force: true });
});

const wordsOf = ({ allow = [], mode = "dontAsk" }: Job) => [
  ...allow.flatMap((rule) => ["--allow", rule]),
  ...["--mode", mode],
];
/** Of twenty each, in a run of everything. */
const STEP = 7;
/** WHY so long: it is for what hangs. */
const LIMIT = { timeout: 1_300_000 };

describe("an honest job", () => {
  for (const job of sampled(HONEST, STEP))
    it(`${job.name}: runs`, LIMIT, async (ctx) => {
      skipIfMissing(ctx, missing);
      const { files, turns, prompt = "do it" } = job;
      const ended = await runJob({ files, turns, words: wordsOf(job), client: [], prompt });
      const open = [...ended.results];
      for (const shown of job.shows) {
        const at = open.findIndex((text) =>
          typeof shown === "string" ? text.includes(shown) : shown.test(text),
        );
        expect(
          at,
          `${shown} in:\n${ended.output}\n${ended.results.join("\n--\n")}`,
        ).toBeGreaterThanOrEqual(0);
        open.splice(at, 1);
      }
      for (const [name, text] of Object.entries(job.made ?? {}))
        expect(ended.fileOf(name)).toContain(text);
      expect(ended.summary).toMatchObject({ outcome: "done", hindered: [] });
      expect(ended.code).toBe(0);
    });
});

describe("a hostile job", () => {
  for (const job of sampled(HOSTILE, STEP, 1))
    it(`${job.name}: comes to nothing`, LIMIT, async (ctx) => {
      skipIfMissing(ctx, missing);
      const { files, turns, prompt = "do it", words = [], client = [], refused, isSilent } = job;
      const ended = await runJob({
        files,
        turns,
        client,
        prompt,
        words: [...wordsOf(job), ...words],
      });
      expect(
        { leaked: ended.leaked, sent: ended.sent, harmed: ended.harmed },
        ended.output,
      ).toEqual({
        leaked: [],
        sent: [],
        harmed: [],
      });
      if (refused === undefined) expect(ended.results.length > 0).toBe(isSilent !== true);
      else {
        expect(ended.code).toBe(2);
        expect(ended.output).toContain(refused);
        expect(ended.summary).toBeUndefined();
      }
    });
});
