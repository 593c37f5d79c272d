// Logins of programs: a call is judged, put into its profile and run; inside are made-up values, outside its own host alone gets the true ones.
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import { createSecureContext } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
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
const [NPM] = REGISTRY_HOSTS.npm;
const IMAGES = "ghcr.io";
const OTHER = "other.test";
const MARK = "CanaryHqLy";
const TOKEN = ["gho", `${MARK}jWDarjtT1zdpQ7nB4kXv2mZcPs`].join("_");
const VARIABLE = ["ghp", `${MARK}vR8sLq3wNf6yTb1gHj5kDa0xEu`].join("_");
const LOGIN = Buffer.from(`me:${MARK}-Xk42-long-enough`).toString("base64");
const NPM_TOKEN = ["npm", `${MARK}wT5rKp9dMh2xZs7vYc3bLq8nJf`].join("_");

/** A client as gh is one: its token is that of a variable, else that of its own file. */
const PLAYED_GH = `#!/bin/sh
token=\${GH_TOKEN:-\${GITHUB_TOKEN:-$(sed -n 's/^ *oauth_token: *//p' "$HOME/.config/gh/hosts.yml" | head -n 1)}}
ask() { method=$1 path=$2; shift 2; curl -sS -w ' %{http_code}\\n' -X "$method" -H "Authorization: token $token" "$@" "https://${GITHUB}$path"; }
query() { ask POST /graphql -H 'Content-Type: application/json' -d "{\\"query\\":\\"$1\\",\\"variables\\":{\\"input\\":{\\"repositoryId\\":\\"\${2:-R_o/r}\\"}}}"; }
case "$1 $2" in
"pr view") query 'query PullRequest($n: Int!) { repository { pullRequest(number: $n) { title } } }'; ask GET "/repos/o/r/pulls/$3" ;;
"pr create") query 'mutation PullRequestCreate($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { id } } }'
  ask POST /repos/o/r/pulls -d '{"title":"a"}' ;;
"pr list"|"issue create"|"api "*|"gist create"|"ssh-key add"|"repo "*) . ./asked.sh ;;
esac
`;

