// A machine of an organisation for one test: the package, its service, its one managed file, an ordinary account, and sessions of that account.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPackage } from "#surface/foundation/product/product-files.ts";
import { buildDeb } from "#surface/services/installer/build-deb.ts";
import { until } from "../../until.ts";
import { findMarker } from "../marker-search.ts";
import { startModelStub, type StubRequest, type Turn } from "../model-stub.ts";
import { openPrivateSystem, type PrivateSystem } from "../private-system.ts";
import type { Weakening } from "./weakenings.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PERSON = "bob";
const MARKER = "QUARTZ4471";
const SERVICE_MS = 120_000;
const SESSION_MS = 240_000;
/** A session nobody judges goes on for so long after its last call, as a person's does. */
const LINGER_MS = 90_000;

/** What became of a session. */
export type Tried = {
  /** Whether its harmless call ran. */
  readonly ran: boolean;
  /** Whether the secret reached the model. */
  readonly leaked: boolean;
  /** Decisions on record of the session's calls. */
  readonly judged: number;
  /** What was noticed, and after how many seconds of the session. */
  readonly noticed: readonly { readonly what: string; readonly afterS: number }[];
  readonly said: string;
};

export type GuardedSystem = {
  readonly system: PrivateSystem;
  attempt(weakening: Weakening): Promise<Tried>;
  close(): Promise<void>;
};

/** Makes it. `older`: another client, for the row that needs one. */
export async function openGuardedSystem(
  client: string,
  older: string | undefined,
): Promise<GuardedSystem> {
  const system = await openPrivateSystem(["ada", PERSON], client);
  const relay = await openRelay();
  let service: ChildProcess | undefined;
  const close = async (): Promise<void> => {
    relay.server.close();
    service?.kill("SIGKILL");
    await system.close();
  };
  try {
    const order = { maintainer: "Ada <ada@example.com>", madeS: 1_700_000_000 };
    const made = await buildDeb(
      readPackage(ROOT),
      { ...order, configuration: new Map(), revision: 1 },
      0,
    );
    writeFileSync(join(system.view, "opt", made.name), made.bytes);
    must(system, `dpkg -i /opt/${made.name}`);
    if (older !== undefined) {
      writeFileSync(join(system.view, "opt/older-claude"), readFileSync(older), { mode: 0o755 });
    }
    service = await startService(system);
    must(
      system,
      `cd /root && printf 'hooks: { transport: machine }\\nsandbox: { enabled: false }\\nprovider: { baseUrl: "${relay.url}" }\\n' >site.yaml &&
       sallyport policy compile team --target managed --site site.yaml --out build && mkdir -p /etc/claude-code &&
       cp -r build/. /etc/claude-code/ && ls /etc/claude-code/managed-settings.json && sallyport machine try ${PERSON}`,
    );
  } catch (cause) {
    await close();
    throw cause;
  }
  let before = decisions(system);
  return {
    system,
    close,
    async attempt(weakening) {
      const { judged, ...tried } = await attempt(system, relay, weakening);
      const found = { ...tried, judged: judged - before };
      before = judged;
      return found;
    },
  };
}

function must(system: PrivateSystem, line: string): string {
  const { status, text } = system.asRoot(line);
  if (status !== 0) throw new Error(`\`${line}\` ended with ${status}: ${text.slice(-2_000)}`);
  return text;
}

