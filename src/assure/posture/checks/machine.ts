// How the machine is looked at: its disk, the client's version and user, what starts the client, and who can write its files.
import { type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { isPlainRemote } from "../addresses.ts";
import {
  absence,
  fileFault,
  filesIn,
  isSet,
  lineFault,
  linesOf,
  ofFiles,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import type { MachineSight, Seen, SeenFile } from "../sights.ts";
import { variablesOf } from "../variables.ts";

/** Before this version the client knows no `onFailure` (X.2). */
const LEAST_VERSION = "2.1.295";

function ofMachine<Key extends keyof MachineSight>(
  key: Key,
  find: (value: MachineSight[Key] extends Seen<infer Value> ? Value : never) => ReturnType<Look>,
): Look {
  return ({ machine }) => {
    const seen = machine[key] as Seen<Parameters<typeof find>[0]>;
    return seen.kind === "unseen" ? unseen(seen.why) : find(seen.value);
  };
}

const START_FILES =
  /^\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|zshrc|zshenv|zprofile|aliases|config\/fish\/.*\.fish)$/;

/** Functions of the family `machine`. */
export const machineLooks: Looks = {
  "disk-not-encrypted": ofMachine("diskEncryption", ({ state, by }) => {
    if (state === "unknown") return unseen("nothing says whether the disk is encrypted", [by]);
    return verdict(
      [by],
      state === "not-encrypted"
        ? [
            absence(
              "whoever takes the disk reads transcripts, memory and keys",
              "switch on LUKS, FileVault or BitLocker",
            ),
          ]
        : [],
    );
  }),
  "client-outdated": ofMachine("clientVersion", (version) => {
    if (version === null) return notApplicable("the client is not installed");
    return verdict(
      [`client ${version}`],
      isBefore(version, LEAST_VERSION)
        ? [
            absence(
              `client ${version} does not know \`onFailure\`: there a guard that fails lets the call run`,
              "npm install -g @anthropic-ai/claude-code@latest, and set `requiredMinimumVersion` in managed settings",
            ),
          ]
        : [],
    );
  }),
  "runs-as-root": (sights) => {
    const { isAdministrator, isContainer } = sights.machine;
    if (isAdministrator.kind === "unseen") return unseen(isAdministrator.why);
    const inside = isContainer.kind === "seen" && isContainer.value;
    return verdict(
      ["the user"],
      isAdministrator.value
        ? [
            absence(
              `sessions have every right of ${inside ? "the container" : "the machine"}`,
              "start the client as a user of its own",
            ),
          ]
        : [],
    );
  },
  "no-sandbox-tools": (sights) => {
    if (!isSet(sights, ["sandbox", "enabled"]))
      return notApplicable("the sandbox is not configured");
    const { platform } = sights.machine;
    if (platform.kind === "unseen") return unseen(platform.why);
    if (platform.value === "macos") return verdict(["the system's own sandbox"], []);
    if (platform.value === "windows")
      return verdict(
        ["the system"],
        [absence("there is no sandbox on this system", "run the client in WSL or a container")],
      );
    const told = sights.machine.sandboxPrograms;
    if (told === undefined || told.kind === "unseen")
      return unseen(told === undefined ? "nobody asked for bwrap and socat" : told.why);
    const missing = ["bwrap", "socat"].filter((name) => !told.value.includes(name));
    return verdict(
      ["bwrap", "socat"],
      missing.length === 0
        ? []
        : [
            absence(
              `${missing.join(" and ")} is not there, so commands run without the sandbox`,
              "apt-get install bubblewrap socat",
            ),
          ],
    );
  },
  "endpoint-without-tls": (sights) => {
    const variables = variablesOf(sights)
      .filter(
        ({ name, value = "" }) =>
          /(?:_URL|ENDPOINT|_PROXY)$/i.test(name) && !/_PROXY$/i.test(name) && isPlainRemote(value),
      )
      .map(({ fault }) => fault("the endpoint is not TLS-only", "write `https://`"));
    const hooks = sights.hooks
      .filter(({ type, command }) => type === "http" && isPlainRemote(command))
      .map(({ file, line }) =>
        lineFault(file, line, "the hook's endpoint is not TLS-only", "write `https://`"),
      );
    const servers = sights.servers
      .filter(({ url = "" }) => isPlainRemote(url))
      .map(({ file, line, name }) => ({
        ...lineFault(file, line, "the server's endpoint is not TLS-only", "write `https://`"),
        evidence: name,
      }));
    const gateway = spotsAt(sights, ["forceLoginGatewayUrl"])
      .filter(({ node }) => textsIn(node).some(isPlainRemote))
      .map((spot) => spotFault(spot, "the gateway is not TLS-only", { fix: "write `https://`" }));
    return verdict(
      ["endpoints of settings, hooks, servers and the environment"],
      [...variables, ...hooks, ...servers, ...gateway],
    );
  },
  "snapshot-changed": (sights) => {
    const snapshots = filesIn([sights.home], /^\.claude\/shell-snapshots\/.+\.sh$/);
    if (snapshots.length === 0) return notApplicable("the client keeps no shell snapshot here");
    const known = filesIn(
      [sights.home, sights.system],
      /(?:^|\/)(?:\.(?:bash|zsh)\w*|\.profile|\.z\w+|\.aliases|\.functions|\.config\/fish\/.*|etc\/(?:bash\.bashrc|profile|zsh\/.*))$/,
    )
      .map(({ text = "" }) => text)
      .join("\n");
    return verdict(
      snapshots.map(({ shown }) => shown),
      snapshots.flatMap((file) => strangers(file, known)),
    );
  },
  "alias-skips-permissions": ofFiles(
    ({ home }) => filesIn([home], START_FILES),
    "start-up file",
    (file) =>
      linesOf(file)
        .filter(
          ({ text }) =>
            !/^\s*#/.test(text) &&
            /\bclaude\b/.test(text) &&
            /--dangerously-skip-permissions|--permission-mode[= ]["']?bypassPermissions/.test(text),
        )
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "every start of the client skips all questions",
            "take the flag out of the line",
          ),
        ),
  ),
  "settings-writable-by-others": ofModes(
    /^\.claude\/(?:settings(?:\.local)?\.json|hooks\/.+|CLAUDE\.md|agents\/.+|commands\/.+|skills\/.+)$|^\.claude(?:\.json)?$/,
    0o022,
    "others on this machine decide what your sessions may do",
    "go-w",
  ),
  "transcripts-readable": ofModes(
    /^\.claude\/(?:(?:projects|transcripts|sessions|todos|debug|file-history)\/.+|history\.jsonl)$/,
    0o044,
    "others on this machine can read what was said and read in your sessions",
    "go-rwx",
  ),
};

