// What Docker flags, compose files and dev containers share: names, checked words, the image, mounts and variables of one project (M9.3-M9.6, X.32).
import { Failure } from "#base/failure.ts";
import { baseName, isWithin } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import { expectationText, type IsolationPlan, type PlannedFile } from "./isolation-plan.ts";

/** Where the project and the client's own files lie inside. */
export const INSIDE = {
  project: "/workspace",
  config: "/home/claude/.claude",
  editor: "/home/claude/.vscode-server",
  key: "/run/secrets/claude-key",
} as const;

/** How big the folders in memory may get. */
const SCRATCH = "rw,nosuid,nodev,size=2g";

/** A plan with what a container needs checked. */
export type ContainerPlan = {
  /** Of image, network and volume: lower case, digits, dashes. */
  readonly name: string;
  readonly user: string;
  readonly mounts: readonly ContainerMount[];
  readonly tmpfs: readonly string[];
  /** Undefined: there is no network. */
  readonly network: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly keyFile: string;
};
/** `from`: below the project where `isOfProject`, else an absolute path. */
export type ContainerMount = {
  readonly from: string;
  readonly to: string;
  readonly isWritable: boolean;
  readonly isOfProject: boolean;
};

const DIGEST = /^[\w][\w./:-]{0,200}@sha256:[0-9a-f]{64}$/;
const VERSION = /^\d+\.\d+\.\d+$/;
/** Characters that an engine, compose or a shell would take for something else. */
const UNSAFE = /[^\p{L}\p{N} ./_+@=-]/u;

/** Checks and puts together. Throws a Failure `usage` that says which option is missing or of another form. */
export function containerPlan(plan: IsolationPlan): ContainerPlan {
  const { image, client, registry, project, keyFile, proxy, user } = plan;
  refuse(
    !DIGEST.test(image),
    "`--image` has to name a base by its digest, such as `node:22-slim@sha256:...`; `docker buildx imagetools inspect node:22-slim` prints it",
  );
  refuse(!VERSION.test(client), "`--client` has to be an exact version, such as `2.1.328`");
  refuse(
    !isPlainUrl(registry, ["https:"]),
    "`--registry` has to be an https address without a user and password",
  );
  refuse(
    proxy !== undefined && !isPlainUrl(proxy, ["http:", "https:"]),
    "`--proxy` has to be an http or https address without a user and password: it stands in the container's description",
  );
  const places = [project, keyFile, ...plan.kept, ...plan.hiddenFiles, ...plan.hiddenDirectories];
  const strange = places.find((path) => !path.startsWith("/") || UNSAFE.test(path));
  refuse(
    strange !== undefined,
    `the path \`${printable(strange ?? "")}\` has characters that cannot be written into container files: rename it, or use \`--target bwrap\``,
  );
  const inside = (path: string) => `${INSIDE.project}${path.slice(project.length)}`;
  const below = (path: string) => path.slice(project.length + 1);
  const id = user === 0 ? 1_000 : user;
  const name = `sallyport-${
    baseName(project)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 40) || "project"
  }`;
  return {
    name,
    user: `${id}:${id}`,
    mounts: [
      { from: "", to: INSIDE.project, isWritable: true, isOfProject: true },
      ...plan.kept
        .filter((path) => isWithin(project, path))
        .map((path) => ({
          from: below(path),
          to: inside(path),
          isWritable: false,
          isOfProject: true,
        })),
      ...plan.hiddenFiles.map((path) => ({
        from: "/dev/null",
        to: inside(path),
        isWritable: false,
        isOfProject: false,
      })),
    ],
    tmpfs: [
      `/tmp:${SCRATCH}`,
      `${INSIDE.config}:rw,nosuid,nodev,size=256m,mode=0700,uid=${id},gid=${id}`,
      `${INSIDE.editor}:rw,nosuid,nodev,size=1g,mode=0700,uid=${id},gid=${id}`,
      ...plan.hiddenDirectories.map((path) => `${inside(path)}:ro,size=4k,mode=0000`),
    ],
    network: proxy === undefined ? undefined : `${name}-inside`,
    variables: {
      CLAUDE_CONFIG_DIR: INSIDE.config,
      XDG_CACHE_HOME: "/tmp/.cache",
      npm_config_cache: "/tmp/.npm",
      npm_config_registry: registry,
      ...(proxy === undefined
        ? {}
        : { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: "localhost,127.0.0.1,::1" }),
    },
    keyFile,
  };
}

