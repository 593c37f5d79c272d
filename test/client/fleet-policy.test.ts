// A machine of a fleet: its policy arrives from a file server, and the real client obeys it, the next one, and that there is none any more.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeBundle } from "#surface/services/policy/make-bundle.ts";
import { type MachineOrder, writeAssignments } from "#surface/services/fleet/publishing.ts";
import { skipIfMissing } from "../skipping.ts";
import { DAY_MS, keyNamed } from "../surface/services/policy/made-bundle.ts";
import { until } from "../until.ts";
import { bash } from "./client-run.ts";
import { toolUseId } from "./model-stub.ts";
import { openPrivateMachine, type PrivateMachine, whyNoMachine } from "./private-machine.ts";

/** WHY so long: sessions take seconds on a quiet machine, and half a minute on a busy one. */
const WHOLE_MS = 900_000;
/** A change of the policy is to reach the machine within this. */
const REACH_MS = 120_000;
const acme = keyNamed("acme");

let missing: string | undefined;
let machine: PrivateMachine;
let server: ReturnType<typeof createServer>;
let from = "";
const followed: string[] = [];
const ends: (() => void)[] = [];
const published = () => join(machine.stand.home, "published");

function bundleOf(version: number, stage: "ask" | "enforce") {
  const policy = `id: acme\nversion: "${version}"\ntitle: For a test\nextends: [team]\n${stage === "ask" ? "stage: ask\n" : ""}rules:\n  - { id: acme/readme, verdict: deny, effects: [read], paths: ["<project>/readme.txt"], reason: it is a test }\n`;
  const now = Date.now();
  const order = { version, issuedMs: now, expiresMs: now + 90 * DAY_MS, revoked: [] };
  const { text } = makeBundle({ text: policy, file: "acme.yaml" }, order, acme);
  const content = createHash("sha256").update(text).digest("hex");
  return { text, bundle: { version, content, stage } };
}

const publish = (bundle: MachineOrder["bundle"], bundles: readonly string[] = []) =>
  writeAssignments(published(), {
    signer: acme,
    fleet: "acme",
    bundles,
    nowMs: Date.now(),
    assignments: [{ machine: "laptop", bundle }],
  });

const heard = (words: string) =>
  until(`it is told: ${words}`, () => followed.join("").includes(words), {
    withinMs: REACH_MS,
    everyMs: 200,
  });

/** Whether a session may read the file that the policy of the fleet is about. */
async function reads(): Promise<string> {
  const { stand, etc } = machine;
  const run = await stand.session({
    wrapper: etc.enter(stand.project),
    turns: [bash("cat readme.txt"), "bye"],
    timeoutMs: 120_000,
  });
  return run.wasDenied(toolUseId(0)) ? "refused" : (run.toolResults.get(toolUseId(0))?.text ?? "");
}

beforeAll(async () => {
  missing = await whyNoMachine();
  if (missing !== undefined) return;
  machine = await openPrivateMachine();
  server = createServer((request, response) => {
    const file = join(published(), request.url ?? "");
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  from = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}, WHOLE_MS);
afterAll(async () => {
  for (const end of ends) end();
  server?.closeAllConnections();
  server?.close();
  if (missing === undefined) await machine?.close();
}, WHOLE_MS);

describe("a machine that follows its fleet", () => {
  it(
    "obeys the policy that is published for it, the next one, and its end",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const { stand, etc } = machine;
      etc.run("mkdir -m 755 /etc/sallyport");
      const program = join(stand.product, "dist/surface/cli/main.js");
      const pin = `'${process.execPath}' '${program}' policy bundle pin '${acme.verifier.text}' --yes`;
      etc.run(pin);
      expect(await reads()).toBe("hello");
      const words = ["fleet", "follow", "--from", from, "--fleet", "acme", "--machine", "laptop"];
      const [command = "", ...rest] = [
        ...etc.enter("/"),
        ...[process.execPath, program, ...words, "--every", "5s"],
      ];
      const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
      ends.push(() => child.kill("SIGTERM"));
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (part: string) => followed.push(part));
      await heard("nothing is published for `laptop`");
      const first = bundleOf(7, "enforce");
      await publish(first.bundle, [first.text]);
      await heard("version 7, stage enforce is in force");
      expect(await reads()).toBe("refused");
      const second = bundleOf(8, "ask");
      await publish(second.bundle, [second.text]);
      await heard("version 8, stage ask is in force");
      const shown = await machine.run(["status", stand.project]);
      expect(shown.text).toContain("stage ask");
      await publish(null);
      await heard("the bundle was taken away");
      expect(await reads()).toBe("hello");
      const changes = stand
        .record()
        .filter(({ metadata }) => metadata["kind"] === "policy" && metadata["layer"] === "managed");
      expect(changes.map(({ metadata }) => metadata["what"])).toEqual(
        expect.arrayContaining(["changed", "removed"]),
      );
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    },
    WHOLE_MS,
  );
});
