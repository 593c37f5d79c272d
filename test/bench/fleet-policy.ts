// How soon ten thousand machines have a policy that was published: each follows over TLS as `fleet follow` does, at its own pace, into a folder of its own.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import type { Followed } from "#surface/services/fleet/following.ts";
import { followOn } from "#surface/services/fleet/following.ts";
import { openPublished } from "#surface/services/fleet/published-source.ts";
import { writeAssignments } from "#surface/services/fleet/publishing.ts";
import {
  formatPinnedKeys,
  createKeyFile,
  readKeyFile,
} from "#surface/services/policy/bundle-keys.ts";
import { makeBundle } from "#surface/services/policy/make-bundle.ts";
import { managedFolder } from "#surface/services/policy/managed-folder.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";
import { atMost, percentile, type Suite } from "./figures.ts";

const MACHINES = 10_000;
/** As `fleet follow` looks when nobody says otherwise. */
const EVERY_MS = 60_000;
const WAIT_S = 120;
const DAY_MS = 86_400_000;
const SERVER = fileURLToPath(new URL("file-server.ts", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../scripts/plain-sources.mjs", import.meta.url));

/** Machines look for what is published until all of them have looked once; then another policy is published. */
export async function measureFleetPolicy(): Promise<Suite> {
  const root = mkdtempSync(join(tmpdir(), "fleet-policy-"));
  const published = join(root, "published");
  mkdirSync(published);
  const server = await startServer(root, published);
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const followers: Promise<void>[] = [];
  try {
    const keyFile = join(root, "fleet.key");
    createKeyFile(keyFile, "acme-2026");
    const signer = readKeyFile(keyFile);
    const names = Array.from({ length: MACHINES }, (_, place) => `machine-${place}`);
    const publish = async (version: number): Promise<number> => {
      const nowMs = Date.now();
      const text = `id: acme\nversion: "${version}"\ntitle: For a bench\nautomaticApproval: false\nrules:\n  - { id: acme/keys, verdict: deny, effects: [read], paths: ["~/.ssh/**"], reason: keys stay }\nstage: ask\n`;
      const order = { version, issuedMs: nowMs, expiresMs: nowMs + 90 * DAY_MS, revoked: [] };
      const made = makeBundle({ text, file: "acme.yaml" }, order, signer).text;
      const content = createHash("sha256").update(made).digest("hex");
      const startMs = performance.now();
      const bundle = { version, content, stage: "ask" } as const;
      await writeAssignments(published, {
        signer,
        fleet: "acme",
        bundles: [made],
        nowMs,
        assignments: names.map((machine) => ({ machine, bundle })),
      });
      return performance.now() - startMs;
    };
    await publish(1);
    const has = new Map<string, { version: number; atMs: number }>();
    const troubles = new Set<string>();
    let failed = 0;
    const begin = performance.now();
    for (const [place, machine] of names.entries()) {
      const delayMs = begin + (place * EVERY_MS) / MACHINES - performance.now();
      // TIME: machines were switched on over a minute, as people do.
      if (delayMs > 1) await pause(delayMs);
      const site = join(root, "machines", machine);
      mkdirSync(site, { recursive: true, mode: 0o755 });
      writeFileSync(join(site, "policy-keys"), formatPinnedKeys([signer.verifier]));
      const source = openPublished(`https://127.0.0.1:${server.port}`, server.ca);
      const who = { fleet: "acme", machine, folder: managedFolder(site), nowMs: () => Date.now() };
      const news = ({ version }: Followed): void => {
        if (has.get(machine)?.version !== version)
          has.set(machine, { version: version ?? 0, atMs: performance.now() });
      };
      const trouble = ({ code }: { readonly code: string }): void => {
        failed += 1;
        troubles.add(code);
      };
      followers.push(
        followOn(source, who, { everyMs: EVERY_MS, ended, news, trouble }).finally(source.close),
      );
    }
    // TIME: every machine has its first policy before the next is published; a slow machine of a bench gets as long as it takes.
    while (has.size < MACHINES) await pause(500);
    failed = 0;
    const publishMs = await publish(2);
    const fromMs = performance.now();
    // TIME: the two minutes of the goal.
    while (performance.now() - fromMs < WAIT_S * 1_000 && count(has) < MACHINES) await pause(200);
    const took = [...has.values()].map(({ version, atMs }) =>
      version === 2 ? Math.max(0, atMs - fromMs) / 1_000 : Number.POSITIVE_INFINITY,
    );
    end();
    await Promise.all(followers);
    return {
      method:
        `${MACHINES.toLocaleString("en-US")} followers in one process, with the product's own loop: a look every ${EVERY_MS / 1_000} s, a fifth left to chance, over TLS from a file server in a process of its own; each verifies its assignment and the bundle's signature, compiles the policy (one rule: each machine has a processor of its own, and these share one) and writes it into a folder of its own. ` +
        "Then all of them are published another policy. The seconds count from the end of publishing until a machine has it in force.",
      figures: [
        atMost("99 % have the policy", percentile(took, 0.99), "s", WAIT_S),
        { name: "  half of them", value: percentile(took, 0.5), unit: "s" },
        { name: "  all of them", value: Math.max(...took), unit: "s" },
        { name: "machines", value: MACHINES, unit: "" },
        {
          name: `looks that failed${[...troubles].map((one) => ` (${one})`).join("")}`,
          value: failed,
          unit: "",
        },
        { name: "assignments signed and written", value: publishMs / 1_000, unit: "s" },
      ],
    };
  } finally {
    end();
    await Promise.allSettled(followers);
    server.end();
    rmSync(root, { recursive: true, force: true });
  }
}

function count(has: ReadonlyMap<string, { readonly version: number }>): number {
  let found = 0;
  for (const { version } of has.values()) if (version === 2) found += 1;
  return found;
}

async function startServer(root: string, folder: string) {
  const { cert: ca } = certifyIn(root, "ca", "/CN=ca");
  certifyIn(root, "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1\n");
  const words = [
    "--import",
    SOURCES,
    SERVER,
    folder,
    join(root, "server.pem"),
    join(root, "server.key"),
  ];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => resolve(Number(text)));
    child.once("exit", () => reject(new Error("the file server ended")));
  });
  return { port, ca, end: () => child.kill("SIGTERM") };
}
