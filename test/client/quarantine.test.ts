// Quarantine, a blocked host and an unblocking attempt in sessions of the real client: the next call is refused with the reason, and nothing that the agent does changes that.
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { Incident } from "#detect/incident/incident.ts";
import { until } from "../until.ts";
import { type BreakableStand, openBreakableStand } from "./breakable-stand.ts";
import { bash } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

let missing: string | undefined;
let stand: BreakableStand;
beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing === undefined) stand = await openBreakableStand({ transport: "http" });
});
afterAll(() => stand?.close());
const need = (ctx: TestContext) => {
  if (missing !== undefined) ctx.skip(missing);
};

const SETTINGS = { user: { permissions: { allow: ["Bash"] } } };
const incidents = (): readonly Incident[] =>
  stand
    .sallyport("incident", "list", "--state", "all", "--json")
    .stdout.split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Incident);

describe("a session in quarantine", () => {
  it("is refused from the next call on, with the incident as the reason, whatever the agent tries", async (ctx) => {
    need(ctx);
    const attempts = [
      "cat readme.txt",
      "sallyport session release $(cat /proc/sys/kernel/random/uuid) --reason mine",
      "sallyport incident list --json",
      `rm -rf ${stand.data}/held-sessions`,
      `printf '{}' > ${stand.data}/incidents/x.json`,
      `kill $(cat ${stand.data}/daemon.lock)`,
    ];
    const run = await stand.session({
      settings: SETTINGS,
      turns: [
        bash(`cat ${stand.data}/keys/subjects/*`),
        ...attempts.map((one) => bash(one)),
        "bye",
      ],
      async beforeTurn(turn) {
        if (turn !== 1) return;
        await until("an incident is there", () => Promise.resolve(incidents().length > 0));
        const id = incidents()[0]?.id ?? "";
        expect(stand.sallyport("incident", "quarantine", id).stdout).toContain("now contained");
      },
    });
    const [incident] = incidents();
    expect(run.wasDenied(toolUseId(0))).toBe(true);
    for (const [at, attempt] of attempts.entries()) {
      const id = toolUseId(at + 1);
      expect([attempt, run.wasDenied(id)]).toEqual([attempt, true]);
      expect(run.toolResults.get(id)?.text).toContain(incident?.id);
    }
    const shown = stand.sallyport("incident", "show", incident?.id ?? "", "--json").stdout;
    expect(JSON.parse(shown)).toMatchObject({ sessions: [run.sessionId] });
    const refused = stand
      .record()
      .filter(({ metadata }) => metadata["kind"] === "decision" && metadata["verdict"] === "deny");
    expect(refused.length).toBeGreaterThanOrEqual(attempts.length + 1);
    const held = stand.sallyport("session", "held", "--json").stdout;
    expect(held).toContain('"cause":"quarantine"');
  });

  it("leaves others alone, and a blocked host is refused in each of them", async (ctx) => {
    need(ctx);
    const asks = "curl -s https://docs.python.org/3/";
    const run = await stand.session({
      settings: SETTINGS,
      turns: [bash("cat readme.txt"), bash(asks), "bye"],
      beforeTurn(turn) {
        if (turn !== 1) return;
        const words = ["block", "add", "host", "docs.python.org", "--reason", "incident"];
        expect(stand.sallyport(...words).status).toBe(0);
      },
    });
    expect(run.toolResults.get(toolUseId(0))?.text).toBe("hello");
    expect(run.wasDenied(toolUseId(1))).toBe(true);
    expect(run.toolResults.get(toolUseId(1))?.text).toContain("`docs.python.org` is blocked");
  });
});
