// What a fleet revokes on one real machine: a version that was revoked, an old one, and the key that signed, with its daemon and the real client.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NoteSigner } from "#record/log/note.ts";
import { writeAssignments } from "#surface/services/fleet/publishing.ts";
import { makeBundle } from "#surface/services/policy/make-bundle.ts";
import { skipIfMissing } from "../skipping.ts";
import { DAY_MS, keyNamed } from "../surface/services/policy/made-bundle.ts";
import { until } from "../until.ts";
import { bash } from "./client-run.ts";
import { toolUseId } from "./model-stub.ts";
import { openPrivateMachine, type PrivateMachine, whyNoMachine } from "./private-machine.ts";

/** WHY so long: sessions take seconds on a quiet machine, and half a minute on a busy one. */
const WHOLE_MS = 900_000;
/** What is revoked must not be obeyed any more after this. */
const REACH_MS = 120_000;
const [acme, next] = [keyNamed("acme"), keyNamed("acme-next")];
const FILES = ["readme.txt", "other.txt"] as const;

type Made = {
  readonly text: string;
  readonly bundle: {
    readonly version: number;
    readonly content: string;
    readonly stage: "enforce";
  };
};

/** A policy that refuses the one file or the other. */
function bundleOf(
  version: number,
  file: (typeof FILES)[number],
  { revoked = [], signer = acme }: { revoked?: readonly number[]; signer?: NoteSigner } = {},
): Made {
  const policy = `id: acme\nversion: "${version}"\ntitle: For a test\nextends: [team]\nrules:\n  - { id: acme/file, verdict: deny, effects: [read], paths: ["<project>/${file}"], reason: it is a test }\n`;
  const now = Date.now();
  const order = { version, issuedMs: now, expiresMs: now + 90 * DAY_MS, revoked };
  const { text } = makeBundle({ text: policy, file: "acme.yaml" }, order, signer);
  const content = createHash("sha256").update(text).digest("hex");
  return { text, bundle: { version, content, stage: "enforce" } };
}

let missing: string | undefined;
let machine: PrivateMachine;
const followed: string[] = [];
let following: ChildProcess | undefined;
const published = () => join(machine.stand.home, "published");

const publish = ({ bundle, text }: Made, signer = acme) =>
  writeAssignments(published(), {
    signer,
    fleet: "acme",
    bundles: [text],
    nowMs: Date.now(),
    assignments: [{ machine: "laptop", bundle }],
  });

/** Waits for words of what follows the fleet that it did not say before. */
async function heard(words: string): Promise<void> {
  const saidBefore = followed.length;
  await until(`it is told: ${words}`, () => followed.slice(saidBefore).join("").includes(words), {
    withinMs: REACH_MS,
    everyMs: 200,
  });
}

/** What a session is told of each file: what is in it, or that it is refused. */
async function reads(): Promise<readonly string[]> {
  const { stand, etc } = machine;
  const run = await stand.session({
    wrapper: etc.enter(stand.project),
    turns: [...FILES.map((file) => bash(`cat ${file}`)), "bye"],
    timeoutMs: 120_000,
  });
  return FILES.map((_, turn) =>
    run.wasDenied(toolUseId(turn)) ? "refused" : (run.toolResults.get(toolUseId(turn))?.text ?? ""),
  );
}

/** Reads until the session is told so, within what a change may take. */
async function obeys(wanted: readonly string[]): Promise<void> {
  const beganMs = performance.now();
  let told: readonly string[] = [];
  do told = await reads();
  while (told.join() !== wanted.join() && performance.now() - beganMs < REACH_MS);
  expect(told).toEqual(wanted);
}

function startFollowing(): void {
  const words = ["fleet", "follow", "--from", published(), "--fleet", "acme"];
  const [command = "", ...rest] = [
    ...machine.etc.enter("/"),
    ...[process.execPath, program(), ...words, "--machine", "laptop", "--every", "5s"],
  ];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  following = child;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => followed.push(part));
}

async function stopFollowing(): Promise<void> {
  const child = following;
  if (child === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

beforeAll(async () => {
  missing = await whyNoMachine();
  if (missing !== undefined) return;
  machine = await openPrivateMachine("http");
  writeFileSync(join(machine.stand.project, "other.txt"), "there\n");
  mkdirSync(published(), { recursive: true });
  await machine.run(["daemon", "stop"]);
  machine.etc.run("mkdir -m 755 /etc/sallyport");
  keys("pin", acme);
  await machine.run(["daemon", "--ensure"]);
  startFollowing();
}, WHOLE_MS);
afterAll(async () => {
  await stopFollowing();
  await machine?.close();
}, WHOLE_MS);

const program = () => join(machine.stand.product, "dist/surface/cli/main.js");
const keys = (what: "pin" | "unpin", { verifier }: NoteSigner) =>
  machine.etc.run(
    `'${process.execPath}' '${program()}' policy bundle ${what} '${what === "pin" ? verifier.text : verifier.text.split("+").slice(0, 2).join("+")}' --yes`,
  );

describe("a machine with a daemon in a fleet", () => {
  it(
    "obeys no version and no key that was revoked",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const { stand, etc } = machine;
      expect(stand.daemonId()).toBeGreaterThan(0);
      const bad = bundleOf(7, "readme.txt");
      await publish(bad);
      await heard("version 7, stage enforce is in force");
      await obeys(["refused", "there"]);
      // The one that it has is revoked, and one that was signed by mistake and is on its way.
      const [good, mistaken] = [
        bundleOf(8, "other.txt", { revoked: [7, 9] }),
        bundleOf(9, "readme.txt"),
      ];
      await publish(good);
      await heard("version 8, stage enforce is in force");
      await obeys(["hello", "refused"]);
      await publish(mistaken);
      await heard("version 9 was revoked");
      // While nothing follows the fleet, whoever is root puts either of them there by hand: neither is obeyed.
      await stopFollowing();
      for (const { text, bundle } of [mistaken, bad]) {
        const place = join(stand.home, `version-${bundle.version}.bundle`);
        writeFileSync(place, text);
        etc.run(`cp '${place}' /etc/sallyport/policy.bundle`);
        await obeys(["hello", "refused"]);
      }
      await publish(good);
      startFollowing();
      await heard("version 8, stage enforce is in force");
      await obeys(["hello", "refused"]);
      const codes = () =>
        stand
          .record()
          .filter(({ metadata }) => metadata["kind"] === "policy")
          .map(({ metadata }) => metadata["code"]);
      expect(codes()).toEqual(expect.arrayContaining(["bundle-downgrade", "bundle-revoked"]));
      // The key is stolen: what it signed is asked about from now on, and nobody is there to say yes.
      keys("pin", next);
      keys("unpin", acme);
      await heard("is not pinned");
      await obeys(["refused", "refused"]);
      expect(codes()).toContain("bundle-withdrawn");
      await publish(bundleOf(99, "readme.txt"));
      await obeys(["refused", "refused"]);
      // Numbers begin anew under the new key.
      await publish(bundleOf(1, "readme.txt", { signer: next }), next);
      await heard("version 1, stage enforce is in force");
      await obeys(["refused", "there"]);
    },
    WHOLE_MS,
  );
});
