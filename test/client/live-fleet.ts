// A fleet around one machine of a test: an operator's folder, a collector over PostgreSQL, a file server, machines that follow and report.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dayOf } from "#base/day.ts";
import { ringOf } from "#assure/rollout/progress.ts";
import type { HostReport } from "#record/fleet/host-report.ts";
import { createReporter } from "#surface/services/fleet/forwarder.ts";
import { followOnce } from "#surface/services/fleet/following.ts";
import { openPublished } from "#surface/services/fleet/published-source.ts";
import { createKeyFile, formatPinnedKeys } from "#surface/services/policy/bundle-keys.ts";
import { managedFolder } from "#surface/services/policy/managed-folder.ts";
import { hostDay, hostReport } from "../record/fleet/host-reports.ts";
import { PROGRAM } from "../program.ts";
import { until } from "../until.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";
import {
  POSTGRES_MISSING,
  postgresPrograms,
  startPostgres,
} from "../surface/services/fleet/postgres-cluster.ts";

/** Percent of the machines in the first ring and in the last. */
const RINGS = [50, 100];

/** The file of the fleet: one policy for a group of the directory, another for everybody else. */
const FLEET_FILE = `format: 1
name: acme
owner: the platform team
policies:
  - { policy: payments, when: { groups: [payments] } }
  - { policy: baseline }
rings: [${RINGS.join(", ")}]
limits:
  every: { days: 0, calls: 100, adoptedPercent: 100, onlinePercent: 90 }
`;

export type LiveFleet = {
  /** The collector's address, and what a machine joins it with. */
  readonly join: readonly string[];
  /** Where the fleet is published. */
  readonly from: string;
  /** The key that machines pin, and the file of its private half. */
  readonly pin: string;
  readonly key: string;
  /** The machine that is a real one, as the fleet names it. */
  readonly machine: string;
  /** Runs `fleet` as the operator. Throws with its words unless it ends with one of `codes`. */
  operate(words: readonly string[], codes?: readonly number[]): string;
  publish(): void;
  /** Has every other machine follow what is published and report. Gives how many have a policy, and of which stages. */
  round(): Promise<Readonly<Record<string, number>>>;
  /** What the collector knows of the real machine; undefined before its first report. */
  reported(): HostReport | undefined;
  close(): Promise<void>;
};

type Other = { readonly name: string; readonly site: string };

/** Why there can be none here, or undefined. */
export function whyNoFleet(): string | undefined {
  return postgresPrograms() === undefined ? POSTGRES_MISSING : undefined;
}

/** A name that the first ring has: what is tried on a fleet first is then tried on this machine too. */
function nameInFirstRing(policy: string): string {
  for (let number = 1; ; number++)
    if (ringOf(policy, `laptop-${number}`, RINGS) === 0) return `laptop-${number}`;
}

