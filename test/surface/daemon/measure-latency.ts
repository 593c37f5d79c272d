// Measures one hook round trip over a kept-alive connection, beside a bare HTTPS echo; run it with `npx tsx -C source`.
import { createPrivateKey } from "node:crypto";
import { writeFileSync, mkdirSync } from "node:fs";
import { Agent, createServer, request } from "node:https";
import { join } from "node:path";
import { guardProject } from "#surface/cli/commands/init.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { readInstalledHook } from "#surface/daemon/installed-hook.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { createAuthority, issueServerCertificate } from "#surface/daemon/x509.ts";
import { freshDirectory, installOn, preToolUse } from "./daemon-stand.ts";

const ROUNDS = 1_000;
const WARM_UP = 200;

type Place = { readonly port: number; readonly ca: string; readonly token: string };

async function measure(
  name: string,
  place: Place,
  bodyOf: (round: number) => string,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const startMs = performance.now();
    await post(place, bodyOf(round), agent);
    if (round >= WARM_UP) times.push(performance.now() - startMs);
  }
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2);
  process.stdout.write(
    `${name.padEnd(40)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  p99 ${at(0.99)} ms\n`,
  );
}

function post(place: Place, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: place.port,
        path: "/v1/hook",
        method: "POST",
        ca: place.ca,
        agent,
        headers: {
          authorization: `Bearer ${place.token}`,
          "content-length": Buffer.byteLength(body),
        },
      },
      (response) => {
        response.resume();
        response.on("end", resolve);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function openEcho(): Promise<{ place: Place; close(): void }> {
  const name = "sallyport authority 0000000000000000";
  const nowMs = Date.now();
  const authority = createAuthority({ name, nowMs, days: 2 });
  const key = createPrivateKey(authority.key);
  const issued = issueServerCertificate({ name, key }, { nowMs, days: 2 });
  const server = createServer(
    { cert: issued.certificate, key: issued.key },
    (incoming, response) => {
      incoming.resume();
      incoming.on("end", () =>
        response.end('{"hookSpecificOutput":{"hookEventName":"PreToolUse"}}'),
      );
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    place: { port, ca: authority.certificate, token: "none" },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const room = freshDirectory();
const project = join(room.path, "project");
const data = join(room.path, "data");
mkdirSync(project);
writeFileSync(join(project, ".env"), "KEY=1\n");
const install = await installOn(data);
await guardProject({
  directory: project,
  yes: true,
  data,
  environment: { HOME: room.path, PATH: "/usr/bin:/bin" },
  terminal: {
    print: () => undefined,
    warn: () => undefined,
    isInteractive: false,
    hasColour: false,
    confirm: async () => true,
  },
});
const run = await runDaemon(
  install,
  composeDaemon(install, () => undefined, room.path),
);
if (run.kind !== "running") throw new Error("the daemon did not start");
await run.ready();
const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
const place = { port: hook.port, ca: hook.authority, token: hook.token };
const call = (command: string) => (round: number) =>
  preToolUse({ cwd: project, tool_input: { command }, tool_use_id: `toolu_${round}` });
const echo = await openEcho();
await measure("bare HTTPS echo", echo.place, call("ls"));
await measure("allowed call (ls), not waiting for disk", place, call("ls"));
await measure("denied call (cat .env), durable first", place, call("cat .env"));
await measure("result (PostToolUse)", place, (round) =>
  preToolUse({
    hook_event_name: "PostToolUse",
    cwd: project,
    tool_use_id: `toolu_${round}`,
    tool_response: {},
    duration_ms: 1,
  }),
);
echo.close();
await run.stop();
room.remove();