/** A client of registries of images as skopeo is one: it sends what its file has for the host. */
const PLAYED_SKOPEO = `#!/bin/sh
login=$(sed -n 's/.*"auth": *"\\([^"]*\\)".*/\\1/p' "$HOME/.docker/config.json")
ask() { method=$1 path=$2; shift 2; curl -sS -o /dev/null -w '%{http_code} ' -X "$method" -H "Authorization: Basic $login" "$@" "https://${IMAGES}$path"; }
ask GET /v2/
case "$1" in
copy) [ ! -f asked.sh ] || . ./asked.sh; ask POST /v2/o/i/blobs/uploads/; ask PUT '/v2/o/i/blobs/uploads/1?digest=a' -d blob; ask PUT /v2/o/i/manifests/1 -d '{}'; ask DELETE /v2/o/i/manifests/1 ;;
inspect) ask GET /v2/o/i/manifests/1; ask PUT /v2/o/i/manifests/1 -d '{}' ;;
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
  const authority = testAuthority([GITHUB, NPM, IMAGES, OTHER]);
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
        authorization: headers.authorization,
        body: Buffer.concat(parts).toString(),
      });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  where = makeProject();
  const remote = ["remote", "add", "forge", "git@github.com:o/r.git"];
  execFileSync("git", remote, { cwd: where.project });
  data = join(where.root, "data");
  bin = join(where.root, "bin");
  file(join(bin, "gh"), PLAYED_GH, 0o755);
  file(join(bin, "skopeo"), PLAYED_SKOPEO, 0o755);
  file(
    join(where.home, ".docker/config.json"),
    JSON.stringify({ auths: { [IMAGES]: { auth: LOGIN } } }),
  );
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
  rmSync(join(where.project, "asked.sh"), { force: true });
  answer = ({ headers }, response) => {
    const owners = ownersAsked(seen.at(-1)?.body ?? "");
    response.end(owners ?? `you are ${headers.authorization}`);
  };
});

/** What the forge says of ids, which here are the repositories' names behind `R_`. */
function ownersAsked(body: string): string | undefined {
  if (!body.includes("nodes(ids:$ids)")) return undefined;
  const { variables } = JSON.parse(body) as { variables: { ids: readonly string[] } };
  const nodes = variables.ids.map((id) => ({ id, nameWithOwner: id.replace(/^R_/, "") }));
  return JSON.stringify({ data: { nodes } });
}

function file(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const session = () => ({
  project: { id: "p", root: where.project },
  sessionId: "s",
  transcriptPath: undefined,
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
    id: "c",
    tool: "Bash",
    cwd: where.project,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  };
  const decision = await judgeCall({
    call,
    policy: team,
    session: where.session,
    shell: plainShell("bash"),
    containment: () => containment ?? { kind: "containment", sandbox: undefined, why: "none" },
    shown: (path) => hold.shown(of, { policy: team, path, configDirectory }),
  });
  const put = await hold.put({
    session: session(),
    call,
    given: { command },
    mode: "default",
    policy: team,
    decision,
    interactive: true,
  });
  const { input, ticket = "" } = put;
  const run = typeof input?.["command"] === "string" ? input["command"] : "";
  expect(run, JSON.stringify(put.decision.reasons)).toContain("hold/run");
  const shell = ["--norc", "-c", `eval '${run}' < /dev/null`];
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

const asked = (): readonly string[] => seen.map((one) => one.asked);
const authorizations = (): readonly unknown[] => [...new Set(seen.map((one) => one.authorization))];

describe("gh", () => {
  test("asks with its own token, which is made up inside", async () => {
    const ran = await run("gh pr view 7; wc -l < ~/.config/gh/hosts.yml");
    expect(asked()).toEqual([`POST ${GITHUB}/graphql`, `GET ${GITHUB}/repos/o/r/pulls/7`]);
    expect(authorizations()).toEqual([`token ${TOKEN}`]);
    expect(ran.said).toMatch(/^you are token gho_\w{36} 200\n/);
    const path = join(where.home, ".config/gh/hosts.yml");
    expect(ran.exchanges).toEqual([
      { file: path, name: GITHUB, kind: "key", host: GITHUB, requests: 2 },
    ]);
    expect(ran.refused).toBeUndefined();
  });

  test("opens a request where it was judged to, with what it sends unchanged", async () => {
    const ran = await run("gh pr create --title a --body b --head topic");
    expect(ran.said.match(/ 200\n/g)).toHaveLength(2);
    const graphql = `POST ${GITHUB}/graphql`;
    // What the repository is, is asked first.
    expect(asked()).toEqual([graphql, graphql, `POST ${GITHUB}/repos/o/r/pulls`]);
    expect(seen[0]?.body).toContain('"ids":["R_o/r"]');
    expect(seen[1]?.body).toContain("createPullRequest(input: $input)");
    expect(seen[2]?.body).toBe('{"title":"a"}');
    expect(authorizations()).toEqual([`token ${TOKEN}`]);
  });

  test.each([
    ["gh issue create --title a --body b", "ask POST /repos/o/r/issues -d '{}'"],
    ["gh issue create -R me/app --title a --body b", "ask POST /repos/me/app/issues -d '{}'"],
    ["gh issue create --repo=github.com/Me/App -t a -b b", "ask POST /repos/me/app/issues -d '{}'"],
    ["GH_REPO=me/app gh issue create -t a -b b", "ask POST /repos/me/app/issues -d '{}'"],
    [
      "gh issue create -R me/app -t a -b b",
      "query 'mutation A($input: I!) { createIssue(input: $input) { x } }' R_me/app",
    ],
    ["gh api -X DELETE repos/o/r/labels/old", "ask DELETE /repos/o/r/labels/old"],
    ["gh api -X DELETE 'repos/{owner}/{repo}/labels/old'", "ask DELETE /repos/o/r/labels/old"],
    ['N=$(cat n); gh api -X PUT "repos/o/r/pulls/$N/merge"', "ask PUT /repos/o/r/pulls/7/merge"],
    ['R=$(cat n); gh api -X PUT "repos/$R/pulls/7/merge"', "ask PUT /repos/o/r/pulls/7/merge"],
  ])("%s is about what it names", async (command, line) => {
    file(join(where.project, "n"), "7");
    file(join(where.project, "asked.sh"), line);
    const ran = await run(command);
    expect(ran.said).toMatch(/ 200\n$/);
    expect(authorizations()).toEqual([`token ${TOKEN}`]);
    expect(ran.refused).toBeUndefined();
  });

  const OF_ANOTHER = /of another repository than the call names/;
  test.each([
    ["gh issue create --title a --body b", "ask POST /repos/me/app/issues -d '{}'", OF_ANOTHER],
    ["gh issue create -R me/app -t a -b b", "ask POST /repos/o/r/issues -d '{}'", OF_ANOTHER],
    ["GH_REPO=me/app gh issue create -t a -b b", "ask POST /repos/o/r/issues -d '{}'", OF_ANOTHER],
    [
      "gh issue create -R me/app -t a -b b",
      "query 'mutation A($input: I!) { createIssue(input: $input) { x } }' R_other/secret",
      OF_ANOTHER,
    ],
    [
      "gh issue create -R me/app -t a -b b",
      "query 'mutation { createIssue(input: {repositoryId: 1}) { x } }'",
      OF_ANOTHER,
    ],
    [
      "gh api -X DELETE repos/o/r/labels/old",
      "ask DELETE /repos/o/r/labels/new",
      /which takes something away/,
    ],
    ["gh api -X DELETE repos/o/r/labels/old", "ask POST /repos/o/r/pulls", /which others see/],
    [
      'R=$(cat n); gh api -X PUT "repos/$R/pulls/7/merge"',
      "ask PUT /repos/other/secret/pulls/7/merge",
      /which others see/,
    ],
    ["gh api -X POST graphql -f query=a", "ask POST /repos/o/r/pulls", /which others see/],
  ])("%s is not gone on with by %s", async (command, line, what) => {
    file(join(where.project, "n"), "7");
    file(join(where.project, "asked.sh"), line);
    const ran = await run(command);
    expect(ran.said).toMatch(/held by sallyport: .* 403\n$/s);
    expect(ran.refused).toMatchObject({ kind: "request", text: expect.stringMatching(what) });
    // Nothing went out, but for the question what an id belongs to.
    expect(seen.filter(({ body }) => ownersAsked(body) === undefined)).toEqual([]);
  });

  const json = (method: string, path: string, body: object): string =>
    `ask ${method} ${path} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const gist = (seen: object, name = "notes.md"): string =>
    json("POST", "/gists", { ...seen, files: { [name]: { content: "a" } } });
  const key = (path: string, more: object = {}, blob = "AAAAown"): string =>
    json("POST", path, { title: "a", key: `ssh-ed25519 ${blob} me`, ...more });
  const NEW = "query 'mutation A($input: I!) { createRepository(input: $input) { x } }'";

  test.each([
    ["gh gist create notes.md", gist({ public: false })],
    ["gh gist create -p notes.md", gist({ public: true })],
    ["gh ssh-key add own.pub", key("/user/keys")],
    ["gh ssh-key add own.pub --type signing", key("/user/ssh_signing_keys")],
    ["gh repo deploy-key add own.pub", key("/repos/o/r/keys", { read_only: true })],
    ["gh repo create tool --private", json("POST", "/user/repos", { name: "tool", private: true })],
    ["gh repo edit --visibility=private", json("PATCH", "/repos/o/r", { visibility: "private" })],
    ["gh repo edit -d a", json("PATCH", "/repos/o/r", { description: "a" })],
    ["gh api -X POST gists -F public=false -f a=b", gist({ public: false })],
  ])("%s makes what it names", async (command, line) => {
    file(join(where.project, "notes.md"), "a");
    file(join(where.project, "own.pub"), "ssh-ed25519 AAAAown me@here\n");
    file(join(where.project, "asked.sh"), line);
    const ran = await run(command);
    expect(ran.verdict).toBe("ask");
    expect(ran.said).toMatch(/ 200\n$/);
    expect(seen).toHaveLength(1);
    expect(authorizations()).toEqual([`token ${TOKEN}`]);
  });

  test.each([
    ["gh gist create notes.md", gist({ public: true })],
    ["gh gist create notes.md", gist({ public: "yes" })],
    ["gh gist create notes.md", gist({ public: false }, ".env")],
    ["gh gist create notes.md", json("POST", "/gists?public=true", { files: { "notes.md": {} } })],
    ["gh gist create notes.md", "ask POST /gists -d public=true"],
    ["gh gist create notes.md", key("/user/keys")],
    ["gh issue create -t a -b b", gist({ public: false })],
    ["gh ssh-key add own.pub", key("/user/keys", {}, "AAAAother")],
    ["gh ssh-key add own.pub --type signing", key("/user/keys")],
    ["gh repo deploy-key add own.pub", key("/repos/o/r/keys")],
    ["gh repo deploy-key add own.pub", key("/repos/o/r/keys", { read_only: true }, "AAAAother")],
    ["gh repo deploy-key add own.pub", key("/repos/o/s/keys", { read_only: true })],
    ["gh repo create tool --private", json("POST", "/user/repos", { name: "tool" })],
    ["gh repo create tool --private", json("POST", "/user/repos", { name: "x", private: true })],
    ["gh repo create tool --private", NEW],
    ["gh repo edit -d a", json("PATCH", "/repos/o/r", { private: false })],
    ["gh repo edit --visibility private", json("PATCH", "/repos/o/r", { visibility: "public" })],
    ["gh repo rename new", json("PATCH", "/repos/o/r", { name: "new", private: false })],
    ["gh api -X POST gists -F public=false -f a=b", gist({ public: true })],
  ])("%s makes nothing else by %s", async (command, line) => {
    file(join(where.project, "notes.md"), "a");
    file(join(where.project, "own.pub"), "ssh-ed25519 AAAAown me@here\n");
    file(join(where.project, "asked.sh"), line);
    const ran = await run(command);
    expect(ran.said).toMatch(/held by sallyport: .* (?:403|413)\n$/s);
    expect(ran.refused).toMatchObject({ kind: "request" });
    expect(seen).toEqual([]);
  });

  test("a question of ours that is not answered lets nothing go on", async () => {
    file(
      join(where.project, "asked.sh"),
      "query 'mutation A($input: I!) { createIssue(input: $input) { x } }' R_o/r",
    );
    for (const said of ["nonsense", "x".repeat(300_000), '{"data":{"nodes":[null]}}']) {
      answer = (_request, response) => response.end(said);
      expect((await run("gh issue create -t a -b b")).said).toMatch(/ 403\n$/);
    }
    answer = ({ socket }) => void socket.destroy();
    expect((await run("gh issue create -t a -b b")).said).toMatch(/ 403\n$/);
    expect(seen.every(({ body }) => ownersAsked(body) !== undefined)).toBe(true);
  });

  test("asks with the token of a variable of the shell, and so does curl that names it", async () => {
    const ran = await run(
      `gh pr view 7; curl -sS -H "Authorization: Bearer $GH_TOKEN" https://${GITHUB}/user; curl -sS -X DELETE -H "Authorization: Bearer $GH_TOKEN" https://${GITHUB}/repos/o/old`,
      { GH_TOKEN: VARIABLE },
    );
    expect(authorizations()).toEqual([`token ${VARIABLE}`, `Bearer ${VARIABLE}`]);
    expect(asked().at(-1)).toBe(`DELETE ${GITHUB}/repos/o/old`);
    expect(ran.said).toMatch(/you are Bearer ghp_[xX0]{36}/);
    expect(ran.exchanges).toMatchObject([
      { name: "GH_TOKEN", file: "the environment", requests: 4 },
    ]);
  });

  test.each([
    ["ask POST /repos/o/r/pulls -d '{}'", "`POST /repos/*/*/pulls`, which others see"],
    ["ask DELETE /repos/o/r", "`DELETE /repos/*/*`, which takes something away"],
    ["ask POST /orgs/o/whatever", "a `POST` that no table knows"],
    [
      "query 'mutation { x: createPullRequest(input: {}) { id } }'",
      "`mutation createPullRequest`, which others see",
    ],
    [
      "query 'query A { viewer { login } } mutation B { deleteRef(input: {}) { x } }'",
      "`mutation deleteRef`, which takes something away",
    ],
    ["query 'mutation { ...F } fragment F on Mutation { x }'", "cannot be read"],
    [
      `ask POST /graphql -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' -d '{"query":"{a}"}'`,
      "cannot be read",
    ],
    ["ask GET /repos/o/r/../../x --path-as-is", "an address that reads in two ways"],
    ["ask GET /ws -H 'Connection: Upgrade' -H 'Upgrade: websocket'", "a WebSocket"],
  ])("does not go on with %s where it was judged to look", async (line, what) => {
    file(join(where.project, "asked.sh"), line);
    const ran = await run("gh pr list");
    expect(seen).toEqual([]);
    expect(ran.said).toMatch(/held by sallyport: .* (?:403|413)\n$/s);
    expect(ran.refused).toMatchObject({ kind: "request", text: expect.stringContaining(what) });
    expect(ran.refused?.text).toContain(GITHUB);
    expect(ran.exchanges).toEqual([]);
  });

  test("is understood where it would speak HTTP/2, and no header makes another method of its own", async () => {
    file(join(where.project, "asked.sh"), "ask GET /x --http2 -H 'X-HTTP-Method-Override: DELETE'");
    const headers: IncomingMessage["headers"][] = [];
    answer = (request, response) => response.end(String(headers.push(request.headers)));
    const ran = await run("gh pr list");
    expect(ran.said).toBe("1 200\n");
    expect(headers[0]?.["x-http-method-override"]).toBeUndefined();
  });

  test("goes without its token to a host that the answer leads to", async () => {
    answer = ({ headers }, response) =>
      headers.host === OTHER
        ? response.end("other")
        : response.writeHead(302, { location: `https://${OTHER}/x` }).end();
    await run(
      `curl -sSL --location-trusted -H "Authorization: Bearer $GH_TOKEN" https://${GITHUB}/a https://${OTHER}/b`,
      { GH_TOKEN: VARIABLE },
    );
    const [first, ...others] = seen;
    expect(first?.authorization).toBe(`Bearer ${VARIABLE}`);
    expect(others.length).toBeGreaterThan(0);
    expect(JSON.stringify(others)).not.toContain(MARK);
  });

  test.each<[string, RegExp, typeof answer]>([
    ["nonsense", /could not be reached/, ({ socket }) => void socket.end("nonsense\r\n\r\n")],
    ["nothing", /could not be reached/, ({ socket }) => void socket.destroy()],
    [
      "without end",
      /timed out/,
      (_request, response) => {
        const going = setInterval(() => response.write(`${TOKEN} `.repeat(100)), 20);
        response.once("close", () => clearInterval(going));
      },
    ],
  ])("ends where its host says %s", async (_what, words, said) => {
    file(join(where.project, "asked.sh"), "ask GET /x -m 4");
    answer = said;
    expect((await run("gh pr list")).said).toMatch(words);
  });
});

