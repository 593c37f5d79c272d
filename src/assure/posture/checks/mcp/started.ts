// Checks of what MCP servers start: packages and images without a version, code of the repository, shells, and what they reach.
import { downloadsCode } from "../../inputs/addresses.ts";
import type { Looks } from "../../check.ts";
import { mountSource } from "../../containers/options.ts";
import { shownText } from "../../looking.ts";
import { startedPackage } from "../../inputs/package-spec.ts";
import { isBroadPlace, isCredentialPlace } from "../../inputs/secret-places.ts";
import type { ServerInput } from "../../inputs/audit-inputs.ts";
import { lineOfServer, ofServers, serverFault } from "./looking.ts";

const SHELL = /^(?:.*[/\\])?(?:(?:ba|z|da|k|fi)?sh|pwsh|powershell)(?:\.exe)?$/i;

/** Whether the shell line of a server starts a package without a version, or what it starts itself. */
export function isUnpinned(server: ServerInput, kind: "package" | "image"): string | undefined {
  const { command, args } = server;
  if (command === undefined) return undefined;
  const lines = SHELL.test(command) ? args.filter((word) => /\s/.test(word)) : [];
  const started = [
    startedPackage(command, args),
    ...lines.flatMap((line) =>
      line.split(/&&|;|\|\|?/).map((part) => startedPackage(part.trim(), [])),
    ),
  ];
  const found = started.find((one) => one?.kind === kind && !one.isPinned);
  return found?.spec;
}

/** Files that a program reads or writes and does not run. */
const DATA_FILE =
  /\.(?:db|sqlite3?|duckdb|json[c5l]?|ya?ml|toml|ini|conf|cfg|env|properties|xml|csv|tsv|txt|log|md|mdx|html?|css|sql|proto|graphql|pem|crt|cer|key|lock|svg|png|jpe?g|gif|pdf|parquet|ipynb|xlsx?|docx?|pid|sock)$/i;

/** Functions about what a server starts. */
export const startedLooks: Looks = {
  "unpinned-package": ofServers((server, { repository }) => {
    const spec = isUnpinned(server, "package");
    // What the project itself has installed is fixed by its lock file.
    const own = repository.files.get("package.json")?.text ?? "";
    if (spec === undefined || server.args.includes("--no-install") || own.includes(`"${spec}":`))
      return [];
    return [
      {
        ...serverFault(
          server,
          `\`${shownText(spec)}\` has no exact version: what runs is whatever is published next`,
          "write the version, such as `package@1.2.3`, or the full commit hash",
        ),
        // WHY: it takes somebody who takes a publisher over; a branch of a repository takes a push.
        ...(/^(?:git\+|https?:|github:)/.test(spec) ? {} : ({ severity: "medium" } as const)),
      },
    ];
  }),
  "unpinned-image": ofServers((server) => {
    const spec = isUnpinned(server, "image");
    if (spec === undefined) return [];
    return [
      serverFault(
        server,
        `the image \`${shownText(spec)}\` has no version`,
        "write a version or a digest: `image@sha256:...`",
      ),
    ];
  }),
  "repository-code": ofServers((server, { repository }) => {
    if (server.from !== "project" || server.command === undefined) return [];
    const words = [server.command, ...server.args].map((word) =>
      word.replace(
        /^\$\{(?:CLAUDE_PROJECT_DIR|PWD|workspaceFolder)(?::-[^}]*)?\}\/?|^\$(?:CLAUDE_PROJECT_DIR|PWD)\//,
        "./",
      ),
    );
    const script = words.find(
      (word, index) =>
        (index === 0 || !DATA_FILE.test(word)) &&
        (/^\.{1,2}\/\S+$/.test(word) && !/^\.\/?node_modules\//.test(word)
          ? /\.\w+$|^\.\/(?:bin|scripts|tools)\//.test(word) || repository.files.has(word.slice(2))
          : /^(?:[\w.-]+\/)*[\w.-]+\.(?:js|mjs|cjs|ts|mts|py|rb|sh|php|pl)$/.test(word) &&
            !word.includes("node_modules/")),
    );
    if (script === undefined) return [];
    return [
      serverFault(
        server,
        `\`${shownText(script)}\` is code of the repository, so whoever changes the repository decides what runs`,
        "publish it with a version, or put it where the repository cannot change it",
      ),
    ];
  }),
  "shell-command": ofServers((server) => {
    const { command = "", args } = server;
    const [program = "", ...rest] = args.length === 0 ? command.split(/\s+/) : [command, ...args];
    const isWindows = /^(?:.*[/\\])?cmd(?:\.exe)?$/i.test(program);
    // A shell of Windows that only starts one program by its words is how scripts are started there.
    const line = rest.slice(rest.findIndex((word) => /^\/[ck]$/i.test(word)) + 1);
    const isShell =
      (SHELL.test(program) &&
        rest.some((word) => /^-\w*c$|^-(?:Command|EncodedCommand|e|enc)$/i.test(word))) ||
      (isWindows &&
        rest.some((word) => /^\/[ck]$/i.test(word)) &&
        (line.length === 1 ? /\s|&/.test(line[0] ?? "") : line.some((word) => /&|\|/.test(word))));
    if (!isShell) return [];
    return [
      serverFault(
        server,
        "a shell line starts the server, and no list of commands can hold it exactly",
        "name the program in `command` and its words in `args`",
      ),
    ];
  }),
  "downloads-code": ofServers((server) =>
    downloadsCode(lineOfServer(server))
      ? [
          serverFault(
            server,
            "the command downloads code and runs it",
            "install a fixed version beforehand, and start that",
          ),
        ]
      : [],
  ),
  "broad-filesystem": ofServers((server) => {
    const isFiles = /file-?system|\bfiles?\b|\bfs\b/i.test(
      `${server.name} ${lineOfServer(server)}`,
    );
    if (!isFiles || server.command === undefined || /^(?:docker|podman)$/.test(server.command))
      return [];
    const place = server.args.find(
      (word, index) =>
        (index > 0 || !/^(?:npx|uvx)$/.test(word)) &&
        word !== "" &&
        !word.startsWith("-") &&
        (isBroadPlace(word) || isCredentialPlace(`${word}/`) || /^\/(?:etc|var|usr)$/.test(word)),
    );
    if (place === undefined) return [];
    return [
      serverFault(
        server,
        `the server may read and write \`${shownText(place)}\``,
        "name the one folder that is needed, such as `${CLAUDE_PROJECT_DIR}`",
      ),
    ];
  }),
  "container-escape": ofServers((server) => {
    const line = lineOfServer(server);
    if (!/(?:^|[\s/])(?:docker|podman|nerdctl)(?:\s|$)/.test(line)) return [];
    const mounts = server.args.flatMap((word, index) => mountSource(word, server.args[index - 1]));
    const isWide =
      /--privileged(?:=true)?(?=\s|$)|--cap-add[= ](?:ALL|SYS_ADMIN)|--(?:pid|ipc|userns|network|net)[= ]host/.test(
        line,
      ) ||
      mounts.some(
        (source) =>
          isBroadPlace(source) ||
          isCredentialPlace(`${source}/`) ||
          /docker\.sock|podman\.sock|containerd\.sock/.test(source),
      );
    if (!isWide) return [];
    return [
      serverFault(
        server,
        "the container is privileged, or has the engine's socket, a home or the root: it is no boundary",
        "mount the one folder that is needed, read-only, and drop `--privileged`",
      ),
    ];
  }),
};
