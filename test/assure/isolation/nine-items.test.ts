// The nine items of isolation for container files as people write them: what is met, what is not, what nothing says, and where.
import { describe, expect, it } from "vitest";
import { type IsolationItem, ISOLATION_ITEMS } from "#assure/isolation/nine-items.ts";
import { auditTree, treeOfTexts } from "#surface/services/sandbox/audit-containers.ts";

type Files = Readonly<Record<string, string>>;

function audit(files: Files) {
  return auditTree(treeOfTexts(Object.entries(files).map(([name, text]) => ({ name, text }))));
}

/** How one item stands in the one container of the files: `state line why`. */
function stands(files: Files, item: IsolationItem) {
  const { containers } = audit(files);
  expect(containers).toHaveLength(1);
  const found = containers[0]?.items.find((one) => one.item === item);
  return [found?.state, found?.line];
}

const DIGEST = `sha256:${"a".repeat(64)}`;
const service = (body: string) => ({ "compose.yaml": `services:\n  claude:\n${body}` });
const dev = (body: string) => ({ ".devcontainer/devcontainer.json": `{\n${body}\n}` });
const run = (words: string) => ({ "run.sh": `docker run ${words} claude-code\n` });
const pod = (body: string, more = "") => ({
  "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: { name: claude }\nspec:\n  containers:\n    - name: claude\n${body}${more}`,
});

describe.each<[IsolationItem, readonly (readonly [Files, string, number])[]]>([
  [
    "user",
    [
      [service("    user: root\n"), "not-met", 3],
      [service('    user: "1000:1000"\n'), "met", 3],
      [service('    user: "${UID}"\n'), "not-said", 3],
      [{ Dockerfile: "FROM node:22\nRUN npm i -g claude-code\n" }, "not-met", 1],
      [{ Dockerfile: "FROM node:22 AS a\nUSER root\nFROM a\nUSER claude\n" }, "met", 4],
      [pod("      securityContext: { runAsUser: 0 }\n"), "not-met", 7],
      [pod("      securityContext: { runAsNonRoot: true }\n"), "met", 7],
      [pod("      image: x\n"), "not-said", 6],
      [run("--user=0 "), "not-met", 1],
    ],
  ],
  [
    "worktree",
    [
      [service('    volumes: [".:/w", "../other:/o"]\n'), "not-met", 3],
      [service('    volumes: [".:/w", "./.git/hooks:/w/.git/hooks:ro"]\n'), "met", 3],
      [service('    volumes: ["/srv/a:/a", "/srv/b:/b"]\n'), "not-met", 3],
      [service('    volumes: ["${WORK}:/w"]\n'), "not-said", 3],
      [service("    extends: { file: base.yaml, service: x }\n"), "not-said", 3],
      [dev('"image": "x", "mounts": ["source=/srv/data,target=/d,type=bind"]'), "not-met", 2],
      [dev('"image": "x"'), "met", 1],
      [run('-v "$PWD":/w '), "met", 1],
      [{ Dockerfile: "FROM claude-code\n" }, "not-said", 1],
    ],
  ],
  [
    "credentials",
    [
      [service('    volumes: ["~/.aws:/home/ada/.aws:ro"]\n'), "not-met", 3],
      [dev('"mounts": ["source=${localEnv:HOME}/.ssh,target=/h,type=bind"]'), "not-met", 2],
      [run("-v $HOME/.config/gcloud:/g "), "not-met", 1],
      [{ Dockerfile: "FROM claude-code\nCOPY .npmrc /home/ada/.npmrc\n" }, "not-met", 2],
      [service('    volumes: [".:/w"]\n'), "met", 3],
      [service('    volumes: ["${KEYS}:/k"]\n'), "not-said", 3],
    ],
  ],
  [
    "home",
    [
      [run("-v $HOME:/h "), "not-met", 1],
      [service('    volumes: ["/:/host"]\n'), "not-met", 3],
      [service('    volumes: ["/etc:/e"]\n'), "not-met", 3],
      [service('    volumes: [".:/w"]\n'), "met", 3],
    ],
  ],
  [
    "keys",
    [
      [service("    environment: { ANTHROPIC_API_KEY: x }\n"), "not-met", 3],
      [run("-e ANTHROPIC_API_KEY "), "not-met", 1],
      [service("    env_file: .env\n"), "not-met", 3],
      [service("    secrets: [claude-key]\n"), "met", 3],
      [run("--mount=type=bind,source=/run/k,target=/run/secrets/k,readonly "), "met", 1],
      [service('    volumes: [".:/w"]\n'), "not-said", 3],
      [{ Dockerfile: "FROM claude-code\nENV GITHUB_TOKEN=x\n" }, "not-met", 2],
    ],
  ],
  [
    "registries",
    [
      [service("    environment: { npm_config_registry: 'https://r.example.com/' }\n"), "met", 3],
      [
        service("    environment: { npm_config_registry: 'http://r.example.com/' }\n"),
        "not-met",
        3,
      ],
      [
        { Dockerfile: "FROM claude-code\nENV npm_config_registry=https://r.example.com/\n" },
        "met",
        2,
      ],
      [service("    image: x\n"), "not-said", 3],
    ],
  ],
  [
    "versions",
    [
      [service(`    image: claude@${DIGEST}\n`), "met", 3],
      [service("    image: claude:2.1.328\n"), "not-met", 3],
      [service("    image: ${IMAGE}\n"), "not-said", 3],
      [
        { Dockerfile: `FROM node@${DIGEST}\nRUN npm i -g @anthropic-ai/claude-code\n` },
        "not-met",
        2,
      ],
      [
        { Dockerfile: `FROM node@${DIGEST}\nRUN npm i -g @anthropic-ai/claude-code@2.1.328\n` },
        "met",
        1,
      ],
      [{ Dockerfile: `ARG B=node@${DIGEST}\nFROM $B\nRUN claude\n` }, "met", 2],
      [{ Dockerfile: "ARG B\nFROM $B\nRUN claude\n" }, "not-said", 2],
      // What an earlier stage brings in counts as well.
      [
        { Dockerfile: `FROM node:22 AS b\nFROM node@${DIGEST}\nCOPY --from=b /x /x\nRUN claude\n` },
        "not-met",
        1,
      ],
      [
        { Dockerfile: `FROM node@${DIGEST}\nCOPY --from=tools:latest /x /x\nRUN claude\n` },
        "not-met",
        2,
      ],
    ],
  ],
  [
    "egress",
    [
      [run("--network=none "), "met", 1],
      [run("--network=host "), "not-met", 1],
      [run(""), "not-met", 1],
      [service("    network_mode: ${NET}\n"), "not-said", 3],
      [service("    environment: { HTTPS_PROXY: 'http://p:1' }\n"), "not-met", 3],
      [
        service(
          "    networks: [in]\n    environment: { HTTPS_PROXY: 'http://p:1' }\nnetworks:\n  in: { internal: true }\n",
        ),
        "met",
        4,
      ],
      [
        service("    networks: [in, out]\nnetworks:\n  in: { internal: true }\n  out: {}\n"),
        "not-met",
        3,
      ],
      [dev('"image": "x", "postStartCommand": "sudo init-firewall.sh"'), "not-said", 2],
      [pod("      image: x\n"), "not-met", 6],
      [
        pod(
          "      image: x\n",
          "---\nkind: NetworkPolicy\nspec: { podSelector: {}, policyTypes: [Egress] }\n",
        ),
        "met",
        6,
      ],
    ],
  ],
  [
    "production",
    [
      [service('    volumes: ["/var/run/docker.sock:/s"]\n'), "not-met", 3],
      [service("    privileged: true\n    network_mode: none\n"), "not-met", 3],
      [service("    environment: { KUBECONFIG: /k }\n    network_mode: none\n"), "not-met", 3],
      [
        service("    environment: { DB: 'postgres://prod-db/x' }\n    network_mode: none\n"),
        "not-met",
        3,
      ],
      [service("    network_mode: none\n"), "met", 3],
      [service("    image: x\n"), "not-said", 3],
    ],
  ],
])("%s", (item, cases) => {
  it.each(cases)("%j is %s at line %s", (files, state, line) => {
    expect(stands(files, item)).toEqual([state, line]);
  });
});

