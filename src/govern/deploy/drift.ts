// Drift: how what lies on a machine differs from what was deployed there, and what beside it weakens it.
import { isDeepStrictEqual } from "node:util";
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { type Deployment, textDigest } from "./deployment.ts";
import { missingParts } from "./settings-merge.ts";

/** What a finding is about. */
export type DriftId =
  | "file/missing"
  | "file/changed"
  | "file/unreadable"
  | "file/link"
  | "file/owner"
  | "file/rights"
  | "file/dead-place"
  | "folder/owner"
  | "folder/rights"
  | "key/missing"
  | "key/changed"
  | "key/unexpected"
  | "tier/zeroed"
  | "tier/shadowed"
  | "tier/unexpected"
  | "program/missing"
  | "program/changed"
  | "program/rights"
  | "person/hooks-gone"
  | "mod/new"
  | "layer/weakens"
  | "layer/broken";

/** One difference. `note`: it is worth knowing and changes nothing of what was deployed. */
export type DriftFinding = {
  readonly id: DriftId;
  readonly severity: "drift" | "note";
  readonly file: string;
  /** The key of a settings file, where it is about one. */
  readonly key: string | null;
  readonly message: string;
  readonly fix: string;
};

/** A file or folder as it lies there. `text`: of a plain file that could be read. */
export type Observed =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly why: string }
  | {
      readonly kind: "file" | "link" | "folder" | "other";
      readonly text?: string;
      readonly mode: number;
      readonly owner: number;
    };

/** A deployment that is in force, with the texts that it wrote and found. */
export type Deployed = {
  readonly deployment: Deployment;
  textOf(path: string, when: "before" | "after"): string | undefined;
};

const WRITABLE_BY_OTHERS = 0o022;
const STARTABLE = 0o111;
const READABLE = 0o444;
const SCRIPT = /\.[cm]?js$/;
const REPAIR = "`sallyport policy deploy` writes it again";

/** How the files of a deployment differ from what it wrote. `owner`: the number of the user to whom they belong. */
export function fileFindings(
  deployed: Deployed,
  look: (path: string) => Observed,
  owner: number,
): readonly DriftFinding[] {
  return deployed.deployment.files.flatMap((file) => {
    if (file.after === null) return [];
    const seen = look(file.path);
    const at = { file: file.path, owner, mode: file.after.mode };
    const wrong = stateFindings(seen, at, deployed.deployment.scope);
    if (seen.kind !== "file" || seen.text === undefined) return wrong;
    if (textDigest(seen.text) === file.after.digest) return wrong;
    return [...wrong, ...textFindings(deployed, file.path, seen.text)];
  });
}

/** A program that hooks start, as it lies there. `isOurs`: it is what this installation writes there itself. */
export type ObservedProgram =
  | { readonly kind: "missing" | "unreadable" }
  | {
      readonly kind: "file";
      readonly digest: string;
      readonly mode: number;
      readonly isOurs: boolean;
    };

/** How the programs of a deployment's hooks differ from what they were: who replaces one decides what hooks answer. */
export function programFindings(
  { programs = [] }: Pick<Deployment, "programs">,
  look: (program: NonNullable<Deployment["programs"]>[number]) => ObservedProgram,
): readonly DriftFinding[] {
  return programs.flatMap((program) => {
    const { path, digest } = program;
    const seen = look(program);
    if (seen.kind !== "file")
      return [
        drift(
          "program/missing",
          path,
          seen.kind === "missing"
            ? "the program of the deployed hooks is gone, so every call is refused"
            : "the program of the deployed hooks cannot be read",
          "install it again, and deploy",
        ),
      ];
    // A script is given to its interpreter, which reads it.
    if ((seen.mode & (SCRIPT.test(path) ? READABLE : STARTABLE)) === 0)
      return [
        drift(
          "program/rights",
          path,
          `the program of the deployed hooks cannot be started (rights ${seen.mode.toString(8)}), so every call is refused`,
          "run `chmod a+rx` on it",
        ),
      ];
    // WHY not ours: an upgrade writes its own shims again, and they are known by their whole text.
    if (seen.digest === digest || seen.isOurs) return [];
    return [
      drift(
        "program/changed",
        path,
        "the program of the deployed hooks is another one: it decides what they answer",
        "install it again; where you changed it yourself, `sallyport policy deploy` takes it as it is",
      ),
    ];
  });
}

/** Own settings of the person whose hooks stand behind the managed ones, without hooks of ours in them. */
export function personFindings(file: string, hasOurs: boolean): readonly DriftFinding[] {
  if (hasOurs) return [];
  return [
    drift(
      "person/hooks-gone",
      file,
      "the hooks that a deployment put there are gone: nothing judges when the managed files are emptied",
      "`sallyport init --scope user` as that person puts them back",
    ),
  ];
}

/** Code inside of the client that nobody agreed to. `isKeptOut`: managed settings let no such code load. */
export function modFindings(
  mods: readonly { readonly name: string; readonly file: string }[],
  isKeptOut: boolean,
): readonly DriftFinding[] {
  return mods.map(({ name, file }) => ({
    ...drift(
      "mod/new",
      file,
      isKeptOut
        ? `\`${name}\` is code for the inside of the client that nobody agreed to; managed settings keep it out`
        : `\`${name}\` is code inside of the client that nobody agreed to: hooks that are not managed do not hold against it`,
      "`sallyport mods list` says what it is, `sallyport mods agree` agrees to it",
    ),
    severity: isKeptOut ? ("note" as const) : ("drift" as const),
  }));
}