function refuse(isWrong: boolean, why: string): void {
  if (isWrong) throw new Failure("usage", why);
}

function isPlainUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text) || /[\s"'\\$`]/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocols.includes(protocol) && username === "" && password === "";
}

/** What the image is built of. `settings`: managed settings of the client, as the policy compiles to them. */
export function imageFiles(
  plan: IsolationPlan,
  { user }: ContainerPlan,
  settings: string,
): readonly PlannedFile[] {
  const [id = "1000"] = user.split(":");
  const dockerfile = `# An image for sessions of one project. No engine built it yet: look at what holds with \`sallyport sandbox probe\`.
FROM ${plan.image}
ENV npm_config_registry=${plan.registry} \\
    CLAUDE_CONFIG_DIR=${INSIDE.config} \\
    DISABLE_AUTOUPDATER=1
RUN apt-get update \\
 && apt-get install -y --no-install-recommends ca-certificates git \\
 && rm -rf /var/lib/apt/lists/*
RUN npm install -g @anthropic-ai/claude-code@${plan.client} && npm cache clean --force
RUN useradd --non-unique --uid ${id} --create-home --shell /bin/bash claude \\
 && install -d -o claude -g claude -m 0700 ${INSIDE.config} ${INSIDE.editor} \\
 && install -d -o claude -g claude ${INSIDE.project}
COPY --chmod=0755 claude-key /usr/local/bin/claude-key
COPY --chmod=0644 managed-settings.json /etc/claude-code/managed-settings.json
WORKDIR ${INSIDE.project}
USER claude
HEALTHCHECK --interval=60s --timeout=10s --retries=3 CMD test -w ${INSIDE.config} && claude --version
ENTRYPOINT ["claude"]
`;
  const key = `#!/bin/sh
# Prints the key of the client: a file that whoever started the container renews. It is in no variable.
exec cat ${INSIDE.key}
`;
  const hosts = [...new Set(["api.anthropic.com", new URL(plan.registry).hostname, ...plan.hosts])];
  return [
    { name: "Dockerfile", text: dockerfile, mode: 0o644 },
    { name: "claude-key", text: key, mode: 0o755 },
    { name: "managed-settings.json", text: settings, mode: 0o644 },
    {
      name: "egress-hosts.txt",
      text: `# What the proxy has to let through, and nothing else.\n${hosts.join("\n")}\n`,
      mode: 0o644,
    },
    {
      name: "probe.yaml",
      text: expectationText(plan, [`writable: [${INSIDE.config}, ${INSIDE.editor}]`]),
      mode: 0o644,
    },
  ];
}

/** What a person has to know of every container of a plan. */
export function containerNotes({ network, keyFile }: ContainerPlan): readonly string[] {
  return [
    "no container engine was asked: run `sallyport sandbox probe --expect probe.yaml` inside before you rely on it",
    network === undefined
      ? "there is no network, so the client does not reach its model: name the proxy with `--proxy`"
      : `the network ${network} leads nowhere: connect the proxy to it, and let it through to egress-hosts.txt alone`,
    `the key of the client is read from ${keyFile} outside: renew it there, and give it a day`,
    "hidden and kept are the places of the project that are there now: make it again when a file with secrets comes",
    "no guard runs inside: its hooks come with `hooks` of a site's parameters, docs/guide/compiling-a-policy.md",
  ];
}
