// Inputs of an audit for files that are in no disk: what a corpus, a test or a draft declares.
import { createHash } from "node:crypto";
import { type Collected, sightsOf } from "./collected.ts";
import type { MachineInput, Place, Seen, SeenFile, SeenTree, AuditInputs } from "./audit-inputs.ts";
import { whyNotGiven } from "./written-text.ts";
import { variableInputs } from "./variable-inputs.ts";
import type { Catalogue } from "#govern/settings/catalogue.ts";

/** What is there, as texts by path. */
export type InMemory = {
  readonly files: Readonly<Record<string, string>>;
  /** From the home directory, such as `.claude/settings.json`. */
  readonly home?: Readonly<Record<string, string>> | undefined;
  /** From the client's managed folder, such as `managed-settings.json`; an absolute path is elsewhere on the machine. */
  readonly managed?: Readonly<Record<string, string>> | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Permission bits in octal, by path of `files`, or with `~/` before it of `home`. */
  readonly modes?: Readonly<Record<string, string>> | undefined;
};

/** The client's managed folder on Linux, by which files in memory are shown. */
const MANAGED = "/etc/claude-code";
const NOT_ASKED = { kind: "unseen", why: "nobody asked the machine" } as const;

/** The inputs of what is in memory. What only a machine can tell is unseen, unless `more` tells it. */
export function sightsFromMemory(
  given: InMemory,
  around: { readonly catalogue: Catalogue; readonly nowMs: number },
  more: Partial<Collected> = {},
): AuditInputs {
  const { files, home = {}, managed = {}, environment = {}, modes = {} } = given;
  const isElsewhere = (path: string) => path.startsWith("/") && !path.startsWith(`${MANAGED}/`);
  const entries = Object.entries(managed);
  const repository = treeOf("repository", ".", files, (path) => modes[path]);
  return sightsOf({
    ...around,
    repository,
    home: treeOf("home", "~", home, (path) => modes[`~/${path}`]),
    managed: treeOf(
      "managed",
      MANAGED,
      Object.fromEntries(
        entries
          .filter(([path]) => !isElsewhere(path))
          .map(([path, text]) => [path.replace(`${MANAGED}/`, ""), text]),
      ),
      (path) => modes[path] ?? modes[`${MANAGED}/${path}`],
    ),
    system: treeOf(
      "system",
      "/",
      Object.fromEntries(entries.filter(([path]) => isElsewhere(path))),
      (path) => modes[path],
    ),
    environment: { kind: "seen", value: variableInputs(environment) },
    machine: unseenMachine,
    git: {
      kind: "seen",
      value: {
        isRepository: true,
        tracked: (path) => repository.files.has(path),
        hooks: [...repository.files.values()].filter(({ path }) => path.startsWith(".git/hooks/")),
        remoteHost: undefined,
      },
    },
    guard: NOT_ASKED,
    secrets: NOT_ASKED,
    statements: { kind: "seen", value: [] },
    unseen: [],
    deviceSettings: [],
    around: [],
    ...more,
  });
}

const unseenMachine: MachineInput = {
  platform: NOT_ASKED,
  isAdministrator: NOT_ASKED,
  isContainer: NOT_ASKED,
  isCi: NOT_ASKED,
  clientVersion: NOT_ASKED,
  diskEncryption: NOT_ASKED,
  login: NOT_ASKED,
  start: NOT_ASKED,
} satisfies Readonly<Record<string, Seen<never>>>;

function treeOf(
  place: Place,
  shown: string,
  texts: Readonly<Record<string, string>>,
  modeOf: (path: string) => string | undefined,
): SeenTree {
  const files = Object.entries(texts).map(([path, text]): [string, SeenFile] => {
    const prefix = { repository: "", home: "~/", managed: `${MANAGED}/`, system: "" }[place];
    const mode = modeOf(path);
    const why = whyNotGiven(text);
    return [
      path,
      {
        place,
        path,
        shown: `${prefix}${path}`,
        owner: "us",
        isLink: false,
        mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
        bytes: Buffer.byteLength(text),
        sha256: createHash("sha256").update(text).digest("hex"),
        text: why === undefined ? text : undefined,
        why,
      },
    ];
  });
  return { shown, files: new Map(files), entries: files.length, isWhole: true };
}