function ofModes(pattern: RegExp, bits: number, message: string, change: string): Look {
  return ({ home }) => {
    const files = filesIn([home], pattern);
    if (files.length === 0) return notApplicable("there are no such files");
    const told = files.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told their rights");
    return verdict(
      files.map(({ shown }) => shown),
      told
        .filter(({ mode = 0 }) => (mode & bits) > 0)
        .map((file) => fileFault(file, message, `chmod ${change} ${file.shown}`)),
    );
  };
}

/** What the client itself puts into a snapshot. */
const OWN = /^(?:find|grep|rg|pkill|claude|__\w+|_\w+)$/;

function strangers(file: SeenFile, known: string) {
  return linesOf(file).flatMap(({ line, text }) => {
    const name =
      /^\s*(?:function\s+)?([\w.:-]+)\s*\(\)/.exec(text)?.[1] ??
      /^\s*function\s+([\w.:-]+)/.exec(text)?.[1] ??
      /^\s*alias\s+(?:--\s+)?(?:-\w\s+)*([\w.-]+)=/.exec(text)?.[1];
    if (name === undefined || OWN.test(name)) return [];
    const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (
      new RegExp(
        `(?:^|[\\s;])(?:alias\\s+(?:-\\w\\s+)*)?${escaped}(?:=|\\s*\\(\\)|\\s*\\{)|function\\s+${escaped}\\b`,
        "m",
      ).test(known)
    )
      return [];
    return [
      lineFault(
        file,
        line,
        `\`${name}\` is defined here and in no start-up file, so somebody put it in between`,
        `delete ${file.shown}, and look at what ran in that session`,
      ),
    ];
  });
}

function isBefore(version: string, least: string): boolean {
  const numbers = (text: string) => text.split(/[.+-]/).map(Number);
  const [a, b] = [numbers(version), numbers(least)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
