// Every production of a language that opens a canary when it runs: none of them may be allowed.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeCommand } from "../../judging.ts";
import { judgedProject } from "../../judged-project.ts";
import { sampled } from "../../sampled.ts";
import { whyNoJail } from "../jail.ts";
import { CanaryProject } from "./canary-runs.ts";
import { commandsOf, PRODUCTIONS } from "./programs.ts";

/** Of the programs that are stopped every so manieth is run too: it shows that the table is no idle one. */
const STOPPED_STEP = process.env["SALLYPORT_PRODUCTIONS"] === "all" ? 1 : 12;
/** Some need a library or a version that a machine may lack. WHY of all languages together: of one a sample is three programs. */
const OPENING_SHARE_MIN = 0.7;
/** An ordinary run judges every so manieth program of a language, from another one on in each. */
const PROGRAMS_STEP = 4;

const project = judgedProject({ isSettled: true });
let canary: CanaryProject;
beforeAll(() => {
  canary = new CanaryProject();
});
afterAll(() => canary.remove());

const stoppedRuns: boolean[] = [];

describe("no program that opens a canary is allowed", () => {
  const missing = whyNoJail();
  for (const [number, productions] of PRODUCTIONS.entries()) {
    it(productions.runs("…"), async (context) => {
      if (missing !== undefined) context.skip(missing);
      if (!existsSync(`/usr/bin/${productions.program}`))
        context.skip(`${productions.program} is not installed`);
      const commands = sampled(commandsOf(productions), PROGRAMS_STEP, number);
      const running: string[] = [];
      for (const command of commands) {
        const { verdict } = await judgeCommand(project(), command);
        if (verdict === "allow" || verdict === "abstain") running.push(command);
      }
      const stopped = commands.filter((command) => !running.includes(command));
      const sample = stopped.filter((_, at) => at % STOPPED_STEP === 0);
      const opened = await canary.opened([...running, ...sample]);
      expect(running.filter((_, at) => opened[at])).toEqual([]);
      const openedOfSample = opened.slice(running.length).map(Boolean);
      expect(openedOfSample).toContain(true);
      stoppedRuns.push(...openedOfSample);
    }, 240_000);
  }

  it("and most that are stopped would open it", (context) => {
    if (missing !== undefined) context.skip(missing);
    expect(stoppedRuns.length).toBeGreaterThan(PRODUCTIONS.length);
    const openedShare = stoppedRuns.filter(Boolean).length / stoppedRuns.length;
    expect(openedShare).toBeGreaterThan(OPENING_SHARE_MIN);
  });
});
