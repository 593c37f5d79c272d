// What shells, editors, databases and filters are told in their own languages: nothing that opens a canary is allowed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeCommand } from "../../judging.ts";
import { judgedProject } from "../../judged-project.ts";
import { whyNoJail } from "../jail.ts";
import { CanaryProject } from "./canary-runs.ts";
import { EMBEDDED } from "./embedded.ts";

/** Of the commands that are stopped every so manieth is run too. */
const STOPPED_STEP = process.env["SALLYPORT_PRODUCTIONS"] === "all" ? 1 : 6;

const project = judgedProject({ isSettled: true });
let canary: CanaryProject;
beforeAll(() => {
  canary = new CanaryProject({ "secrets/k.txt": "SECRET=other\n" });
});
afterAll(() => canary.remove());

describe("no command that opens a canary is allowed", () => {
  const missing = whyNoJail();
  const opening: string[] = [];
  for (const [family, commands] of Object.entries(EMBEDDED)) {
    it(family, async (context) => {
      if (missing !== undefined) context.skip(missing);
      const running: string[] = [];
      for (const command of commands) {
        const { verdict } = await judgeCommand(project(), command);
        if (verdict === "allow" || verdict === "abstain") running.push(command);
      }
      const stopped = commands.filter((command) => !running.includes(command));
      const sample = stopped.filter((_, at) => at % STOPPED_STEP === 0);
      const opened = await canary.opened([...running, ...sample]);
      expect(running.filter((_, at) => opened[at])).toEqual([]);
      opening.push(...sample.filter((_, at) => opened[running.length + at]));
    }, 240_000);
  }

  it("names the canary in commands that really open it", (context) => {
    if (missing !== undefined) context.skip(missing);
    expect(opening.length).toBeGreaterThan(15);
  });
});
