// Every command that the guide shows is run, in a jail, page by page: it does what it is for, or stands in a list with how it ends in an ordinary home and which test runs it for real.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sampled } from "../sampled.ts";
import { skipIfMissing } from "../skipping.ts";
import { FILES, lineHere, PREPARE } from "./page-home.ts";
import { makeHome, type PageHome, WHY_NO_JAIL } from "./page-jail.ts";
import { linesIn, pageLines } from "./page-lines.ts";
import type { EndedLine } from "./run-lines.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Lines that cannot do in an ordinary home what they are for. */
type Listed = {
  readonly line: string;
  /** Its exit code there; `runs`: it goes on until somebody ends it. */
  readonly ends: number | "runs";
  /** Set where a machine that can more does it: the kernel's sandbox, more time. */
  readonly orDone?: true;
  /** Part of what it says. */
  readonly says: string;
  /** What is missing there. */
  readonly needs: string;
  /** The test that runs it where that is there. */
  readonly test: string;
};
const listed = parse(
  readFileSync(`${root}test/guide/not-in-every-home.yaml`, "utf8"),
) as readonly Listed[];
const pages = pageLines();
const all = pages.flatMap(({ lines }) => lines);

/** Of all lines at least so many do there what they are for. */
const SHARE_MIN = 0.68;
/** WHY so long: a busy machine takes seconds for one command. */
const LINE_MS_MAX = 90_000;
const RUNS_MS = 10_000;
const PAGE_MS_MAX = 900_000;

/** How one line is not as it should be; undefined for one that is. */
function faultOf(line: string, { code, text }: EndedLine): string | undefined {
  const entry = listed.find((one) => one.line === line);
  const isDone = code === 0 || code === 1;
  if (entry === undefined)
    return isDone ? undefined : `\`${line}\` ended with ${code ?? "nothing"}: ${text.slice(-300)}`;
  if (isDone && entry.orDone === true) return undefined;
  const ended = code ?? "runs";
  if (ended !== entry.ends)
    return `\`${line}\` ended with ${ended}, the list says ${entry.ends}: ${text.slice(-300)}`;
  return text.includes(entry.says)
    ? undefined
    : `\`${line}\` does not say \`${entry.says}\`: ${text.slice(-300)}`;
}

describe("the guide's commands", () => {
  let home: PageHome | undefined;
  beforeAll(async () => {
    if (WHY_NO_JAIL !== undefined) return;
    home = makeHome(FILES);
    const made = await home.run(PREPARE.map((line) => ({ line, msMax: PAGE_MS_MAX })));
    expect(made.map(({ line, code }) => ({ line, code }))).toEqual(
      PREPARE.map((line) => ({ line, code: 0 })),
    );
  }, PAGE_MS_MAX);
  afterAll(() => home?.remove());

  it("are found", () => {
    expect(all.length).toBeGreaterThan(400);
    const block = "```sh\n$ sallyport a \\\n  --b  # c\nsudo sallyport d\nls\n```\n`sallyport e`\n";
    expect(linesIn(block)).toEqual(["sallyport a --b", "sudo sallyport d"]);
  });
  it("stand in the list only where the guide shows them, once, with a test that there is", () => {
    expect(listed.filter(({ line }) => !all.includes(line)).map(({ line }) => line)).toEqual([]);
    expect(new Set(listed.map(({ line }) => line)).size).toBe(listed.length);
    for (const { line, needs, says, test } of listed) {
      expect(`${needs}${says}`.length, line).toBeGreaterThan(8);
      expect(existsSync(`${root}${test}`), `${line}: ${test}`).toBe(true);
    }
  });
  it("do in most cases what they are for", () => {
    const share = 1 - listed.length / new Set(all).size;
    expect(share).toBeGreaterThan(SHARE_MIN);
  });
  it("that end otherwise than they should are found", () => {
    const ended = (code: number | null, text = "") => ({ line: "", code, text });
    expect(faultOf("sallyport status", ended(0))).toBeUndefined();
    expect(faultOf("sallyport status", ended(2, "gone"))).toContain("ended with 2: gone");
    expect(faultOf("sallyport status", ended(null))).toContain("ended with nothing");
    const one = listed.find(({ ends }) => ends === 2);
    expect(faultOf(one?.line ?? "", ended(0))).toContain("the list says 2");
    expect(faultOf(one?.line ?? "", ended(2, "something else"))).toContain("does not say");
  });
  for (const { page, lines } of sampled(pages, 27))
    it(`${page}: ${lines.length} lines`, { timeout: PAGE_MS_MAX }, async (ctx) => {
      skipIfMissing(ctx, WHY_NO_JAIL);
      const here = home?.copy();
      if (here === undefined) throw new Error("there is no home");
      try {
        const timed = lines.map((line) => {
          const running = listed.find((one) => one.line === line && one.ends === "runs");
          if (running === undefined) return { line: lineHere(line), msMax: LINE_MS_MAX };
          return running.says === ""
            ? { line: lineHere(line), msMax: RUNS_MS }
            : { line: lineHere(line), msMax: LINE_MS_MAX, until: running.says };
        });
        const ended = await here.run([
          { line: "sallyport daemon --ensure", msMax: LINE_MS_MAX },
          ...timed,
        ]);
        expect(ended).toHaveLength(lines.length + 1);
        expect(
          lines.flatMap(
            (line, at) => faultOf(line, ended[at + 1] ?? { line, code: null, text: "" }) ?? [],
          ),
        ).toEqual([]);
      } finally {
        here.remove();
      }
    });
});