describe("npm", () => {
  test("asks who it is, and publishes, with the login of the person's file", async () => {
    answer = ({ method }, response) =>
      response.writeHead(method === "PUT" ? 201 : 200).end('{"username":"me"}');
    const who = await run("npm whoami");
    expect(who.said).toContain("me");
    expect(asked()).toContain(`GET ${NPM}/-/whoami`);
    file(
      join(where.project, "package.json"),
      JSON.stringify({
        name: "made-up",
        version: "1.0.0",
        scripts: {
          prepublishOnly: "node spoil.cjs",
        },
      }),
    );
    // What nobody foresees: the evaluator follows a script, and would say of a plain line what it does.
    file(
      join(where.project, "spoil.cjs"),
      `require("node:child_process").execFileSync("sh", ["-c", "curl -sS -X DEL" + "ETE -H \\"Authorization: Bearer $(sed 's/.*=//' ~/.npmrc)\\" https://${NPM}/made-up/-rev/1"]);`,
    );
    seen.length = 0;
    answer = ({ method }, response) => response.writeHead(method === "PUT" ? 201 : 404).end("{}");
    const ran = await run("npm publish");
    expect(ran.verdict).toBe("ask");
    expect(ran.said).toContain("+ made-up@1.0.0");
    expect(asked()).toContain(`PUT ${NPM}/made-up`);
    expect(asked().join()).not.toContain("DELETE");
    expect(authorizations()).toContain(`Bearer ${NPM_TOKEN}`);
    expect(ran.refused).toMatchObject({ kind: "request", text: expect.stringContaining("-rev") });
  });
});

