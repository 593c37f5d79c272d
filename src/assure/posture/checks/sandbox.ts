// How isolation is looked at: the client's sandbox as settings make it, and the containers that a repository describes.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { downloadsCode } from "../addresses.ts";
import { type Container, containersOf, type Said } from "../containers.ts";
import {
  expecting,
  isGuarded,
  isSet,
  itemsAt,
  lineFault,
  linesOf,
  ofFiles,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import { isPinnedImage } from "../package-spec.ts";
import { packageScripts, scriptFiles } from "../scripts-seen.ts";
import { isBroadPlace, isCredentialPlace, isSecretPlace } from "../secret-places.ts";
import type { Sights } from "../sights.ts";
import { rulesIn } from "./permissions.ts";

/** A check of sandbox settings where the sandbox is on. */
function ofSandbox(find: (sights: Sights) => readonly Fault[]): Look {
  return (sights) =>
    isSet(sights, ["sandbox", "enabled"])
      ? ofSettings(find)(sights)
      : notApplicable("the sandbox is not on");
}

function ofContainers(
  wanted: (container: Container) => boolean,
  find: (
    container: Container,
    sights: Sights,
  ) => readonly (Said & { readonly message: string; readonly fix?: string })[],
): Look {
  return (sights) => {
    const containers = containersOf(sights).filter(wanted);
    if (containers.length === 0)
      return sights.repository.isWhole
        ? notApplicable("no such container is described here")
        : unseen("not all of the repository was walked");
    const faults = containers.flatMap((container) =>
      find(container, sights).map(({ text, line, message, fix }) => {
        const fault = lineFault(container.file, line, message, fix);
        return { ...fault, evidence: fault.evidence === "" ? text.slice(0, 80) : fault.evidence };
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

const hasClient = ({ hasClient: it }: Container) => it;
const isStarted = (container: Container) =>
  container.hasClient && (container.kind === "run" || container.kind === "compose");
const at = ({ line }: Container, message: string, fix: string) => [
  { text: "", line, message, fix },
];
const optionsLike = ({ options }: Container, pattern: RegExp) =>
  options.filter(({ text }) => pattern.test(text));

const SOCKET = /(?:docker|podman|containerd|crio)\.sock/;
const BYPASS =
  /--dangerously-skip-permissions|--permission-mode[= ]["']?bypassPermissions|"defaultMode"\s*:\s*"bypassPermissions"/;
const scripts = (sights: Sights) =>
  [...scriptFiles(sights), ...containersOf(sights).map(({ file }) => file)].filter(
    (file, index, all) => all.indexOf(file) === index,
  );

/** Functions of the family `sandbox`. */
export const sandboxLooks: Looks = {
  "not-enabled": expecting(
    (sights) => [
      ...(isSet(sights, ["sandbox", "enabled"]) ? ["sandbox.enabled"] : []),
      ...containersOf(sights)
        .filter(hasClient)
        .map(({ file }) => file.shown),
      ...(sights.machine.isContainer.kind === "seen" && sights.machine.isContainer.value
        ? ["a container"]
        : []),
    ],
    {
      message:
        "no sandbox and no container is configured: commands reach all that the user reaches",
      fix: 'add `"sandbox": { "enabled": true, "failIfUnavailable": true, "allowUnsandboxedCommands": false }`',
    },
  ),
  "unsandboxed-commands": ofSandbox((sights) => {
    if (isSet(sights, ["sandbox", "allowUnsandboxedCommands"], false)) return [];
    const spot =
      spotsAt(sights, ["sandbox", "allowUnsandboxedCommands"])[0] ??
      spotsAt(sights, ["sandbox", "enabled"])[0];
    return spot === undefined
      ? []
      : [
          spotFault(spot, "a call may ask to leave the sandbox", {
            fix: 'add `"allowUnsandboxedCommands": false`',
          }),
        ];
  }),
  "auto-allow-fails-open": ofSettings((sights) =>
    isSet(sights, ["sandbox", "failIfUnavailable"])
      ? []
      : spotsAt(sights, ["sandbox", "autoAllowBashIfSandboxed"])
          .filter(({ node }) => scalarOf(node) === true)
          .map((spot) =>
            spotFault(
              spot,
              "commands are allowed because they are sandboxed, and nothing makes sure that they are",
              { fix: 'add `"failIfUnavailable": true`' },
            ),
          ),
  ),
  "broad-exclusion": ofSettings((sights) =>
    itemsAt(sights, ["sandbox", "excludedCommands"])
      .filter(({ node }) =>
        textsIn(node).some((text) =>
          /^(?:\*+|(?:ba|z|da)?sh|node|deno|bun|python[\d.]*|perl|ruby|php|npm|npx|pnpm|yarn|pip3?|uvx?|cargo|go|make|docker|docker-compose|podman|kubectl|helm|ssh|sudo|env|xargs|find|git|java|mvn|gradle|curl|wget)(?:\s*[:*].*|\s+\*.*)?$/.test(
            text.trim(),
          ),
        ),
      )
      .map((spot) =>
        spotFault(spot, "this program runs others, all of them without the sandbox", {
          fix: "take it out, and name what it needs in `allowWrite` and `allowedDomains`",
        }),
      ),
  ),
  "weaker-nesting": trueKey(
    ["sandbox", "enableWeakerNestedSandbox"],
    "the sandbox is weaker so that it runs in a container",
  ),
  "secrets-readable": ofSandbox((sights) => {
    if (isGuarded(sights)) return [];
    const denied = itemsAt(sights, ["sandbox", "filesystem", "denyRead"]).some(({ node }) =>
      textsIn(node).some((path) => isSecretPlace(path) || isBroadPlace(path)),
    );
    const ruled = rulesIn(sights, "deny").some(
      ({ tool, subject = ".env" }) => tool === "Read" && isSecretPlace(subject),
    );
    const [spot] = spotsAt(sights, ["sandbox"]);
    if (
      denied ||
      ruled ||
      spot === undefined ||
      spotsAt(sights, ["sandbox", "credentials"]).length > 0
    )
      return [];
    return [
      spotFault(spot, "the sandbox lets commands read every file of secrets", {
        fix: 'add `"filesystem": { "denyRead": ["./.env", "**/.env", "~/.ssh", "~/.aws"] }`',
      }),
    ];
  }),
  "broad-write": ofSettings((sights) =>
    itemsAt(sights, ["sandbox", "filesystem", "allowWrite"])
      .filter(({ node }) =>
        textsIn(node).some(
          (path) =>
            isBroadPlace(path) ||
            isCredentialPlace(path) ||
            /^(?:\/\/?)?\*{1,2}$|^\/(?:etc|usr|var|opt|bin|Library)(?:\/\*{0,2}|\/bin.*)?$|^(?:~|\$HOME)\/\.(?:bash|zsh|profile|config\/?$|config\/fish|local\/bin|gitconfig|claude)/.test(
              path,
            ),
        ),
      )
      .map((spot) =>
        spotFault(spot, "commands may write a home, a disk or what starts with the next shell", {
          fix: "name the one folder that is needed",
        }),
      ),
  ),
  "open-network": ofSettings((sights) =>
    itemsAt(sights, ["sandbox", "network", "allowedDomains"])
      .filter(({ node }) =>
        textsIn(node).some((host) =>
          /^\*+(?:\.\*)?$|^\*\.(?:com|org|net|io|dev|app|co|ai|cloud)$/.test(host),
        ),
      )
      .map((spot) =>
        spotFault(spot, "every host may be reached", {
          fix: "name the hosts, such as `api.example.com`",
        }),
      ),
  ),
  "open-sockets": ofSettings((sights) => [
    ...spotsAt(sights, ["sandbox", "network", "allowAllUnixSockets"])
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) =>
        spotFault(spot, "all sockets are open, those of engines and key agents too", {
          fix: "take it out",
        }),
      ),
    ...itemsAt(sights, ["sandbox", "network", "allowUnixSockets"])
      .filter(({ node }) =>
        textsIn(node).some(
          (path) =>
            SOCKET.test(path) ||
            /ssh|agent|gpg|gnupg|SSH_AUTH_SOCK|dbus|keyring|1password|\*/i.test(path),
        ),
      )
      .map((spot) =>
        spotFault(spot, "over this socket a command leaves the sandbox or uses keys", {
          fix: "take it out",
        }),
      ),
  ]),
  "filesystem-off": trueKey(
    ["sandbox", "filesystem", "disabled"],
    "files are not held by the sandbox",
  ),
  "flag-without-effect": ofFiles(
    (sights) =>
      [...scripts(sights), ...packageScripts(sights).map(({ file }) => file)].filter(
        (file, index, all) => all.indexOf(file) === index,
      ),
    "script",
    (file) =>
      linesOf(file)
        .filter(({ text }) => !/^\s*#/.test(text) && /\bclaude\b[^\n|;&]*\s--sandbox\b/.test(text))
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "the client has no flag `--sandbox`: nothing is held by it",
            'write `"sandbox": { "enabled": true, "failIfUnavailable": true }` in settings',
          ),
        ),
  ),
  "firewall-by-name": ofFiles(scripts, "script", (file) =>
    linesOf(file)
      .filter(
        ({ text }) =>
          !/^\s*#/.test(text) &&
          /\bip6?tables\b/.test(text) &&
          /\s(?:-d|--destination|--dst)[= ]["']?[a-z][\w-]*(?:\.[\w-]+)+/i.test(text) &&
          !/\$/.test(/\s(?:-d|--destination|--dst)[= ](\S+)/.exec(text)?.[1] ?? ""),
      )
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "the name is looked up once, and the rule holds yesterday's number",
          "send traffic through a proxy that knows names, such as the sandbox's `allowedDomains`",
        ),
      ),
  ),
  "firewall-one-port": ofFiles(scripts, "script", (file) => {
    const text = file.text ?? "";
    const isClosed =
      /ip6?tables\b[^\n]*(?:-P|--policy)\s+OUTPUT\s+(?:DROP|REJECT)|policy\s+drop|-A\s+OUTPUT\s+(?:-o\s+\S+\s+)?-j\s+(?:DROP|REJECT)/i.test(
        text,
      );
    if (isClosed) return [];
    return linesOf(file)
      .filter(
        ({ text: one }) =>
          !/^\s*#/.test(one) &&
          /\bip6?tables\b/.test(one) &&
          /\bOUTPUT\b/.test(one) &&
          /--dports?\s+\S+/.test(one) &&
          /-j\s+(?:DROP|REJECT)/.test(one),
      )
      .slice(0, 1)
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "every other port stays open",
          "close everything first: `iptables -P OUTPUT DROP`, and the same with ip6tables",
        ),
      );
  }),
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
    ({ image }) =>
      image === undefined || isPinnedImage(image.text)
        ? []
        : [
            {
              ...image,
              message: "the base has no version, and changes without a word",
              fix: "write a version or a digest: `node:22-slim@sha256:...`",
            },
          ],
  ),
  "unpinned-client": ofContainers(hasClient, ({ commands }) =>
    commands
      .filter(
        ({ text }) =>
          /@anthropic-ai\/claude-code(?!@\d+\.\d+\.\d+)(?![\w/-])/.test(text) &&
          /\b(?:npm|pnpm|yarn|bun|npx)\b/.test(text),
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
    () => true,
    (container) =>
      [
        ...container.mounts.filter(({ text }) => SOCKET.test(text)),
        ...optionsLike(container, /^feature=.*docker-outside-of-docker/),
      ].map((said) => ({
        ...said,
        message: "over the engine's socket a command gets the machine",
        fix: "take the mount out; build images outside, or with a rootless engine inside",
      })),
  ),
  "credentials-mounted": ofContainers(
    ({ hasClient: it, kind }) => it || kind === "devcontainer",
    ({ mounts }) =>
      mounts
        .filter(
          ({ text }) =>
            isCredentialPlace(text) ||
            /(?:^|[/}])\.(?:ssh|aws|kube|docker|gnupg|npmrc|netrc)$/.test(text),
        )
        .map((said) => ({
          ...said,
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
      .filter(({ text }) => text.startsWith("--env-file="))
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
    (container, sights) => {
      const settings = [...sights.repository.files.values()]
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
          fix: "restrict the network first: `--network=none`, an internal network with a proxy, or a firewall script in `postStartCommand`",
        },
      ];
    },
  ),
  "high-risk-without-isolation": (sights) => {
    const tier = tierOf(sights);
    if (tier === undefined) return notApplicable("no tier is named");
    if (!/regulated|privileged|ci$|high|restricted|critical/.test(tier))
      return notApplicable(`the tier is ${tier}`);
    return expecting(
      () => [
        ...(isSet(sights, ["sandbox", "enabled"]) && isSet(sights, ["sandbox", "failIfUnavailable"])
          ? ["sandbox"]
          : []),
        ...containersOf(sights)
          .filter(hasClient)
          .map(({ file }) => file.shown),
        ...(sights.machine.isContainer.kind === "seen" && sights.machine.isContainer.value
          ? ["a container"]
          : []),
      ],
      {
        message: `the tier is ${tier}, and sessions are not isolated`,
        fix: "work in a dev container, or make the sandbox binding by `failIfUnavailable`",
      },
    )(sights);
  },
};

function trueKey(path: readonly string[], message: string): Look {
  return ofSettings((sights) =>
    spotsAt(sights, path)
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) => spotFault(spot, message, { fix: "take the key out" })),
  );
}

/** The tier that the policy of the project names, by itself or by the pack that it extends. */
function tierOf({ repository, guard }: Sights): string | undefined {
  const text = repository.files.get(".sallyport/policy.yaml")?.text ?? "";
  const named =
    /^\s*tier:\s*["']?([\w-]+)/m.exec(text)?.[1] ??
    /\btiers?\/([\w-]+)/.exec(text)?.[1] ??
    /^extends:.*\b(regulated|privileged-infrastructure|low-risk|production-adjacent)\b/m.exec(
      text,
    )?.[1];
  const pack =
    guard.kind === "seen"
      ? /^(?:tier-|tiers\/)?(regulated|privileged-infrastructure|low-risk|production-adjacent|ci)$/.exec(
          guard.value.policy ?? "",
        )?.[1]
      : undefined;
  return named ?? pack;
}
