// Plain Docker flags, a compose file and a dev container for one project.
import { stringify } from "yaml";
import { quotedForShell } from "#base/shell-quoting.ts";
import {
  type ContainerMount,
  containerNotes,
  type ContainerPlan,
  containerPlan,
  imageFiles,
  INSIDE,
} from "./container-parts.ts";
import type { IsolationPlan, Planned } from "./isolation-plan.ts";

const PROCESSES_MAX = 512;
const MEMORY_MAX = "4g";
/** WHY no resolver: names are looked up by the proxy, and questions about names carry data out. */
const NO_RESOLVER = "127.0.0.1";

/** Flags of `docker run`, one by one, without the image. `at`: how a mount's source is written. */
function runFlags(plan: ContainerPlan, at: (mount: ContainerMount) => string): readonly string[] {
  const { user, mounts, tmpfs, network, variables, keyFile } = plan;
  return [
    ...["--read-only", "--init", `--user=${user}`],
    ...["--cap-drop=ALL", "--security-opt=no-new-privileges"],
    ...[`--pids-limit=${PROCESSES_MAX}`, `--memory=${MEMORY_MAX}`],
    ...(network === undefined
      ? ["--network=none"]
      : [`--network=${network}`, `--dns=${NO_RESOLVER}`]),
    ...mounts.map((mount) => `--volume=${at(mount)}:${mount.to}:${mount.isWritable ? "rw" : "ro"}`),
    `--mount=type=bind,source=${keyFile},target=${INSIDE.key},readonly`,
    ...tmpfs.map((one) => `--tmpfs=${one}`),
    ...Object.entries(variables).map(([name, value]) => `--env=${name}=${value}`),
  ];
}

function sourceIn(project: string): (mount: ContainerMount) => string {
  return ({ from, isOfProject }) =>
    isOfProject ? (from === "" ? project : `${project}/${from}`) : from;
}

/** A script that builds the image and runs it with plain flags. */
export function dockerFiles(plan: IsolationPlan, settings: string): Planned {
  const container = containerPlan(plan);
  const { name, network } = container;
  const flags = runFlags(container, sourceIn(plan.project));
  const script = [
    "#!/bin/sh",
    "# Builds the image and runs the client in it: ./run.sh [ARGUMENT...]",
    "set -eu",
    'here=$(CDPATH="" cd -- "$(dirname -- "$0")" && pwd -P)',
    ...(network === undefined
      ? []
      : [`docker network create --internal ${network} >/dev/null 2>&1 || true`]),
    `docker build -t ${name} -f "$here/Dockerfile" "$here"`,
    "terminal=false; if [ -t 0 ]; then terminal=true; fi",
    'exec docker run --rm --interactive=true --tty="$terminal" \\',
    ...flags.map((flag) => `  ${quotedForShell(flag)} \\`),
    `  --workdir=${INSIDE.project} \\`,
    `  ${name} "$@"`,
    "",
  ].join("\n");
  return {
    files: [
      { name: "run.sh", text: script, mode: 0o755 },
      ...imageFiles(plan, container, settings),
    ],
    notes: containerNotes(container),
  };
}

/** A compose file with one service. */
export function composeFiles(plan: IsolationPlan, settings: string): Planned {
  const container = containerPlan(plan);
  const { name, user, mounts, tmpfs, network, variables, keyFile } = container;
  const source = sourceIn(plan.project);
  const file = {
    name,
    services: {
      claude: {
        build: { context: ".", dockerfile: "Dockerfile" },
        user,
        read_only: true,
        init: true,
        stdin_open: true,
        tty: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        pids_limit: PROCESSES_MAX,
        mem_limit: MEMORY_MAX,
        ...(network === undefined
          ? { network_mode: "none" }
          : { networks: ["inside"], dns: [NO_RESOLVER] }),
        working_dir: INSIDE.project,
        environment: variables,
        tmpfs: [...tmpfs],
        volumes: mounts.map(
          (mount) => `${source(mount)}:${mount.to}:${mount.isWritable ? "rw" : "ro"}`,
        ),
        secrets: ["claude-key"],
        healthcheck: {
          test: ["CMD-SHELL", `test -w ${INSIDE.config} && claude --version`],
          interval: "60s",
          timeout: "10s",
          retries: 3,
        },
      },
    },
    ...(network === undefined ? {} : { networks: { inside: { name: network, internal: true } } }),
    secrets: { "claude-key": { file: keyFile } },
  };
  const text = `# One service for sessions of one project: docker compose run --rm claude\n${stringify(file, { lineWidth: 0 })}`;
  return {
    files: [{ name: "compose.yaml", text, mode: 0o644 }, ...imageFiles(plan, container, settings)],
    notes: containerNotes(container),
  };
}

/** A dev container, to be put into the project's `.devcontainer`. */
export function devContainerFiles(plan: IsolationPlan, settings: string): Planned {
  const container = containerPlan(plan);
  const { name, network, variables } = container;
  const folder = `$${"{localWorkspaceFolder}"}`;
  const [opened, ...others] = container.mounts;
  const flags = runFlags({ ...container, mounts: others }, sourceIn(folder)).filter(
    (flag) => !flag.startsWith("--env=") && !flag.startsWith("--user="),
  );
  const file = {
    name,
    build: { dockerfile: "Dockerfile", context: "." },
    workspaceMount: `source=${folder},target=${opened?.to ?? INSIDE.project},type=bind`,
    workspaceFolder: INSIDE.project,
    containerUser: "claude",
    remoteUser: "claude",
    updateRemoteUserUID: true,
    ...(network === undefined
      ? {}
      : {
          initializeCommand: `docker network create --internal ${network} >/dev/null 2>&1 || true`,
        }),
    overrideCommand: true,
    runArgs: flags,
    containerEnv: variables,
    postStartCommand: `test -w ${INSIDE.config} && claude --version`,
  };
  return {
    files: [
      { name: "devcontainer.json", text: `${JSON.stringify(file, null, 2)}\n`, mode: 0o644 },
      ...imageFiles(plan, container, settings),
    ],
    notes: [
      ...containerNotes(container),
      "an editor may forward your ssh agent and git credentials into it: switch that off there",
    ],
  };
}
