// Exit codes mean one thing everywhere: every command, given what is not there, ends with 2, a line of words and no stack; the page of all codes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { productCommands, runCommandLine } from "#surface/cli/command-line.ts";
import { exitCodePage } from "#surface/cli/command-line/exit-codes.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import type { CommandTable } from "#surface/cli/command-line/entry.ts";

const PAGE = fileURLToPath(new URL("../../../../docs/reference/exit-codes.md", import.meta.url));
const room = mkdtempSync(join(tmpdir(), "sallyport-exit-codes-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const nowhere = join(room, "nowhere");
/** Stands for a data directory that nothing was installed in: one for each command, for some make one. */
const NONE = "<none>";
const none = ["--data", NONE] as const;
const broken = join(room, "broken");
writeFileSync(broken, "}{ not what anybody wrote: [");

let printed = "";
let warned = "";
beforeEach(() => {
  [printed, warned] = ["", ""];
  vi.stubEnv("HOME", room);
  vi.stubEnv("SALLYPORT_DEBUG", "");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    warned += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** The exit code of a command line, and what it said. */
async function run(...args: readonly string[]): Promise<number> {
  process.exitCode = undefined;
  const code = await runCommandLine(args, openTerminal(), {});
  return code ?? Number(process.exitCode ?? 0);
}

/** What each command is given that is not there; a command that needs nothing says why it cannot fail so. */
const WRONG: Readonly<Record<string, readonly string[] | string>> = {
  start: ["--policy", "team", "--once", ...none],
  init: [nowhere, "--yes", ...none],
  status: [nowhere, ...none],
  dashboard: ["link", "--role", "king", ...none],
  "oidc show": ["--data", broken],
  "oidc set": [
    ...["--issuer", "nowhere", "--client-id", "x", "--client-secret", "env:X"],
    ...["--role", "a=viewer", "--yes", ...none],
  ],
  "oidc remove": ["--yes", ...none],
  "oidc test": [...none],
  "oidc users check": [nowhere, ...none],
  top: ["--once", ...none],
  explain: ["ls", "--policy", nowhere],
  uninstall: [nowhere, "--yes", ...none],
  undo: ["--session", "no-such-session", "--project", nowhere, ...none],
  "mcp-server": ["--listen", "none"],
  try: ["true", "--project", nowhere, ...none],
  audit: [nowhere],
  scan: [nowhere],
  decide: ["--jsonl", "--facts", nowhere],
  "ci check": [nowhere],
  "ci open": [nowhere, "--key", "PATH"],
  "ci run": ["--directory", nowhere, "--", "claude"],
  "ci init": ["github", nowhere, "--yes"],
  "git-hooks install": [nowhere, "--yes", ...none],
  "git-hooks remove": [nowhere, "--yes", ...none],
  "git-hooks status": [nowhere],
  "git-hooks run": ["no-such-hook"],
  "ignores check": [nowhere],
  "ignores write": [nowhere, "--yes", ...none],
  "decoy plant": "looks at the home alone",
  "decoy list": ["--data", broken],
  "decoy remove": ["--yes", "--data", broken],
  "comply profile": ["iso9001", ...none],
  "comply status": ["--framework", "iso9001", ...none],
  "comply list": "lists what ships",
  "comply show": ["soc2/no-such-control", ...none],
  "waiver add": ["soc2/cc6-1", "--for", "90d", "--project", nowhere, ...none],
  "waiver list": ["--data", broken],
  "waiver withdraw": ["00112233445566aa", ...none],
  "evidence collect": [
    ...["--framework", "soc2", "--from", "2026-01-01", "--to", "2026-01-31"],
    ...["--out", `${nowhere}/q1.tar`, ...none],
  ],
  "evidence verify": [nowhere, ...none],
  "evidence report": [nowhere],
  "evidence status": ["--framework", "soc2", ...none],
  "calendar list": ["--data", broken],
  "calendar done": ["no-such-task", "--note", "x", ...none],
  "calendar ics": ["--out", join(nowhere, "tasks.ics"), ...none],
  "fleet init": [nowhere, "--name", "Not A Name", "--yes"],
  "fleet status": ["--fleet", nowhere],
  "fleet plan": ["--fleet", nowhere],
  "fleet tiers": ["--fleet", nowhere],
  "fleet inventory": ["--fleet", nowhere],
  "fleet friction": ["--fleet", nowhere],
  "fleet exceptions": ["--fleet", nowhere],
  "fleet gateway": ["--fleet", nowhere],
  "fleet training": ["--fleet", nowhere],
  "fleet train": ["x", "--people", "a", "--document", nowhere, "--fleet", nowhere, "--yes"],
  "fleet import": [nowhere, "--kind", "devices", "--fleet", nowhere, "--yes"],
  "fleet move": ["a/b", "regulated", "--reason", "x", "--fleet", nowhere, "--yes"],
  "fleet attest": ["network.routed", "--owner", "ada", "--fleet", nowhere, "--yes"],
  "fleet measure": ["redteam.green", "1", "--report", nowhere, "--fleet", nowhere, "--yes"],
  "fleet release": ["baseline", "--key", nowhere, "--fleet", nowhere, "--yes"],
  "fleet tick": ["--fleet", nowhere, "--yes"],
  "fleet advance": ["baseline/ci", "--fleet", nowhere, "--yes"],
  "fleet hold": ["baseline/ci", "--reason", "x", "--fleet", nowhere, "--yes"],
  "fleet resume": ["baseline/ci", "--reason", "x", "--fleet", nowhere, "--yes"],
  "fleet take-back": ["baseline/ci", "--reason", "x", "--fleet", nowhere, "--yes"],
  "fleet revoke": ["7", "--reason", "x", "--fleet", nowhere, "--yes"],
  "fleet publish": [nowhere, "--key", nowhere, "--fleet", nowhere],
  "fleet installer deb": ["--out", nowhere, "--revision", "0"],
  "fleet installer formula": ["--tarball", nowhere, "--url", "x", "--out", nowhere],
  "fleet installer image": [
    ...["--base", "node:22", "--client", "2.1.328", "--tarball", nowhere, "--out", nowhere],
  ],
  "fleet installer verify": [nowhere],
  "attestation add": ["soc2/cc6-1", "--for", "90d", "--evidence", nowhere, ...none],
  "attestation list": ["--data", broken],
  "attestation withdraw": ["00112233445566aa", ...none],
  "policy list": "lists what ships",
  "policy show": [nowhere],
  "policy check": [nowhere],
  "policy test": [nowhere],
  "policy diff": ["team", nowhere],
  "policy backtest": [nowhere, ...none],
  "policy compile": [nowhere],
  "policy deploy": [nowhere, "--scope", "project", "--project", nowhere, ...none],
  "policy drift": ["--project", nowhere, ...none],
  "policy project": [nowhere, ...none],
  "policy verify": ["--project", nowhere, "--client", nowhere, ...none],
  "policy friction": ["policy", "friction", "--last", "0"],
  "policy lint": [nowhere],
  "policy consolidate": [nowhere],
  "policy exception grant": [
    ...["secrets/read", "--scope", "{}", "--verdict", "ask", "--for", "1h", ...none],
  ],
  "policy exception list": ["--data", broken],
  "policy exception revoke": ["00112233445566aa", ...none],
  "approvals list": [...none],
  "approvals show": ["ap-0011223344556677", ...none],
  "approvals approve": [broken, "--export", join(nowhere, "receipt.json"), ...none],
  "approvals deny": ["ap-0011223344556677", ...none],
  "approvals revoke": ["ap-0011223344556677", ...none],
  "approvals import": [broken, ...none],
  "approvals key": ["--data", broken],
  "approvals approvers": [...none],
  "approvals trust": ["grace", `${"A".repeat(43)}=`, ...none],
  "approvals untrust": ["grace", ...none],
  inbox: [...none],
  "questions list": [...none],
  "questions answer": ["qu-0011223344556677", "--allow", ...none],
  "questions watch": [...none],
  "policy bundle key": [join(nowhere, "key"), "--name", "example.com/policy"],
  "policy bundle build": [
    ...["team", "--key", nowhere, "--version", "1", "--for", "1d", "--out", join(room, "b")],
  ],
  "policy bundle show": [nowhere],
  "policy bundle verify": [nowhere],
  "policy bundle pin": ["no key", "--into", nowhere],
  "policy bundle unpin": ["no key", "--into", nowhere],
  "policy bundle install": [nowhere, "--into", nowhere],
  "policy bundle remove": ["--into", nowhere],
  "policy modes": "lists what ships",
  "policy schema": ["--name", "nothing"],
  "recipe list": "lists what ships",
  "plugin show": "says where what ships lies",
  "plugin greet": "a hook of the client's, which must not fail",
  "recipe show": ["no-such-recipe"],
  "recipe install": ["no-such-recipe", nowhere],
  "recipe test": [nowhere],
  "recipe uninstall": ["no-such-recipe", nowhere],
  allow: ["LAST", "--for", "30d", ...none],
  off: ["--for", "30m", nowhere, ...none],
  on: [nowhere, ...none],
  lockdown: "writes managed settings of the machine; `test/surface/services/deploy` tries it",
  restore: "takes them away; `test/surface/services/deploy` tries it",
  "session label add": ["no-id", "incident", ...none],
  "session held": "where no session is held that is an answer",
  "session release": ["no-session", "--reason", "x", ...none],
  "block add": ["host", "https://x", ...none],
  "block list": "where nothing is blocked that is an answer",
  "block remove": ["00112233445566aa", ...none],
  "incident list": ["--state", "lost", ...none],
  "incident show": ["inc-none", ...none],
  "incident take": ["inc-none", ...none],
  "incident note": ["inc-none", ...none],
  "incident contain": ["inc-none", ...none],
  "incident quarantine": ["inc-none", ...none],
  "incident close": ["inc-none", ...none],
  "incident reopen": ["inc-none", ...none],
  "incident review": ["inc-none", ...none],
  "incident reviewed": ["inc-none", ...none, "--note", "x"],
  "incident playbook list": "lists what ships",
  "incident playbook show": ["no-such-playbook", ...none],
  "incident start": ["inc-none", "no-such-playbook", ...none],
  "incident done": ["inc-none", "look", "--note", "x", ...none],
  "incident reconstruct": ["inc-none", ...none],
  "incident bundle": ["--verify", nowhere, ...none],
  "incident regress": ["inc-none", "--out", join(room, "regression"), ...none],
  "incident drill": ["no-such-playbook", ...none],
  "incident drills": "where there was no drill that is an answer",
  "sandbox probe": ["--project", nowhere, ...none],
  "sandbox audit": [nowhere],
  "sandbox plan": ["--project", nowhere, ...none],
  prove: ["--policy", nowhere, ...none],
  "network proxy": ["--project", nowhere, ...none],
  "network run": ["--project", nowhere, ...none, "--", "true"],
  "network selftest": ["--project", nowhere, ...none],
  "network firewall": [],
  "network profile": ["--provider", "bedrock"],
  "network env": ["--proxy", "socks5://127.0.0.1:1"],
  "mcp list": ["--project", nowhere, ...none],
  "mcp inspect": ["no-such-server", "--project", nowhere, ...none],
  "mcp approve": ["no-such-server", "--project", nowhere, ...none],
  "mcp pin": ["no-such-server", "--project", nowhere, "--reason", "x", ...none],
  "mcp diff": ["no-such-server", "--project", nowhere, ...none],
  "mcp scan": ["--project", nowhere, ...none],
  "mcp revoke": ["no-such-server", "--project", nowhere, "--reason", "x", ...none],
  "mcp gateway": ["--project", nowhere, ...none, "--", "true"],
  "mcp wrap": ["no-such-server", "--project", nowhere, ...none],
  "mcp unwrap": ["no-such-server", "--project", nowhere, ...none],
  "mcp lists": ["--data", broken],
  "redteam run": ["--project", nowhere, ...none],
  "redteam list": ["--family", "no-such-family", ...none],
  "redteam due": ["--project", nowhere, ...none],
  "redteam search": ["--budget", "none", ...none],
  "redteam import": [nowhere, ...none],
  "mods list": ["--project", nowhere],
  "mods catalog": ["nosuch", "--project", nowhere],
  "mods agree": [...none],
  "mods agreed": ["--data", broken],
  "mods diff": ["nosuch"],
  "mods withdraw": ["0", ...none],
  "session label list": ["--data", broken],
  "session label remove": ["00112233445566aa", ...none],
  "log tail": [...none],
  "log show": ["0", ...none],
  "log session": [...none],
  "log search": ["verdict:deny", ...none],
  "log stats": ["verdict:deny", ...none],
  "log timeline": ["verdict:deny", ...none],
  "log follow": [...none],
  "log query": ["no-such-question", ...none],
  "log sql": ["select 1", ...none],
  "log detect": [...none],
  "log summary": [...none],
  budget: ["--cwd", "/no/such/place", "--data", broken],
  "log cost": [...none],
  past: ["--from", nowhere],
  report: ["--project", NONE],
  "log verify": [...none],
  "log prove": ["0", ...none],
  "log completeness": [...none],
  "log fsck": [...none],
  "log export": [...none],
  "log import": [nowhere, ...none],
  "log archive": ["--to", join(room, "archive"), ...none],
  "log archive verify": [nowhere, ...none],
  "log retention": ["--framework", "no-such-framework", ...none],
  "log retention set": ["--framework", "soc2", ...none],
  "log retention apply": [...none],
  "log hold set": ["--subject", "ada", "--reason", "case", ...none],
  "log hold list": ["--data", broken],
  "log hold release": ["00112233445566aa", ...none],
  "log keys": [...none],
  "log rotate-key": [...none],
  "log logrotate": ["relative", "--archive", "relative"],
  "notify list": ["--data", broken],
  "notify add": ["chat", "--to", "pigeon", "--yes", ...none],
  "notify remove": ["no-such-channel", "--yes", ...none],
  "notify test": ["no-such-channel", ...none],
  "notify status": ["--data", broken],
  "notify send": ["--dead", "no-such-channel", ...none],
  "notify receive": [...none],
  "export list": ["--data", broken],
  "export status": ["--data", broken],
  "export test": ["no-such-target", ...none],
  "export resume": ["no-such-target", ...none],
  "telemetry status": ["--data", broken],
  "privacy inventory": "looks at the home alone",
  "privacy export": ["", ...none],
  "privacy erase": ["", ...none],
  "privacy requests": ["no/such", "--ids", ...none],
  "privacy case open": ["--right", "oblivion", "--reference", "T-1", ...none],
  "privacy case step": ["3f2a", "guessed", ...none],
  "privacy case list": ["--data", broken],
  "privacy processors": ["--project", nowhere, ...none],
  "privacy processing": ["--project", nowhere, ...none],
  "privacy calendar": ["--days", "0", ...none],
  "privacy memory": ["--least", "certain", ...none],
  "privacy verify": [nowhere, ...none],
  "secrets exec": ["--from", nowhere, "--", "true"],
  "secrets get": ["no-reference"],
  "secrets grant": ["API_KEY=keychain:app/api", "--to", "*.example.com", "--reason", "x", ...none],
  "secrets grants": ["--data", broken],
  "secrets revoke": ["0", ...none],
  "secrets list": ["--from", nowhere],
  "secrets rotate": ["no-reference"],
  "secrets unused": ["--data", broken],
  "secrets spread": ["--data", broken],
  "secrets doctor": ["--data", broken],
  "raw status": ["--data", broken],
  "raw enable": [...none],
  "raw disable": [...none],
  "raw read": ["0", ...none],
  "collector join": ["no-address", "--ca", nowhere, ...none],
  "collector leave": ["--data", broken],
  "collector search": ["", "--reader", nowhere],
  "collector status": ["--config", nowhere],
  "collector setup": ["--owner", nowhere],
  "collector tenant": ["shop", "--owner", nowhere],
  "collector stream": ["--config", nowhere],
  "collector serve": ["--config", nowhere],
  "fleet follow": ["--from", nowhere, "--fleet", "No Name", "--once"],
  "collector work": ["--config", nowhere, "--shard", "0"],
  "witness add": ["no-address", "no-key", ...none],
  "witness remove": ["nobody", ...none],
  "witness list": ["--data", broken],
  "witness serve": ["--port", "no-port", ...none],
  "witness key": ["--data", broken],
  "witness trust": ["no-key", ...none],
  upgrade: ["--rollback", "--yes", ...none],
  daemon: ["no-such-action"],
  "service install": "writes to the account's own service manager",
  "service remove": "asks the service manager, for which nothing is no failure",
  "service status": "asks the service manager, for which nothing is an answer",
  "machine serve": "where it can run it does, and elsewhere it says what it needs",
  "machine judge": ["no-numbers"],
  "machine try": ["no such account"],
  "machine noticed": ["--no-such-option"],
  "machine as": ["nobody-of-this-name"],
  "gateway start": ["--port", "no-port"],
  "gateway stop": "where none runs there is nothing to do",
  "gateway status": ["--port", "no-port"],
  "gateway run": ["--port", "no-port"],
  hook: "its codes are the client's, and `test/surface/hook` tries them",
  completion: ["no-such-shell"],
};

function leavesOf(words: string, commands: CommandTable): readonly string[] {
  return Object.entries(commands).flatMap(([name, { load, commands: below = {} }]) => [
    ...(load === undefined ? [] : [`${words}${name}`]),
    ...leavesOf(`${words}${name} `, below),
  ]);
}

describe("what is not there ends with 2, in words", () => {
  it("every command has its line", () => {
    expect(Object.keys(WRONG).sort()).toEqual([...leavesOf("", productCommands)].sort());
  });
  const tried = Object.entries(WRONG).flatMap(([title, args]) =>
    typeof args === "string" ? [] : [[title, args] as const],
  );
  it.each(tried)("%s", { timeout: 60_000 }, async (title, args) => {
    const own = join(room, title.replaceAll(" ", "-"));
    const code = await run(...title.split(" "), ...args.map((arg) => (arg === NONE ? own : arg)));
    expect([code, warned + printed]).toEqual([2, expect.stringMatching(/^sallyport: \S/)]);
    expect(printed + warned).not.toMatch(/\n {4}at |node:internal|\bTypeError\b|undefined/);
  });
});

describe("the page of exit codes", () => {
  it("is what the tree says; UPDATE=1 writes it", () => {
    const page = exitCodePage(productCommands);
    if (process.env["UPDATE"] === "1") writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, "utf8")).toBe(page);
  });
  it("has 1 only for what was found or answered with no, and never for what could not be done", () => {
    const lines = exitCodePage(productCommands).split("\n");
    const wrong = lines.filter(
      (line) =>
        line.startsWith("| `") && /could not|cannot be done/.test(line.split(" | ")[2] ?? ""),
    );
    expect(wrong).toEqual([]);
    expect(lines.filter((line) => line.startsWith("| `")).length).toBeGreaterThan(100);
  });
});
