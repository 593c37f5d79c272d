// Containers in which the client runs: as whom, built from what, and what of the machine they reach.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { downloadsCode } from "../../inputs/addresses.ts";
import type { Container, Said } from "../../container.ts";
import { containersOf } from "../../containers/index.ts";
import { lineFault, linesOf } from "../../looking.ts";
import { isFixedBase, isPinnedImage } from "../../inputs/package-spec.ts";
import { isBroadPlace, isCredentialPlace } from "../../inputs/secret-places.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";

function ofContainers(
  wanted: (container: Container) => boolean,
  find: (
    container: Container,
    auditInputs: AuditInputs,
  ) => readonly (Said & Pick<Fault, "message" | "fix" | "severity">)[],
): Look {
  return (auditInputs) => {
    const containers = containersOf(auditInputs).filter(wanted);
    if (containers.length === 0)
      return auditInputs.repository.isWhole
        ? notApplicable("no such container is described here")
        : unseen("not all of the repository was walked");
    const faults = containers.flatMap((container) =>
      find(container, auditInputs).map(({ text, line, message, fix, severity }) => {
        const fault = lineFault(container.file, line, message, fix);
        const evidence = fault.evidence === "" ? text.slice(0, 80) : fault.evidence;
        return { ...fault, evidence, ...(severity === undefined ? {} : { severity }) };
      }),
    );
    return verdict([...new Set(containers.map(({ file }) => file.shown))], unique(faults));
  };
}

function unique(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(
    ({ file, line }, index) =>
      faults.findIndex((one) => one.file === file && one.line === line) === index,
  );
}

/** For containers that a person may start a session in, and those in which none is known to run. */
const HIGH = { severity: "high" } as const;
const MEDIUM = { severity: "medium" } as const;

const hasClient = ({ hasClient: it }: Container) => it;
const isForSessions = ({ hasClient: it, kind, file }: Container) =>
  it || kind === "devcontainer" || /(?:^|\/)\.devcontainer\//.test(file.path);
const isStarted = (container: Container) =>
  container.hasClient &&
  (container.kind === "run" || container.kind === "compose" || container.kind === "pod");
const at = ({ line }: Container, message: string, fix: string) => [
  { text: "", line, message, fix },
];
const optionsLike = ({ options }: Container, pattern: RegExp) =>
  options.filter(({ text }) => pattern.test(text));

/** The vendor's own installers and packages, where they are not told a version. */
const INSTALLER =
  /claude\.ai\/install\.(?:sh|ps1|cmd)\b(?![^\n;&]*\b\d+\.\d+\.\d+)|\bbrew\s+install\b[^\n;&]*\bclaude-code\b(?!@)|\b(?:apk\s+add|apt(?:-get)?\s+install|dnf\s+install)\b[^\n;&]*\bclaude-code\b(?![=-]\d)/;