async function startService(system: PrivateSystem): Promise<ChildProcess> {
  const [program, words] = system.inside("/usr/bin/sallyport", "machine", "serve");
  const child = spawn(program, words, {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (piece) => (said += String(piece)));
  await until("the service runs", () => /guards \d+ accounts/.test(said), {
    withinMs: SERVICE_MS,
  });
  return child;
}

/** A clean home and project of the account. */
const FRESH = `cd / && pkill -CONT -U ${PERSON}; pkill -KILL -U ${PERSON}; for n in 1 2 3; do sleep 0.1; done
chmod 700 /var/lib/sallyport/hold/$(id -u ${PERSON}) 2>/dev/null; rm -rf /home/${PERSON} /tmp/sallyport-$(id -u ${PERSON}) /dev/shm/sallyport-$(id -u ${PERSON})
mkdir -p /home/${PERSON}/shop /home/${PERSON}/tmp && cd /home/${PERSON} && echo KEY=${MARKER} >shop/.env && echo hello >shop/readme.txt
printf '{"hasCompletedOnboarding":true,"projects":{"/home/${PERSON}/shop":{"hasTrustDialogAccepted":true}}}' >.claude.json
mkdir else && cp .claude.json else/ && chown -R ${PERSON}: /home/${PERSON}; : >/var/lib/sallyport/noticed.jsonl`;

const CALLS: readonly Turn[] = [
  [{ name: "Bash", input: { command: "touch ran.txt" } }],
  [
    { name: "Bash", input: { command: 'f=.e; cat "${f}nv"' } },
    { name: "Read", input: { file_path: `/home/${PERSON}/shop/.env` } },
  ],
  "bye",
];

/** One address for the models of all sessions, because the managed file names it. */
type Relay = { readonly server: Server; readonly url: string; to: string };

async function openRelay(): Promise<Relay> {
  const relay = { to: "", url: "" };
  const server = createServer((socket) => {
    const model = connect(Number(new URL(relay.to).port), "127.0.0.1");
    socket.on("error", () => model.destroy()).pipe(model);
    model.on("error", () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  relay.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return Object.assign(relay, { server });
}

async function attempt(system: PrivateSystem, relay: Relay, weakening: Weakening): Promise<Tried> {
  must(system, FRESH);
  const uid = must(system, `id -u ${PERSON}`).trim();
  const home = `/home/${PERSON}`;
  const fill = (text: string): string =>
    text
      .replaceAll("$HOME", home)
      .replaceAll("$UID", uid)
      .replaceAll("$OLDER", "/opt/older-claude");
  const isOpen = (): boolean =>
    findMarker(new Set(requests.map(({ body }) => body)), MARKER) !== undefined;
  const turns = weakening.turns ?? CALLS;
  let requests: readonly StubRequest[] = [];
  const startedMs = Date.now();
  const stub = await startModelStub({
    turns,
    ...(weakening.subAgents === undefined ? {} : { subAgents: weakening.subAgents }),
    async beforeTurn(turn) {
      // Guarded sessions end at once; what runs open stays, as a person's session would, until it is noticed.
      if (turn !== turns.length - 1 || !isOpen()) return;
      const endMs = Date.now() + LINGER_MS;
      while (Date.now() < endMs && notices(system, startedMs).length === 0)
        // TIME: what is waited for may never come, and each look starts a program.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
    },
  });
  requests = stub.requests;
  relay.to = stub.url;
  const base = {
    HOME: home,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TERM: "dumb",
    LANG: "C.UTF-8",
    ANTHROPIC_BASE_URL: relay.url,
    ANTHROPIC_API_KEY: "sk-test-not-a-key",
    USER: PERSON,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    SHELL: "/bin/bash",
    CLAUDE_CODE_TMPDIR: `${home}/tmp`,
  };
  const env = { ...base, ...weakening.env };
  const quoted = Object.entries(env).map(([name, value]) => `${name}='${fill(value)}'`);
  const client = fill(weakening.client ?? "/usr/local/bin/claude");
  const session = [
    `cd ${home}/shop`,
    ...(weakening.first === undefined ? [] : [`{ ${fill(weakening.first)}\n}`]),
    `exec env -i ${quoted.join(" ")} ${fill(weakening.before ?? "")} ${client} -p --output-format stream-json --verbose ${fill(weakening.words ?? "")} --allowedTools Bash,Read,Agent -- '${weakening.prompt ?? "go"}'`,
  ].join("\n");
  const beside =
    weakening.beside === undefined ? undefined : asPerson(system, fill(weakening.beside), base);
  try {
    const child = asPerson(system, session, base);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (piece) => (output = (output + String(piece)).slice(-1_000_000)));
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        system.asRoot(`pkill -CONT -U ${PERSON}; pkill -KILL -U ${PERSON}`);
        resolve();
      }, SESSION_MS);
      child.once("exit", () => {
        clearTimeout(late);
        resolve();
      });
    });
    return {
      ran: existsSync(join(system.view, home, "shop/ran.txt")),
      leaked: isOpen(),
      judged: decisions(system),
      noticed: notices(system, startedMs),
      said: output.slice(-3_000),
    };
  } finally {
    beside?.kill("SIGKILL");
    await stub.close();
    system.asRoot(
      `pkill -KILL -U ${PERSON} -f 'while :'; pkill -CONT -U ${PERSON}; pkill -KILL -U ${PERSON}`,
    );
  }
}

function asPerson(
  system: PrivateSystem,
  script: string,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const rights = ["--reuid", PERSON, "--regid", PERSON, "--init-groups", "--inh-caps=-all", "--"];
  const [program, words] = system.inside("setpriv", ...rights, "bash", "-c", script);
  return spawn(program, words, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

function decisions(system: PrivateSystem): number {
  const { text } = system.asRoot(
    `sallyport machine as ${PERSON} -- log search --json --limit 1000 kind:decision`,
  );
  return [...text.matchAll(/"kind":\s*"decision"/g)].length;
}

function notices(system: PrivateSystem, startedMs: number): Tried["noticed"] {
  const { text } = system.asRoot("sallyport machine noticed --json");
  return [...text.matchAll(/"time":\s*"([^"]+)",\s*"what":\s*"(\w+)"/g)].map(
    ([, time = "", what = ""]) => ({
      what,
      afterS: Math.round((Date.parse(time) - startedMs) / 1_000),
    }),
  );
}