/** What is wrong with a folder into which others than its owner could put a file. */
export function folderFindings(
  folder: string,
  seen: Observed,
  owner: number,
): readonly DriftFinding[] {
  if (seen.kind === "missing" || seen.kind === "unreadable") return [];
  if (seen.kind === "link")
    return [
      drift(
        "file/link",
        folder,
        "it is a link: whoever owns its target decides what lies there",
        "put a real folder there",
      ),
    ];
  return [
    ...ownerFindings("folder/owner", folder, { seen: seen.owner, owner }),
    ...((seen.mode & WRITABLE_BY_OTHERS) === 0
      ? []
      : [
          drift(
            "folder/rights",
            folder,
            `others may write it (${seen.mode.toString(8)}) and put their own files in the place of these`,
            "run `chmod go-w` on it",
          ),
        ]),
  ];
}

function ownerFindings(
  id: "file/owner" | "folder/owner",
  path: string,
  { seen, owner }: { readonly seen: number; readonly owner: number },
): readonly DriftFinding[] {
  if (seen === owner) return [];
  return [
    drift(id, path, `it belongs to user ${seen}, not to ${owner}`, `run \`chown ${owner}\` on it`),
  ];
}

/** A finding about a file as a whole. */
export function drift(id: DriftId, file: string, message: string, fix: string): DriftFinding {
  return { id, severity: "drift", file, key: null, message, fix };
}

function stateFindings(
  seen: Observed,
  { file, owner, mode }: { readonly file: string; readonly owner: number; readonly mode: number },
  scope: Deployment["scope"],
): readonly DriftFinding[] {
  switch (seen.kind) {
    case "missing":
      return [drift("file/missing", file, "it was deployed and is not there", REPAIR)];
    case "unreadable":
      return [
        drift("file/unreadable", file, `it cannot be read: ${seen.why}`, "correct its rights"),
      ];
    case "link":
      return [
        drift(
          "file/link",
          file,
          "it is a link: whoever owns its target decides what it says",
          REPAIR,
        ),
      ];
    case "folder":
    case "other":
      return [drift("file/unreadable", file, "it is no plain file", REPAIR)];
    case "file": {
      const rights =
        seen.mode !== mode && (scope === "managed" || (seen.mode & ~mode & 0o022) !== 0);
      return [
        ...ownerFindings("file/owner", file, { seen: seen.owner, owner }),
        ...(rights
          ? [
              drift(
                "file/rights",
                file,
                `its rights are ${seen.mode.toString(8)}, not ${mode.toString(8)}`,
                `run \`chmod ${mode.toString(8)}\` on it`,
              ),
            ]
          : []),
      ];
    }
    default:
      return seen satisfies never;
  }
}

/** How a text differs: of settings key by key, of others' settings only what we put there. */
function textFindings(deployed: Deployed, file: string, text: string): readonly DriftFinding[] {
  if (text.trim() === "") {
    const message =
      deployed.deployment.scope === "managed"
        ? "it holds nothing: the client takes that for no policy, and says nothing"
        : "it holds nothing any more";
    return [drift("tier/zeroed", file, message, REPAIR)];
  }
  const written = deployed.textOf(file, "after");
  const changed = drift("file/changed", file, "it is not what was deployed", REPAIR);
  if (!file.endsWith(".json") || written === undefined) return [changed];
  const now = parsed(text);
  if (now === undefined)
    return [
      { ...changed, message: "it is not what was deployed, and no JSON that the client reads" },
    ];
  if (deployed.deployment.scope === "managed") {
    const keys = keyFindings(file, parsed(written) ?? {}, now);
    return keys.length === 0 ? [{ ...changed, severity: "note" }] : keys;
  }
  const missing = missingParts(
    now,
    { before: deployed.textOf(file, "before"), after: written },
    file,
  );
  return missing.map((key) => ({
    ...drift("key/missing", file, `\`${key}\` does not hold any more what was deployed`, REPAIR),
    key,
  }));
}

/** Keys that are gone, differ, or were not written by us. Lists are told by their key. */
function keyFindings(file: string, was: Json, now: Json): readonly DriftFinding[] {
  const [before, after] = [leaves(was), leaves(now)];
  const say = (id: DriftId, key: string, message: string) => ({
    ...drift(id, file, message, REPAIR),
    key,
  });
  return [
    ...[...before].flatMap(([key, value]) => {
      if (!after.has(key)) return [say("key/missing", key, `\`${key}\` is gone`)];
      const other = after.get(key);
      if (isDeepStrictEqual(other, value)) return [];
      return [say("key/changed", key, `\`${key}\` ${howChanged(value, other)}`)];
    }),
    ...[...after.keys()].flatMap((key) =>
      before.has(key) ? [] : [say("key/unexpected", key, `\`${key}\` was not deployed`)],
    ),
  ];
}

function howChanged(was: Json, now: Json | undefined): string {
  if (!Array.isArray(was) || !Array.isArray(now)) return "has another value";
  const gone = was.filter((one) => !now.some((other) => isDeepStrictEqual(one, other))).length;
  const more = now.filter((one) => !was.some((other) => isDeepStrictEqual(one, other))).length;
  return `lost ${gone} and gained ${more} entries`;
}

/** Every value of settings that is no object, by the path of its key. */
export function leaves(json: Json, path = ""): ReadonlyMap<string, Json> {
  if (!isObject(json)) return new Map([[path, json]]);
  return new Map(
    Object.entries(json).flatMap(([key, value]) => [
      ...leaves(value, path === "" ? key : `${path}.${key}`),
    ]),
  );
}

/** The value of a text, undefined where it is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return toJson(parseJsonText(text, ""));
  } catch {
    return undefined;
  }
}