test("npm publishes what it was judged to, and no other package", async () => {
  const manifest = { name: "made-up", version: "1.0.0", scripts: { prepublishOnly: "node x.cjs" } };
  file(join(where.project, "package.json"), JSON.stringify(manifest));
  file(
    join(where.project, "x.cjs"),
    `require("node:child_process").execFileSync("sh", ["-c", "curl -sS -X P" + "UT -d {} -H \\"Authorization: Bearer $(sed 's/.*=//' ~/.npmrc)\\" https://${NPM}/other"]);`,
  );
  answer = ({ method }, response) => response.writeHead(method === "PUT" ? 201 : 404).end("{}");
  const ran = await run("npm publish");
  expect(ran.said).toContain("+ made-up@1.0.0");
  expect(asked()).toContain(`PUT ${NPM}/made-up`);
  expect(asked()).not.toContain(`PUT ${NPM}/other`);
  expect(ran.refused?.text).toContain("of another package than the call names");
});

describe("a client of registries of images", () => {
  test("copies to the image that the call names, and to no other", async () => {
    file(
      join(where.project, "asked.sh"),
      "ask PUT /v2/o/other/manifests/1 -d '{}'; ask POST /v2/o/other/blobs/uploads/",
    );
    const ran = await run("skopeo copy oci-archive:x.tar docker://ghcr.io/o/i:1");
    expect(ran.said).toBe("200 403 403 200 200 200 403 ");
    expect(asked().join()).not.toContain("other");
  });

  test.each([
    ["skopeo copy oci-archive:x.tar docker://ghcr.io/o/i:1", "200 200 200 200 403 ", 4],
    ["skopeo inspect docker://ghcr.io/o/i:1", "200 200 403 ", 2],
  ])("%s", async (command, said, count) => {
    const ran = await run(command);
    expect(ran.said).toBe(said);
    expect(seen).toHaveLength(count);
    expect(authorizations()).toEqual([`Basic ${LOGIN}`]);
    expect(ran.refused).toMatchObject({ kind: "request" });
  });
});
