// A process that holds commands and runs them as the client does, for tests that need another user: a line of JSON for each.
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { realpathSync } from "node:fs";
import { createInterface } from "node:readline";
import process from "node:process";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { createCallHosts } from "#surface/services/hold/hosts/call-hosts.ts";
import { createCallRemotes } from "#surface/services/hold/remotes/call-remotes.ts";
import { createCallSignatures } from "#surface/services/hold/signing/call-signatures.ts";
import { closedPort } from "#surface/services/hold/closed-port.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import { openCallHolder } from "#surface/services/hold/call-holder.ts";
import { HELD_AND_READ } from "#guard/policy/authorize/contained.ts";
import { builtin } from "#guard/policy/authorize/reasons.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { standingOfTests } from "../../../holding.ts";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { statementState } from "#govern/exceptions/statement.ts";
import { referenceText } from "#govern/secrets/reference.ts";
import type { SecretGrant } from "#govern/secrets/secret-grant.ts";
import type { StatementStore } from "#surface/services/exceptions/statements.ts";
import { createSecretGrants, type SecretGrants } from "#surface/services/secrets/secret-grants.ts";
import type { Asked, GivenSecrets, HeldRun, Machine } from "./held.ts";

/** Secrets that people gave to hosts, as a file says it now: what they stated, and values by their references. */
function givenSecrets(file: string): SecretGrants {
  const read = (): GivenSecrets =>
    existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { statements: [], values: {} };
  const nowMs = () => Date.now();
  const all: Pick<StatementStore, "all"> = {
    all: (atMs) =>
      read().statements.map(({ statement, isWithdrawn }) => ({
        receipt: { statement, signature: "" },
        state: statementState(statement, { nowMs: atMs, isWithdrawn }),
      })),
  };
  const fetch = async ({ reference }: SecretGrant) => {
    const value = read().values[referenceText(reference)];
    if (value === undefined) throw new Failure("secret-missing", "there is no such secret");
    return value;
  };
  return createSecretGrants(all, { fetch, nowMs });
}

const machine = JSON.parse(process.argv[2] ?? "{}") as Machine;
const reached: string[] = [];
const { names, ownPorts, registry } = machine;
/** What stands in for the network: names as the test says, and every host at this machine's second address. */
const hosts =
  names === undefined
    ? undefined
    : createCallHosts({
        nowMs: () => Date.now(),
        own: () => new Set(ownPorts),
        notes: holdPlaces(machine.data).rooms,
        network: {
          async resolve(host) {
            reached.push(host);
            const address = names[host];
            if (address === undefined) throw new Error("no such name");
            return [address];
          },
          connect: (_addresses, port) =>
            registry === undefined
              ? connect({ host: "127.0.0.2", port, allowHalfOpen: true })
              : connect({ host: "127.0.0.1", port: registry.port, allowHalfOpen: true }),
        },
        ...(registry === undefined ? {} : { authorities: () => [registry.authority] }),
        secrets: givenSecrets(join(machine.data, "given.json")),
      });
const desk = openCallHolder({
  data: machine.data,
  home: machine.home,
  nowMs: () => Date.now(),
  standing: standingOfTests,
  prepares: true,
  ...(hosts === undefined ? {} : { hosts }),
  ...(machine.signs === false ? {} : { signatures: createCallSignatures() }),
  remotes: createCallRemotes(),
});
const OUTPUT_MAX = 1 << 20;

/** WHY kept: what is known of a project is known for one policy. */
const builtIn = loadPolicy();
const nothingHidden: Policy = {
  ...builtIn,
  rules: builtIn.rules.filter(({ when }) => !when.effects.includes("read")),
};

/** What nobody foresees: the profile is the narrowest. */
const UNFORESEEN = [
  { kind: "execute", origin: "project", reach: "unbounded", via: [] },
] as unknown as readonly Effect[];

async function answer(asked: Asked): Promise<HeldRun | string | readonly string[] | null> {
  const session = ("session" in asked ? asked.session : undefined) ?? "session";
  switch (asked.do) {
    case "end":
      desk.end("project", session);
      return null;
    case "close":
      desk.close(asked.ticket);
      return null;
    case "reached":
      return reached.splice(0);
    case "later":
      return (await desk.lookLater("project", session)) ?? null;
    case "scratch":
      return desk.scratchOf("project", session);
    case "hold":
    case "run": {
      const held = await hold(asked, session);
      if (asked.do === "hold" || held.kind !== "held") return { ...NOT_RUN, ...held };
      const ran = await run(asked, held.command);
      if (asked.isOpen !== true) desk.close(held.ticket);
      // TIME: a port is answered at, or known to be taken, a moment after the call.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const taken = desk.takenPorts("project", session);
      const told = asked.isOpen === true ? undefined : await desk.lookAfter("project", session);
      const refused = desk.refusedHosts(held.ticket) ?? [];
      const refusedHosts = refused.map(({ host }) => host);
      const misread = refused.flatMap(({ host, why }) => (why === "reading" ? [host] : []));
      const ports = desk.portsOf("project", session);
      const closed = ports && closedPort(`${ran.said}\n${ran.complained}`, ports)?.text;
      return {
        ...held,
        ...ran,
        refusedHosts,
        misread,
        taken,
        reachedPorts: desk.reachedPorts("project", session),
        signed: desk.takeSigned(held.ticket),
        contacts: desk.takeContacts(held.ticket),
        exchanged: desk.takeExchanged(held.ticket),
        refusedContact: desk.refusedContact(held.ticket) ?? "",
        ...(told === undefined ? {} : { told }),
        ...(closed === undefined ? {} : { closed }),
      };
    }
    case "line":
      return { kind: "held", ...(await run(asked, asked.line)) };
    default:
      return asked satisfies never;
  }
}

