// Logins of programs: a call is judged, put into its profile and run; inside are made-up values, outside its own host alone gets the true ones.
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import { createSecureContext } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clearHold } from "#surface/services/hold/call-holder.ts";
import { createHoldPort, type HoldPort } from "#surface/services/hold/hold-port.ts";
import { type CallHosts, createCallHosts } from "#surface/services/hold/hosts/call-hosts.ts";
import { judgeCall } from "#surface/services/facts/judge.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { standingOfTests, WHY_NOT_HELD } from "../../../../holding.ts";
import { makeProject, plainShell, type TestProject } from "../../../../judging.ts";
import { team } from "../../../../guard/policy/in-a-sandbox.ts";
import { testAuthority } from "../../gateway/gateway-stand.ts";

const GITHUB = "api.github.com";
const NPM = "registry.npmjs.org";
const OTHER = "other.test";
const MARK = "CanaryHqLy";
const TOKEN = ["gho", `${MARK}jWDarjtT1zdpQ7nB4kXv2mZcPs`].join("_");
const VARIABLE = ["ghp", `${MARK}vR8sLq3wNf6yTb1gHj5kDa0xEu`].join("_");
const NPM_TOKEN = ["npm", `${MARK}wT5rKp9dMh2xZs7vYc3bLq8nJf`].join("_");

/** A client as gh is one: its token is that of a variable, else that of its own file. */
const PLAYED_GH = `#!/bin/sh
token=\${GH_TOKEN:-\${GITHUB_TOKEN:-$(sed -n 's/^ *oauth_token: *//p' "$HOME/.config/gh/hosts.yml" | head -n 1)}}
ask() { method=$1 path=$2; shift 2; curl -sS -w ' %{http_code}\\n' -X "$method" -H "Authorization: token $token" "$@" "https://${GITHUB}$path"; }
query() { ask POST /graphql -H 'Content-Type: application/json' -d "{\\"query\\":\\"$1\\"}"; }
case "$1 $2" in
"pr view") query 'query PullRequest($n: Int!) { repository { pullRequest(number: $n) { title } } }'; ask GET "/repos/o/r/pulls/$3" ;;
"pr create") query 'mutation PullRequestCreate($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { id } } }'
  ask POST /repos/o/r/pulls -d '{"title":"a"}' ;;
"pr list") sh "$HOME/project/asked.sh" ;;
"api "*) shift; ask "\${PLAYED_METHOD:-GET}" "/$PLAYED_PATH" ;;
esac
`;

type Seen = {
  readonly asked: string;
  readonly authorization: string | undefined;
  readonly body: string;
};

let where: TestProject;
let data: string;
let hosts: CallHosts;
let hold: HoldPort;
let server: Server;
let bin: string;
const seen: Seen[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  const authority = testAuthority([GITHUB, NPM, OTHER]);
  server = createServer({
    SNICallback(name, done) {
      const { certificate: cert, key } = authority.leafFor(name);
      done(null, createSecureContext({ cert, key }));
    },
  });
  server.on("request", (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { headers, method, url } = request;
      seen.push({
        asked: `${method} ${headers.host}${url}`,
        ...{ authorization: headers.authorization, body: Buffer.concat(parts).toString() },
      });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  where = makeProject();
  data = join(where.root, "data");
  bin = join(where.root, "bin");
  file(join(bin, "gh"), PLAYED_GH, 0o755);
  file(
    join(where.home, ".config/gh/hosts.yml"),
    `github.com:\n    user: me\n    oauth_token: ${TOKEN}\n    git_protocol: https\n`,
  );
  file(join(where.home, ".npmrc"), `//${NPM}/:_authToken=${NPM_TOKEN}\n`);
  hosts = createCallHosts({
    nowMs: Date.now,
    network: {
      resolve: () => Promise.resolve(["203.0.113.7"]),
      connect: () => connect({ host: "127.0.0.1", port, allowHalfOpen: true }),
    },
    authorities: () => [authority.certificate],
  });
  const holding = { data, home: where.home, nowMs: Date.now, standing: standingOfTests };
  hold = createHoldPort({ ...holding, hosts });
});
afterAll(() => {
  hosts.stop();
  clearHold(data);
  where.remove();
  server.closeAllConnections();
  server.close();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
  seen.length = 0;
  answer = ({ headers }, response) => response.end(`you are ${headers.authorization}`);
});

function file(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const session = () => ({
  ...{ project: { id: "p", root: where.project }, sessionId: "s", transcriptPath: undefined },
  configDirectory: join(where.home, ".claude"),
});

type Ran = {
  readonly said: string;
  readonly verdict: string;
  readonly refused: ReturnType<HoldPort["refused"]>;
  readonly exchanges: ReturnType<HoldPort["made"]>["exchanges"];
};

/** Judges a command, lets it be held, and runs what the client would run. WHY not waited for in one piece: the proxy is in this process. */
async function run(
  command: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { configDirectory, ...of } = session();
  const containment = await hold.fact(of, team);
  const call: ToolCall = {
    ...{ id: "c", tool: "Bash", cwd: where.project },
    input: { kind: "bash", command, background: false, sandboxOff: false },
  };
  const decision = await judgeCall({
    ...{ call, policy: team, session: where.session, shell: plainShell("bash") },
    containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
    shown: (path) => hold.shown(of, { policy: team, path, configDirectory }),
  });
  const put = await hold.put({
    ...{ session: session(), call, given: { command }, mode: "default", policy: team },
    ...{ decision, interactive: true },
  });
  const { input, ticket = "" } = put;
  expect(String(input?.["command"]), JSON.stringify(put.decision.reasons)).toContain("hold/run");
  const shell = ["--norc", "-c", `eval '${String(input?.["command"])}' < /dev/null`];
  const env = { PATH: `${bin}:${process.env["PATH"]}`, HOME: where.home, ...environment };
  const said = await new Promise<string>((resolve) => {
    execFile("/bin/bash", shell, { cwd: where.project, env }, (_error, out, errors) =>
      resolve(`${out}${errors}`),
    );
  });
  const refused = hold.refused(said, ticket);
  hold.close(ticket);
  expect(said).not.toContain(MARK);
  return { said, verdict: put.decision.verdict, refused, exchanges: hold.made(ticket).exchanges };
}

describe("gh", () => {
  test("asks with its own token, which is made up inside", async () => {
    const ran = await run("gh pr view 7; cat ~/.config/gh/hosts.yml | wc -l");
    expect(seen.map(({ asked, authorization }) => [asked, authorization])).toEqual([
      [`POST ${GITHUB}/graphql`, `token ${TOKEN}`],
      [`GET ${GITHUB}/repos/o/r/pulls/7`, `token ${TOKEN}`],
    ]);
    expect(ran.said).toMatch(/^you are token gho_\w{36} 200\n/);
  });
});
