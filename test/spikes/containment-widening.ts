// Which keys of lower layers widen a sandbox that managed settings switch on: each tried in each layer by a command.
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bash, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { whyMissing } from "../client/machine.ts";
import { sandboxed, sandboxOn, secret } from "./containment-probes.ts";

/** A way to widen: the keys under `sandbox`, and a command that gets through only where they count. */
type Widening = { readonly name: string; readonly sandbox: object; readonly command: string };

const WIDER = "touch <outside>/wide";
const managed = {
  ...sandboxOn,
  filesystem: { denyRead: ["~/.ssh", "~/.aws"], allowManagedReadPathsOnly: true },
  network: { allowedDomains: [], allowManagedDomainsOnly: true },
};

function widenings(port: number): readonly Widening[] {
  const ssh = "cat <home>/.ssh/id_ed25519";
  return [
    { name: "none", sandbox: {}, command: `${WIDER}; ${ssh}` },
    { name: "enabled: false", sandbox: { enabled: false }, command: WIDER },
    { name: "excludedCommands", sandbox: { excludedCommands: ["touch *"] }, command: WIDER },
    { name: "allowWrite", sandbox: { filesystem: { allowWrite: ["<outside>"] } }, command: WIDER },
    { name: "allowRead", sandbox: { filesystem: { allowRead: ["~/.ssh"] } }, command: ssh },
    { name: "filesystem.disabled", sandbox: { filesystem: { disabled: true } }, command: WIDER },
    {
      name: "allowUnsandboxedCommands",
      sandbox: { allowUnsandboxedCommands: true },
      command: WIDER,
    },
    {
      name: "allowedDomains",
      sandbox: { network: { allowedDomains: ["localhost", "127.0.0.1"] } },
      command: `curl -s http://localhost:${port}/${secret}`,
    },
    {
      name: "allowAllUnixSockets",
      sandbox: { network: { allowAllUnixSockets: true } },
      command: `python3 -c 'import socket; socket.socket(socket.AF_UNIX); print("${secret}")'`,
    },
    {
      name: "enableWeakerNestedSandbox",
      sandbox: { enableWeakerNestedSandbox: true },
      command: "ls /proc | grep -c '^[0-9]'",
    },
    {
      name: "allowNestedUserNamespaces",
      sandbox: { allowNestedUserNamespaces: true },
      command: `unshare -Ur echo ${secret}`,
    },
  ];
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client", "sandbox", "managed"]);
  if (reason !== undefined) return console.log(`not run: ${reason}`);
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  const layers = ["user", "project", "local", "flag"] as const;
  console.log(`| key | ${layers.join(" | ")} |\n|---|${"---|".repeat(layers.length)}`);
  for (const one of widenings(port)) {
    if (process.argv[2] !== undefined && !one.name.includes(process.argv[2])) continue;
    const cells: string[] = [];
    for (const layer of layers) cells.push(await tryIn(layer, one));
    console.log(`| ${one.name} | ${cells.join(" | ")} |`);
  }
  server.close();
}

async function tryIn(
  layer: "user" | "project" | "local" | "flag",
  { sandbox, command }: Widening,
): Promise<string> {
  const own = { sandbox };
  let wrote = false;
  const options: ClientRunOptions = {
    ...sandboxed(),
    settings: layer === "flag" ? {} : { [layer]: own },
    managedSettings: { permissions: { allow: ["Bash"] }, sandbox: managed },
    extraArgs: layer === "flag" ? ["--settings", JSON.stringify(own)] : [],
    turns: [
      bash(command, {
        dangerouslyDisableSandbox: command === WIDER && "allowUnsandboxedCommands" in sandbox,
      }),
    ],
    inspect: (places) => {
      wrote = existsSync(join(places.outside, "wide"));
    },
  };
  const run = await runClient(options);
  const text = [...run.toolResults.values()].map((result) => result.text).join(" ");
  const seen = text.includes(secret) ? "open" : wrote ? "open" : "held";
  return /^\d+$/.test(text.trim()) ? `${text.trim()} processes` : seen;
}

async function listen(): Promise<Server> {
  const server = createServer((request, response) => response.end(request.url));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

await main();