const NOT_RUN = { status: -1, said: "", complained: "", cwd: "" };

async function hold(asked: Extract<Asked, { do: "hold" | "run" }>, session: string) {
  const projectRoot = asked.project ?? machine.project;
  return await desk.hold({
    projectId: "project",
    projectRoot,
    sessionId: session,
    command: asked.command,
    cwd: asked.cwd ?? projectRoot,
    decision: {
      verdict: asked.isApproved === true ? "ask" : "allow",
      reasons: asked.isRead === true ? [{ ...builtin("allow", "read", HELD_AND_READ) }] : [],
      findings: [],
      factsUsed: [],
      steps: 1,
      effects: asked.effects ?? UNFORESEEN,
      programs: asked.programs ?? [],
      ...(asked.signatures === undefined ? {} : { signatures: asked.signatures }),
      // What git was told is no part of these calls: it may have been any of it.
      ...(asked.programs?.includes("git") === true ? { gitSettings: ["repository"] } : {}),
      ...(asked.keys === undefined ? {} : { keys: asked.keys }),
      ...(asked.remotes === undefined ? {} : { remotes: asked.remotes }),
    },
    policy: {
      ...(asked.policy === "nothing-hidden" ? nothingHidden : builtIn),
      ...(asked.machinePorts === undefined ? {} : { machinePorts: asked.machinePorts }),
    },
    configDirectory: `${machine.home}/.claude`,
    transcriptPath: undefined,
    ...(asked.temporary === undefined ? {} : { temporary: asked.temporary }),
    ...(asked.searchPath === undefined ? {} : { searchPath: asked.searchPath }),
    ...(asked.additionalDirectories === undefined
      ? {}
      : { additionalDirectories: asked.additionalDirectories }),
  });
}

/** Runs a line as the client does: in a shell of its own session, with an empty input, and asks where it ended. */
function run(asked: Asked, line: string): Promise<Omit<HeldRun, "kind">> {
  const shell = "shell" in asked && asked.shell === "zsh" ? "zsh" : "bash";
  const snapshot = `${machine.home}/.claude/shell-snapshots/snapshot-${shell}-1-a.sh`;
  const quoted = line.replaceAll("'", `'\\''`);
  const whole = `source ${snapshot} 2>/dev/null || true && eval '${quoted}' < /dev/null && echo "cwd=$(pwd -P)" >&3`;
  return new Promise((resolve) => {
    const child = spawn(shell, ["-c", whole], {
      cwd: ("cwd" in asked ? asked.cwd : undefined) ?? machine.project,
      detached: true,
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        HOME: machine.home,
        ANTHROPIC_API_KEY: machine.canary,
        LANG: "C.UTF-8",
        ...("environment" in asked ? asked.environment : {}),
      },
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    const texts = ["", "", ""];
    [child.stdout, child.stderr, child.stdio[3]].forEach((stream, at) => {
      stream?.on("data", (chunk: Buffer) => {
        if ((texts[at]?.length ?? 0) < OUTPUT_MAX) texts[at] += chunk.toString("latin1");
      });
    });
    let isLate = false;
    const timer = setTimeout(
      () => {
        isLate = true;
        try {
          process.kill(-(child.pid ?? 0), "SIGKILL");
        } catch {
          // It ended by itself.
        }
      },
      // WHY so long: it is for what hangs, and a busy machine takes several times as long as a quiet one.
      ("timeoutMs" in asked ? asked.timeoutMs : undefined) ?? 120_000,
    );
    const finish = (status: number | null): void => {
      clearTimeout(timer);
      for (const stream of [child.stdout, child.stderr, child.stdio[3]]) stream?.destroy();
      const [said = "", complained = "", cwd = ""] = texts;
      const where = /^cwd=(.*)/s.exec(cwd)?.[1]?.replace(/\n$/, "") ?? "";
      resolve({ status: isLate ? -2 : (status ?? -1), said, complained, cwd: where });
    };
    // TIME: what was said last is read after the exit. WHY not `close`: what is left behind may keep the pipes open.
    child.on("exit", (status) => setTimeout(() => finish(status), 30));
    child.on("error", () => finish(-3));
    child.stdin?.end();
  });
}

process.stdout.write(
  `${JSON.stringify({ standing: await desk.standing(), home: realpathSync(machine.home) })}\n`,
);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, asked } = JSON.parse(line) as { id: number; asked: Asked };
  void answer(asked).then(
    (result) => process.stdout.write(`${JSON.stringify({ id, result })}\n`),
    (cause: unknown) => process.stdout.write(`${JSON.stringify({ id, failed: String(cause) })}\n`),
  );
}
// WHY: a room that nobody ends would outlive the test.
desk.end("project", "session");
process.exit(0);