const SOCKET = /(?:docker|podman|containerd|crio)\.sock/;
const BYPASS =
  /--dangerously-skip-permissions|--permission-mode[= ]["']?bypassPermissions|"defaultMode"\s*:\s*"bypassPermissions"/;
/** Checks of the family `sandbox` about containers. */
export const containerLooks: Looks = {
  "root-user": ofContainers(hasClient, (container) => {
    const { kind, user, file } = container;
    const fix =
      kind === "dockerfile"
        ? "add `RUN useradd -m claude` and `USER claude` behind the installation"
        : "name a user that is not root";
    if (user !== undefined)
      return /^(?:root|0)(?::|$)/.test(user.text.trim())
        ? [{ ...user, message: "the client runs as root", fix }]
        : [];
    // A dev container has its user from the image; a Dockerfile for building alone runs nothing.
    if (
      kind !== "dockerfile" ||
      /devcontainers?\//.test(container.image?.text ?? "") ||
      /(?:^|\/)\.devcontainer\//.test(file.path)
    )
      return [];
    return at(container, "no USER is named, so the client runs as root", fix);
  }),
  "unpinned-base": ofContainers(
    (container) => container.hasClient && container.kind !== "run",
    ({ image, kind }) =>
      // WHY less of the others: an image for a dev container or a service is named by its line, as its makers do.
      image === undefined || (kind === "dockerfile" ? isFixedBase : isPinnedImage)(image.text)
        ? []
        : [
            {
              ...image,
              message:
                "the base changes without a word: no digest, and no version down to its repairs",
              fix: "write a digest, or the whole version: `node:22.11.0-slim`, `node:22-slim@sha256:...`",
            },
          ],
  ),
  "unpinned-client": ofContainers(hasClient, ({ commands }) =>
    commands
      .filter(
        ({ text }) =>
          (/@anthropic-ai\/claude-code(?!@\d+\.\d+\.\d+)(?![\w/-])/.test(text) &&
            /\b(?:npm|pnpm|yarn|bun|npx)\b/.test(text)) ||
          INSTALLER.test(text),
      )
      .map((said) => ({
        ...said,
        message: "the client has no exact version",
        fix: "write `npm install -g @anthropic-ai/claude-code@2.1.328`",
      })),
  ),
  privileged: ofContainers(hasClient, (container) =>
    optionsLike(
      container,
      /^--privileged(?:=true)?(?:=(?!false)\S*)?$|^--cap-add=(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|SYS_PTRACE|BPF|NET_ADMIN,.*)$|^--device=\/dev\/(?:sd|nvme|mem|kmem)/i,
    ).map((said) => ({
      ...said,
      message: "the container is no boundary: it does what root of the machine does",
      fix: "take it out",
    })),
  ),
  "capabilities-kept": ofContainers(isStarted, (container) => {
    const dropsAll = optionsLike(container, /^--cap-drop=["']?all$/i).length > 0;
    const keepsDown =
      optionsLike(container, /^--security-opt=no-new-privileges(?:[:=]true)?$/).length > 0;
    const isOpen = optionsLike(container, /^--security-opt=(?:seccomp|apparmor)[:=]unconfined$/);
    if (isOpen.length > 0)
      return isOpen.map((said) => ({
        ...said,
        message: "the filter of system calls is off",
        fix: "take it out",
      }));
    if (optionsLike(container, /^--privileged/).length > 0) return [];
    return dropsAll && keepsDown
      ? []
      : at(
          container,
          `the container ${dropsAll ? "may gain rights" : "keeps the rights of root's programs"}`,
          "add `--cap-drop=ALL --security-opt=no-new-privileges`",
        );
  }),
  "writable-root": ofContainers(isStarted, (container) =>
    optionsLike(container, /^--read-only(?:=true)?(?:=(?!false))?/).length > 0
      ? []
      : at(
          container,
          "the container's own programs can be rewritten",
          "add `--read-only --tmpfs /tmp`, and a volume for the client's configuration",
        ),
  ),
  "host-namespace": ofContainers(hasClient, (container) =>
    optionsLike(container, /^--(?:network|pid|ipc|userns|uts)=host$/).map((said) => ({
      ...said,
      message: "the container shares this namespace with the machine",
      fix: "take it out",
    })),
  ),
  "engine-socket": ofContainers(
    // WHY no others: services that watch or build containers are given the socket on purpose, and no session runs in them.
    isForSessions,
    (container) =>
      [
        ...container.mounts.filter(({ text }) => SOCKET.test(text)),
        ...optionsLike(container, /^feature=.*docker-outside-of-docker/),
      ].map((said) => ({
        ...said,
        ...(container.kind === "devcontainer" ? HIGH : container.hasClient ? {} : MEDIUM),
        message: "over the engine's socket a command gets the machine",
        fix: "take the mount out; build images outside, or with a rootless engine inside",
      })),
  ),
  "credentials-mounted": ofContainers(isForSessions, ({ mounts, hasClient: hasIt, kind }) =>
    mounts
      .filter(
        ({ text }) =>
          isCredentialPlace(text) ||
          /(?:^|[/}])\.(?:ssh|aws|kube|docker|gnupg|npmrc|netrc)$/.test(text),
      )
      .map((said) => ({
        ...said,
        // WHY: who opens a dev container has chosen it, and may read the same files beside it.
        ...(!hasIt ? MEDIUM : kind === "devcontainer" ? HIGH : {}),
        message: "sessions in the container read these credentials",
        fix: "take the mount out, and give it a key that lives for a day",
      })),
  ),
  "home-mounted": ofContainers(hasClient, ({ mounts }) =>
    mounts
      .filter(({ text }) => isBroadPlace(text))
      .map((said) => ({
        ...said,
        message: "a whole home or disk of the machine is in the container",
        fix: "mount the one project",
      })),
  ),
  "key-in-arguments": ofContainers(hasClient, ({ variables, options, kind }) => [
    ...variables
      .filter(({ name }) =>
        /^(?:ANTHROPIC_(?:API_KEY|AUTH_TOKEN)|CLAUDE_CODE_OAUTH_TOKEN|AWS_SECRET_ACCESS_KEY)$/.test(
          name,
        ),
      )
      .filter(({ hasValue }) => hasValue || kind === "run" || kind === "compose")
      .map((said) => ({
        ...said,
        text: said.name,
        message: "whoever may inspect the container reads the key",
        fix: "mount it as a secret file and use `apiKeyHelper`",
      })),
    ...options
      .filter(({ text }) => /^--env-file=(?!\/dev\/null$)/.test(text))
      .map((said) => ({
        ...said,
        message: "every value of the file is in the container's description",
        fix: "mount what is needed as a secret file",
      })),
  ]),
  "read-only-without-config": ofContainers(isStarted, (container) => {
    if (optionsLike(container, /^--read-only/).length === 0) return [];
    const isWritable = [...optionsLike(container, /^--(?:tmpfs|volume|mount)=/)].some(({ text }) =>
      /\/(?:home|root)\b|\.claude|\/config|CLAUDE_CONFIG_DIR/.test(
        text.replace(/^--volume=[^:]*:/, ""),
      ),
    );
    const isElsewhere = container.variables.some(({ name }) =>
      /^(?:CLAUDE_CONFIG_DIR|HOME)$/.test(name),
    );
    return isWritable || isElsewhere
      ? []
      : at(
          container,
          "the client cannot write its configuration here, and does not start",
          "add `--tmpfs /home/claude` or a volume for `~/.claude`",
        );
  }),
  "unverified-download": ofContainers(
    ({ hasClient: it, kind }) => kind !== "run" && (it || kind === "devcontainer"),
    ({ commands }) =>
      commands
        .filter(({ text }) => downloadsCode(text))
        .map((said) => ({
          ...said,
          message: "a download is run without a look at it",
          fix: "fetch a fixed version, compare its SHA-256, then run it",
        })),
  ),
  "bypass-with-egress": ofContainers(
    ({ hasClient: it, kind }) => it && kind !== "run",
    (container, auditInputs) => {
      const settings = [...auditInputs.repository.files.values()]
        .filter(({ path }) => /(?:^|\/)\.devcontainer\//.test(path))
        .map(({ text = "" }) => text)
        .join("\n");
      const all =
        container.kind === "devcontainer" ? `${container.text}\n${settings}` : container.text;
      if (!BYPASS.test(all)) return [];
      const isHeld =
        /init-firewall|iptables|nft\b|ipset|--network=none|network_mode"?:\s*"?none|"internal"\s*:\s*true|internal:\s*true|squid|egress|HTTPS_PROXY/i.test(
          all,
        ) ||
        (container.kind === "compose" &&
          /internal:\s*true|egress|squid/i.test(container.file.text ?? ""));
      if (isHeld) return [];
      const line =
        linesOf(container.file).find(({ text }) => BYPASS.test(text))?.line ?? container.line;
      return [
        {
          text: "",
          line,
          message: "nobody is asked, and everything may be sent anywhere",
          fix: "restrict the network first: `--network=none`, a network with `internal: true` and a proxy in `HTTPS_PROXY`, or a firewall script in `postStartCommand`",
        },
      ];
    },
  ),
};
