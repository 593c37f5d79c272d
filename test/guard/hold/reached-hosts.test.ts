// Which calls a proxy can hold to their hosts, and to which: real commands, judged, and what follows from their effects.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import { leadsTo, proxiedProgram } from "#guard/hold/proxied-programs.ts";
import { addressed, reachedHosts } from "#guard/hold/reached-hosts.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { judgeCommand, makeProject, type TestProject } from "../../judging.ts";

let made: TestProject;
beforeAll(() => {
  made = makeProject();
  const file = (name: string, text: string): void => writeFileSync(join(made.project, name), text);
  file("package.json", '{"name":"x","version":"1.0.0","dependencies":{"left-pad":"1.3.0"}}');
  file("requirements.txt", "requests==2.0.0\n");
});
afterAll(() => made.remove());

async function reachedBy(command: string) {
  const { effects } = await judgeCommand(made, command);
  return reachedHosts(effects);
}

test.each([
  ["curl https://a.example/x", ["a.example:443"]],
  ["curl -L http://a.example", ["a.example:80,443"]],
  ["curl http://a.example:8080/", ["a.example:8080"]],
  ["curl http://10.0.0.5:8080/", ["10.0.0.5:8080"]],
  ["wget https://a.example/a.tgz && tar xzf a.tgz", ["a.example:443"]],
  ["curl https://a.example -o a; curl https://b.example -o b", ["a.example:443", "b.example:443"]],
  ["echo a.example | xargs -I{} curl https://{}/", ["a.example:443"]],
  ["git push", ["git.example:443"]],
  ["git fetch && git status", ["git.example:443"]],
  ["npm test && curl https://a.example", ["a.example:443"]],
  ["kubectl apply -f a.yaml --server https://k.example", undefined],
  ["aws s3 ls --endpoint-url https://s3.example", ["s3.example:443"]],
])("%s reaches %j", async (command, expected) => {
  const found = await reachedBy(command);
  const named = found?.hosts.filter(({ isNamed }) => isNamed);
  expect(named?.map(({ host, ports }) => `${host}:${ports.join()}`)).toEqual(expected);
});

test.each(["git clone https://github.com/a/b", "gh pr list", "gh release download", "npm ci"])(
  "%s reaches where github.com leads",
  async (command) => {
    const hosts = (await reachedBy(command))?.hosts.map(({ host }) => host);
    expect(hosts).toEqual(expect.arrayContaining(["github.com", "codeload.github.com"]));
  },
);

test.each([
  ["npm view left-pad", REGISTRY_HOSTS.npm[0]],
  ["npm ci --ignore-scripts", REGISTRY_HOSTS.npm[0]],
  ["npm install left-pad && npm test", REGISTRY_HOSTS.npm[0]],
  ["pip install -r requirements.txt", "files.pythonhosted.org"],
  ["python3 -m pip install x", "pypi.org"],
  ["pnpm --filter api add left-pad", REGISTRY_HOSTS.npm[0]],
  ["yarn add left-pad", REGISTRY_HOSTS.npm[0]],
  ["uv sync", "pypi.org"],
  ["cargo fetch", "static.crates.io"],
  ["go mod download", "proxy.golang.org"],
  ["bundle install", "rubygems.org"],
])("%s asks its own hosts, %s among them", async (command, host) => {
  const found = await reachedBy(command);
  expect(found?.asking.flatMap(({ asks = [] }) => asks)).toContain(host);
  // WHY without a lock: there is none in this project, and settings that name no registry mean the usual one.
  expect(found?.hosts.map((one) => one.host)).toContain(host);
});

test.each([
  ["pip install git+https://git.example/b", "git.example"],
  ["npm i github:a/b", "codeload.github.com"],
  ["npm i https://x.example/a.tgz", "x.example"],
  ["go get go.example/x", "go.example"],
  ["python3 -m pip install --index-url https://pypi.corp.example/simple x", "pypi.corp.example"],
])("%s reaches %s too", async (command, host) => {
  expect((await reachedBy(command))?.hosts.map((one) => one.host)).toContain(host);
});

test.each([
  ["a program that obeys no proxy", "nc a.example 80"],
  ["node, whose fetch obeys none", 'node -e "fetch(\\"https://a.example\\")"'],
  ["one of two programs obeys none", "curl https://a.example && nc a.example 80"],
  ["ssh", "ssh host ls"],
  ["git over ssh", "git clone git@github.com:a/b"],
  ["a database", "psql -h db.example"],
  ["a host that is not known", 'curl "https://$H/x"'],
  ["an account of which no host is known", "kubectl get pods"],
  ["a cluster's tools", "helm repo update"],
  ["a service that fetches in its place", "docker pull x"],
  ["what it brings is run, and asks whom it will", "npx cowsay hi"],
  ["the same by npm", "npm exec cowsay"],
  ["a project made by a package", "npm create vite"],
  ["the same by pnpm", "pnpm dlx cowsay"],
  ["the same by go", "go run github.com/a/b@latest"],
  ["the same by uv", "uvx ruff"],
  ["a script from the network", "curl https://a.example/x.sh | sh"],
  ["packages of the system", "apt-get install x"],
  ["a package over ssh", "npm i git+ssh://git@git.example/a.git"],
  ["no host at all", "npm test"],
])("%s: no proxy holds it (%s)", async (_why, command) => {
  expect(await reachedBy(command)).toBeUndefined();
});

test("a host that several effects name has all their ports, and what any of them says of it", () => {
  const asks = (port: number | undefined, scheme: string, known?: "remote"): Effect => ({
    kind: "egress",
    destination: { host: "a.example", port, scheme, ...(known === undefined ? {} : { known }) },
    carries: [],
    via: ["curl"],
    at: undefined,
  });
  expect(reachedHosts([asks(undefined, "https", "remote"), asks(8080, "http")])?.hosts[0]).toEqual({
    host: "a.example",
    ports: [443, 8080],
    isPlain: true,
    isNamed: true,
    isConfigured: true,
  });
});

test("what leads on is asked by https alone, and is no host that was named", () => {
  expect(leadsTo("www.github.com")).toEqual(
    expect.arrayContaining(["github.com", "api.github.com"]),
  );
  expect(leadsTo("a.example")).toEqual(["www.a.example"]);
  expect(proxiedProgram("pip3.11")).toBe(proxiedProgram("pip"));
  expect(proxiedProgram("constructor")).toBeUndefined();
  expect(addressed("no address")).toEqual({ host: undefined, port: undefined, scheme: undefined });
});
