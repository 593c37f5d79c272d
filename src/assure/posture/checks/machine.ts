// How the machine is looked at: its disk, the client's version and user, what starts the client, and who can write its files.
import { isBefore } from "#base/version-order.ts";
import { releaseLine } from "#govern/settings/client-releases.ts";
import { type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { isPlainRemote } from "../inputs/addresses.ts";
import { textsOfTree } from "../texts/json-strings.ts";
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
import type { MachineInput, Seen, SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";
import { START_FILES } from "../inputs/start-files.ts";
import { placesOfVariables } from "../start-variables.ts";
import { variablesOf } from "../variables.ts";

/** Before this version the client knows no `onFailure` (X.2). */
const LEAST_VERSION = "2.1.295";

function ofMachine<Key extends keyof MachineInput>(
  key: Key,
  find: (
    value: MachineInput[Key] extends Seen<infer Value> ? Value : never,
    machine: MachineInput,
  ) => ReturnType<Look>,
): Look {
  return ({ machine }) => {
    const seen = machine[key] as Seen<Parameters<typeof find>[0]>;
    return seen.kind === "unseen" ? unseen(seen.why) : find(seen.value, machine);
  };
}

/** Flags by which the client asks nobody. */
const SKIPS =
  /--(?:allow-)?dangerously-skip-permissions|--permission-mode[= ]["']?bypassPermissions|(?:^|\s)["']?defaultMode["']?\s*[:=]\s*["']?bypassPermissions/;
/** Variables that only the client reads; others of an environment are other programs'. */
const OF_CLIENT = /^(?:ANTHROPIC|CLAUDE|OTEL|AWS_ENDPOINT_URL)/i;

/** Functions of the family `machine`. */
export const machineLooks: Looks = {
  "disk-not-encrypted": ofMachine("diskEncryption", ({ state, by }, { isContainer }) => {
    // WHY: a container sees the layers of its image, and nothing of the disk below them.
    if (isContainer.kind === "seen" && isContainer.value && state !== "encrypted")
      return notApplicable("this is a container: its disk is the host's to encrypt");
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
  "client-outdated": (auditInputs) => {
    const seen = auditInputs.machine.clientVersion;
    if (seen.kind === "unseen") return unseen(seen.why);
    const version = seen.value;
    if (version === null) return notApplicable("the client is not installed");
    const asked = ["requiredMinimumVersion", "minimumVersion"].flatMap((key) =>
      spotsAt(auditInputs, [key]).flatMap(({ node }) => textsIn(node)),
    );
    const wanted = asked.find((least) => isBefore(version, least));
    const fix =
      "npm install -g @anthropic-ai/claude-code@latest, and set `requiredMinimumVersion` in managed settings";
    const faults = isBefore(version, LEAST_VERSION)
      ? [
          absence(
            `client ${version} does not know \`onFailure\`: there a guard that fails lets the call run`,
            fix,
          ),
        ]
      : wanted === undefined
        ? []
        : [absence(`client ${version} is older than ${wanted}, which settings ask for`, fix)];
    const { clientRelease } = auditInputs;
    return verdict(
      [clientRelease === undefined ? `client ${version}` : releaseLine(clientRelease, version)],
      faults,
    );
  },
  "runs-as-root": (auditInputs) => {
    const { isAdministrator, isContainer } = auditInputs.machine;
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
  "no-sandbox-tools": (auditInputs) => {
    if (!isSet(auditInputs, ["sandbox", "enabled"]))
      return notApplicable("the sandbox is not configured");
    const { platform } = auditInputs.machine;
    if (platform.kind === "unseen") return unseen(platform.why);
    if (platform.value === "macos") return verdict(["the system's own sandbox"], []);
    if (platform.value === "windows")
      return verdict(
        ["the system"],
        [absence("there is no sandbox on this system", "run the client in WSL or a container")],
      );
    const told = auditInputs.machine.sandboxPrograms;
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
  "endpoint-without-tls": (auditInputs) => {
    const variables = variablesOf(auditInputs)
      .filter(
        ({ name, value = "", layer }) =>
          /(?:_URL|ENDPOINT|_ADDR|_HOST)$/i.test(name) &&
          (layer !== "environment" || OF_CLIENT.test(name)) &&
          isPlainRemote(value),
      )
      .map(({ fault }) => fault("the endpoint is not TLS-only", "write `https://`"));
    const started = filesIn([auditInputs.home], START_FILES).flatMap((file) =>
      linesOf(file)
        .filter(({ text }) => isPlainRemote(endpointSetBy(text)))
        .map(({ line }) =>
          lineFault(file, line, "the endpoint is not TLS-only", "write `https://`"),
        ),
    );
    const hooks = auditInputs.hooks
      .filter(({ type, command }) => type === "http" && isPlainRemote(command))
      .map(({ file, line }) =>
        lineFault(file, line, "the hook's endpoint is not TLS-only", "write `https://`"),
      );
    const servers = auditInputs.servers
      .filter(({ url = "" }) => isPlainRemote(url))
      .map(({ file, line, name }) => ({
        ...lineFault(file, line, "the server's endpoint is not TLS-only", "write `https://`"),
        evidence: name,
      }));
    const others = auditInputs.settings.flatMap((document) =>
      textsOfTree(document.root)
        .filter(({ path, text }) => !TOLD_OTHERWISE.test(path[0] ?? "") && isPlainRemote(text))
        .map(({ start }) =>
          spotFault(
            { document, node: { kind: "scalar", start, end: start, value: null } },
            "the address is not TLS-only",
            { fix: "write `https://`" },
          ),
        ),
    );
    return verdict(
      [
        ...placesOfVariables(auditInputs),
        ...auditInputs.hooks.map(({ file }) => file.shown),
        ...auditInputs.servers.map(({ file }) => file.shown),
      ],
      [...variables, ...started, ...hooks, ...servers, ...others],
    );
  },
  "snapshot-changed": (auditInputs) => {
    const snapshots = filesIn([auditInputs.home], /^\.claude\/shell-snapshots\/.+\.sh$/);
    if (snapshots.length === 0) return notApplicable("the client keeps no shell snapshot here");
    const files = filesIn([auditInputs.home, auditInputs.system], SHELL_FILES);
    const known = files.map(({ text = "" }) => text).join("\n");
    const shown = snapshots.map((file) => file.shown);
    const found = snapshots.flatMap((file) => strangers(file, known));
    const other = readsElsewhere(auditInputs, files);
    // WHY a harmful body counts all the same: a framework defines shortcuts, and no program that is fetched.
    const harmful = found.filter(({ isHarmful }) => isHarmful || other === undefined);
    if (harmful.length === 0 && found.length > 0)
      return unseen(`\`${other}\` is read at the start and was not looked at`, shown);
    return verdict(
      shown,
      harmful.map(({ fault }) => fault),
    );
  },
  "alias-skips-permissions": ofFiles(
    ({ home }) => filesIn([home], START_FILES),
    "start-up file",
    (file) =>
      linesOf(file)
        .filter(({ text }) => !/^\s*#/.test(text) && /claude/i.test(text) && SKIPS.test(text))
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
    (auditInputs) => [
      ...filesIn(
        [auditInputs.home],
        /^(?:\.claude|\.config\/claude)\/(?:settings(?:\.local)?\.json|CLAUDE\.md|keybindings\.json|(?:hooks|agents|commands|skills|rules|output-styles|plugins)\/.+)$|^\.claude\.json$/,
      ),
      ...auditInputs.hooks
        .filter(({ layer }) => layer === "user")
        .flatMap(({ scripts }) => scripts.filter(({ place }) => place !== "repository")),
    ],
    0o022,
    "others on this machine decide what your sessions may do",
    "go-w",
  ),
  "transcripts-readable": ofModes(
    ({ home }) =>
      filesIn(
        [home],
        /^(?:\.claude|\.config\/claude)\/(?:(?:projects|transcripts|sessions|todos|debug|file-history)\/.+|history\.jsonl)$/,
      ),
    0o044,
    "others on this machine can read what was said and read in your sessions",
    "go-rwx",
  ),
};

/** Settings in which an address is a rule or told by another check. */
const TOLD_OTHERWISE = /^(?:permissions|hooks|env|\$schema|sandbox)$/;

/** The address that a line of a start-up file gives to the client. */
function endpointSetBy(text: string): string {
  if (/^\s*#/.test(text)) return "";
  const [, name = "", value = ""] =
    /(?:^|\s)(?:\$env:)?([A-Z][A-Z0-9_]*(?:_URL|ENDPOINT))\s*[=\s]\s*["']?(\S+?)["']?(?:;|\s|$)/.exec(
      text,
    ) ?? [];
  return OF_CLIENT.test(name) ? value : "";
}

const SHELL_FILES =
  /(?:^|\/)(?:\.(?:bash|zsh)\w*|\.profile|\.z\w+|\.aliases|\.functions|\.config\/fish\/.*|etc\/(?:bash\.bashrc|profile|zsh\/.*))$|^\.(?:oh-my-zsh\/custom|bash|zsh|config\/(?:zsh|bash|shell)|(?:bash|zsh)rc\.d)\/.+/;

/** A file or program whose definitions the start-up files take in and that was not among what was seen. */
function readsElsewhere(
  { home, system }: AuditInputs,
  files: readonly SeenFile[],
): string | undefined {
  for (const { text = "", place } of files)
    for (const [, word = ""] of text.matchAll(
      /^[ \t]*(?:[^#\n]*?(?:&&|;|then)\s*)?(?:(?:source|\.)\s+|eval\s+)["']?([^"'\n;]+)/gm,
    )) {
      const path = word.trim().replace(/^(?:~|\$HOME|\$\{HOME\})\//, "");
      // The machine's own loops over `/etc/profile.d` take in what was looked at as well.
      if (place === "system" && /^\$\{?\w+\}?$/.test(path)) continue;
      if (!home.files.has(path) && !system.files.has(path)) return word.trim().slice(0, 60);
    }
  return undefined;
}

function ofModes(
  select: (auditInputs: AuditInputs) => readonly SeenFile[],
  bits: number,
  message: string,
  change: string,
): Look {
  return (auditInputs) => {
    const files = [...new Set(select(auditInputs))];
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
/** What a shortcut of a framework does not do. */
const HARM = /\b(?:curl|wget|nc|ncat|base64)\b|\/tmp\/|\/dev\/(?:tcp|shm)|\beval\b/;

/** Definitions of a snapshot that no known text has. */
function strangers(file: SeenFile, known: string) {
  const lines = linesOf(file);
  return lines.flatMap(({ line, text }, index) => {
    const name = definedBy(text);
    if (name === undefined || OWN.test(name) || isDefined(known, name)) return [];
    const end = lines.findIndex(({ text: one }, at) => at >= index && /\}\s*$/.test(one));
    const isAlias = /^\s*alias\s/.test(text);
    const body = lines.slice(index, isAlias || end === -1 ? index + 1 : end + 1);
    const fault = lineFault(
      file,
      line,
      `\`${name}\` is defined here and in no start-up file, so somebody put it in between`,
      `delete ${file.shown}, and look at what ran in that session`,
    );
    return [{ isHarmful: body.some(({ text: one }) => HARM.test(one)), fault }];
  });
}

function definedBy(text: string): string | undefined {
  return (
    /^\s*(?:function\s+)?([\w.:-]+)\s*\(\s*\)/.exec(text)?.[1] ??
    /^\s*function\s+([\w.:-]+)/.exec(text)?.[1] ??
    /^\s*alias\s+(?:-\w+\s+)*(?:--\s+)?["']?([\w.-]+)["']?=/.exec(text)?.[1] ??
    /^\s*hash\s+-p\s+\S+\s+([\w.-]+)/.exec(text)?.[1]
  );
}

function isDefined(known: string, name: string): boolean {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    `(?:^|[\\s;])(?:alias\\s+(?:-\\w\\s+)*)?["']?${escaped}["']?(?:=|\\s*\\(\\)|\\s*\\{)|(?:function|alias)\\s+${escaped}\\b`,
    "m",
  ).test(known);
}