describe("files as a whole", () => {
  it("are told with the Dockerfile that they build, and a Dockerfile alone by itself", () => {
    const files = {
      ".devcontainer/devcontainer.json": '{ "build": { "dockerfile": "Dockerfile" } }',
      ".devcontainer/Dockerfile": "FROM node:22\nUSER node\n",
      "other/Dockerfile": "FROM node:22\n",
    };
    const { containers } = audit(files);
    expect(containers.map(({ file }) => file)).toEqual([
      ".devcontainer/devcontainer.json",
      "other/Dockerfile",
    ]);
    expect(containers[0]?.items[0]).toMatchObject({
      state: "met",
      file: ".devcontainer/Dockerfile",
      line: 2,
    });
    for (const { items } of containers)
      expect(items.map(({ item }) => item)).toEqual(Object.keys(ISOLATION_ITEMS));
  });

  it.each([
    ["compose.yaml", "services: ["],
    ["compose.yaml", "version: 3\n"],
    ["docker-compose.prod.yml", "services:\n  a: &a\n   b: *a\n   c: {{ x }}\n"],
    [".devcontainer/devcontainer.json", "{ not json"],
    ["Dockerfile", "RUN true\n"],
    ["k8s/pod.yaml", "kind: Pod\nspec: {{ .Values.spec }}\n"],
  ])("%s of %j is told as unreadable, and nothing of it as met", (name, text) => {
    const { containers, unreadable } = audit({ [name]: text });
    expect(unreadable.map(({ file }) => file)).toEqual([name]);
    expect(containers.filter(({ kind }) => kind !== "dockerfile")).toEqual([]);
  });

  it("say what to write wherever something is not met or not said", () => {
    const { containers } = audit({ ...service("    image: x\n"), ...run("--privileged ") });
    const open = containers.flatMap(({ items }) => items).filter(({ state }) => state !== "met");
    expect(open.length).toBeGreaterThan(6);
    expect(open.filter(({ fix }) => fix === undefined)).toEqual([]);
  });
});