/** Opens it. `policies` are the texts of `payments` and `baseline`; `others` machines are in each of the two. */
export async function openLiveFleet(
  policies: Readonly<Record<"payments" | "baseline", string>>,
  others: number,
): Promise<LiveFleet> {
  const root = mkdtempSync(join(tmpdir(), "live-fleet-"));
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  const [folder, published] = [at("fleet"), at("published")];
  const machine = nameInFirstRing("payments");
  const run = (words: readonly string[]) =>
    spawnSync(process.execPath, [...PROGRAM, ...words], {
      encoding: "utf8",
      timeout: 120_000,
      env: { ...process.env, HOME: root, SALLYPORT_HOME: at("operator"), SALLYPORT_FLEET: folder },
    });
  const operate: LiveFleet["operate"] = (words, codes = [0]) => {
    const { status, stdout, stderr } = run(["fleet", ...words]);
    if (codes.includes(status ?? -1)) return stdout;
    throw new Error(`fleet ${words.join(" ")} ended with ${status}: ${stderr}${stdout}`);
  };
  operate(["init", folder, "--name", "acme", "--yes"]);
  writeFileSync(join(folder, "fleet.yaml"), FLEET_FILE);
  for (const [id, text] of Object.entries(policies))
    writeFileSync(join(folder, "policies", `${id}.yaml`), text);
  const names = Array.from({ length: 2 * others }, (_, index) => `m${String(index + 1)}`);
  // The machine gets its policy by a group of the person that device management names.
  const people = [machine, ...names].map((name, index) => ({
    name,
    email: `${name}@acme.example`,
    groups: index <= others ? "payments" : "web",
  }));
  const listed = (kind: string, rows: readonly string[]): void => {
    writeFileSync(at(`${kind}.csv`), `${rows.join("\n")}\n`);
    operate(["import", at(`${kind}.csv`), "--kind", kind, "--source", "made-up", "--yes"]);
  };
  listed("devices", [
    "hostname,os,email",
    ...people.map((one) => `${one.name},Linux,${one.email}`),
  ]);
  listed("users", ["email,groups", ...people.map((one) => `${one.email},${one.groups}`)]);
  const key = createKeyFile(at("fleet.key"), "acme-2026");

  const certificates = new Map(
    ["ca", "server", machine, ...names].map((name) => {
      const subject = name === "ca" || name === "server" ? `/CN=${name}` : `/O=acme/CN=${name}`;
      const more = name === "server" ? "subjectAltName=IP:127.0.0.1\n" : "";
      return [name, certifyIn(root, name, subject, more)] as const;
    }),
  );
  const of = (name: string) => certificates.get(name) ?? { cert: "", key: "" };
  const cluster = await startPostgres(of("server"));
  const collector = await openCollector(at, { cluster, folder, run });
  const files = createServer((request, response) => {
    const file = join(published, request.url ?? "");
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  const address = files.address();
  const from = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const all = names.map((name): Other => {
    const site = at("sites", name);
    mkdirSync(site, { recursive: true, mode: 0o755 });
    writeFileSync(join(site, "policy-keys"), formatPinnedKeys([key]));
    return { name, site };
  });
  let rounds = 0;
  const live = async ({ name, site }: Other): Promise<string> => {
    const source = openPublished(from, undefined);
    const place = managedFolder(site);
    const who = { fleet: "acme", machine: name, folder: place, nowMs: () => Date.now() };
    const { version, stage } = await followOnce(source, who).finally(() => source.close());
    const bundle =
      version === undefined || version === null || stage === undefined || stage === null
        ? null
        : { version, stage, content: digestOf(readFileSync(place.file)) };
    const reporter = createReporter({ url: collector.url, ca: of("ca").cert, ...of(name) });
    // People work on: a hundred calls more and one question more each time.
    const counts = { calls: 100 * rounds, asked: rounds, allowed: rounds, declined: 0, rules: [] };
    const days = [hostDay({ day: dayOf(Date.now()), ...counts })];
    const report = hostReport({
      atMs: Date.now(),
      client: "2.1.300",
      bundle,
      repositories: [],
      days,
    });
    // A collector takes four reports a minute of each machine.
    const isTaken = async () => (await reporter.report(JSON.stringify(report))).kind === "taken";
    await until(`the report of ${name} is taken`, isTaken, { everyMs: 5_000 }).finally(() =>
      reporter.close(),
    );
    return stage ?? "none";
  };
  return {
    join: [
      ...["collector", "join", collector.url, "--ca", at("ca.pem")],
      ...["--cert", at(`${machine}.pem`), "--key", at(`${machine}.key`)],
    ],
    from,
    machine,
    operate,
    pin: key.text,
    key: at("fleet.key"),
    publish: () => void operate(["publish", published, "--key", at("fleet.key")]),
    async round() {
      const stages: Record<string, number> = {};
      rounds += 1;
      for (const one of all) {
        const stage = await live(one);
        stages[stage] = (stages[stage] ?? 0) + 1;
      }
      return stages;
    },
    reported() {
      const file = join(folder, "hosts", "acme", "hosts.ndjson");
      const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      const line = lines.find((one) => one.includes(`"${machine}"`));
      return line === undefined ? undefined : (JSON.parse(line) as { report: HostReport }).report;
    },
    async close() {
      files.closeAllConnections();
      files.close();
      await collector.end();
      await cluster.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Sets the store up and serves, by the commands that an operator has. */
async function openCollector(
  at: (...parts: readonly string[]) => string,
  {
    cluster,
    folder,
    run,
  }: {
    readonly cluster: Awaited<ReturnType<typeof startPostgres>>;
    readonly folder: string;
    readonly run: (words: readonly string[]) => ReturnType<typeof spawnSync>;
  },
): Promise<{ readonly url: string; end(): Promise<void> }> {
  const secret = (name: string, text: string): string => {
    writeFileSync(at(name), text, { mode: 0o600 });
    return at(name);
  };
  const owner = ["--owner", secret("owner.url", cluster.url("owner"))];
  for (const words of [["setup"], ["tenant", "acme"]]) {
    const { status, stderr } = run(["collector", ...words, ...owner]);
    if (status !== 0) throw new Error(`collector ${words.join(" ")}: ${String(stderr)}`);
  }
  const settings = {
    listen: { port: 0 },
    fleet: folder,
    tls: { cert: "server.pem", key: "server.key", clientCa: "ca.pem" },
    postgres: { url: cluster.url("owner") },
  };
  const config = secret("collector.json", JSON.stringify(settings));
  const child = spawn(process.execPath, [...PROGRAM, "collector", "serve", "--config", config]);
  let said = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (part: string) => {
        said += part;
        const found = /https:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (found !== undefined) resolve(found);
      });
    void ended.then(() => reject(new Error(`the collector ended: ${said}`)));
  });
  return {
    url,
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
